import { shellFile } from "../../core/shell.ts"

/** The names of the files by which a guard is started and a sidecar gets its bearers, in its folder. */
const renewal = { map: "bearer.map", program: "renew.sh", start: "start.sh" } as const

/** Returns the program that starts a guard, by its file's name. */
export function guardFiles(): ReadonlyMap<string, string> {
  return new Map([[renewal.start, shellFile("start-guard.sh", import.meta.url)]])
}

/** Returns the files by which a sidecar gets its bearers, by their names. */
export function renewalFiles(): ReadonlyMap<string, string> {
  return new Map([
    [renewal.map, "# Bearers are in the memory of the process alone.\nbearer -\n"],
    [renewal.program, shellFile("renew.sh", import.meta.url)],
    [renewal.start, shellFile("start.sh", import.meta.url)],
  ])
}
