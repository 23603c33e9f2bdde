import { shown } from "./escape.ts"

/** Expands a leading `~/`, or a lone `~`. */
export function atHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? `${home}${path.slice(1)}` : path
}

/** Abbreviates the home of a path to `~`, byte for byte. */
export function homePath(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

/** Abbreviates the home of a path to `~`, as it may be shown. */
export function homely(path: string, home: string): string {
  return shown(homePath(path, home), 300)
}
