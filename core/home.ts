/** Expands a leading `~/`, or a lone `~`. */
export function atHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? `${home}${path.slice(1)}` : path
}
