import { showPath } from "../../core/home.ts"
import type { HomeReading, Member } from "../collect/member.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { inLoginOrder } from "../files/shells/login.ts"
import { readsAtStartup } from "../files/shells/startup-shell.ts"

/** What the shell of a service's command exports: the copy that counts, or why it is not known. */
export type StartupExport = { readonly copy: PlaceCopy } | { readonly unknown: string }

/**
 * Resolves a variable that a service's shell may read from its startup files.
 * @param copies the variable's places in shell files
 * @returns undefined if no startup file of that shell sets it
 */
export function startupExport(
  { definitions }: Pick<Member, "definitions">,
  copies: readonly PlaceCopy[],
  { snapshot }: Pick<HomeReading, "snapshot">,
): StartupExport | undefined {
  for (const { shell, path } of definitions) {
    const read = shell ? copies.filter((copy) => readsAtStartup(shell, copy.path) !== undefined) : []
    if (!shell || read.length === 0) continue
    const trio = inLoginOrder(read).filter((copy) => /\/\.(?:profile|bash_login|bash_profile)$/.test(copy.path))
    const counting = read.filter((copy) => !trio.includes(copy) || copy.path === trio.at(-1)?.path)
    const [copy] = counting
    const isSure = counting.some((each) => readsAtStartup(shell, each.path) === "yes")
    const values = new Set(counting.map(({ held }) => (held.kind === "value" ? held.value.reveal() : undefined)))
    if (copy && isSure && values.size === 1 && !values.has(undefined)) return { copy }
    const [unit, file] = [path, copy?.path ?? ""].map((each) => showPath(each, snapshot.home))
    return { unknown: `${unit} starts it through ${shell.name}, which may read it from ${file}` }
  }
  return undefined
}
