import { shown } from "./escape.ts"

/** Expands a leading `~/`, or a lone `~`. */
export function expandHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? `${home}${path.slice(1)}` : path
}

/** Abbreviates the home of a path to `~`, byte for byte. */
export function abbreviateHome(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

/** Abbreviates the home of a path to `~`, and escapes it. */
export function showPath(path: string, home: string): string {
  return shown(abbreviateHome(path, home), 300)
}
