import { shellScript } from "../../../core/shell.ts"
import { prelude } from "../../../probes/services/script.ts"
import type { HomeSnapshot } from "../../files/home-snapshot.ts"
import { runProbe } from "../run-probe.ts"

const script = `${prelude}${shellScript("targets.sh", import.meta.url)}`

/**
 * Finds the files that links lead to, such as those of a folder of dotfiles: one file, not a copy of it.
 * @returns for the path of each target the path by which it is known
 */
export async function targetsOf(
  host: string,
  { home, real }: Pick<HomeSnapshot, "home" | "real">,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const answer = await runProbe(host, { script, args: paths })
  const found = answer.all("target").flatMap((line): [string, string][] => {
    const [, number, target = ""] = /^(\d+) (\/.*)$/s.exec(line) ?? []
    const known = paths[Number(number)]
    const inHome = target.startsWith(`${real}/`) ? home + target.slice(real.length) : target
    return known === undefined || inHome === known ? [] : [[inHome, known]]
  })
  return new Map(found.reverse())
}
