/** The shell that a file of this name is for, where it is none of those whose files are edited. */
export function familyOf(path: string): "fish" | "csh" | undefined {
  if (/\.fish$|\/fish_variables$/.test(path)) return "fish"
  return /\/\.login$|\/\.logout$|csh(?:rc|\.login|\.logout)?$/.test(path) ? "csh" : undefined
}
