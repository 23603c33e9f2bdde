import { shown } from "../../core/escape.ts"
import { maskStrictly } from "../../core/mask.ts"
import type { Secret } from "../../core/secret.ts"
import { shellScript } from "../../core/shell.ts"
import { hostOf } from "../../hosts/index.ts"
import { parseTaggedAnswer, prelude } from "../../probes/services/script.ts"
import type { Member } from "./member.ts"

/** A log line that may be shown: known tokens are hidden. */
export type Line = string

const most = 40
/** Shorter values occur in any line. */
const shortest = 4

/** Reads the last log lines of a member or its service; none if there is no log. */
export async function logOf(host: string, member: Member, tokens: readonly Secret[]): Promise<Line[]> {
  const { product, role, definitions } = member
  const [definition] = definitions
  const args = [definition?.manager ?? "", definition?.name ?? "", definition?.path ?? "", product, role, String(most)]
  const answer = parseTaggedAnswer((await hostOf(host).run(`${prelude}${script}`, { args, timeout: 8_000 })).stdout)
  return (answer?.all("log") ?? []).map((line) => shownLine(line, tokens)).filter((line) => line.trim() !== "")
}

const script = shellScript("log.sh", import.meta.url)

/** Hides known tokens and what looks like one, and removes control characters and colours. */
export function shownLine(line: string, tokens: readonly Secret[]): Line {
  let clean = line
  for (const token of tokens) {
    const value = token.reveal()
    if (value.length >= shortest) clean = clean.replaceAll(value, "[token]")
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
  return maskStrictly(shown(clean.replace(/\u001b\[[0-9;]*m/g, ""), 300))
}
