export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1)
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"))
}

export function absolute(target: string, link: string): string {
  const parts: string[] = []
  for (const part of (target.startsWith("/") ? target : `${folderOf(link)}/${target}`).split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}
