import { shown } from "../../core/escape.ts"
import { maskStrictly } from "../../core/mask.ts"
import type { Secret } from "../../core/secret.ts"
import { shellScript } from "../../core/shell.ts"
import { hostOf } from "../../hosts/index.ts"
import { parseTaggedAnswer, prelude } from "../../probes/services/script.ts"
import type { Member } from "./member.ts"

/** A line of a log, as it may be shown once known tokens are hidden as well. */
export type Line = string

const most = 40
/** What is shorter stands in any line. */
const shortest = 4

/** The last lines that a member's service, or it itself, wrote; none where there is no log. */
export async function logOf(host: string, member: Member, tokens: readonly Secret[]): Promise<Line[]> {
  const { product, role, definitions } = member
  const [definition] = definitions
  const args = [definition?.manager ?? "", definition?.name ?? "", definition?.path ?? "", product, role, String(most)]
  const answer = parseTaggedAnswer((await hostOf(host).run(`${prelude}${script}`, { args, timeout: 8_000 })).stdout)
  return (answer?.all("log") ?? []).map((line) => shownLine(line, tokens)).filter((line) => line.trim() !== "")
}

const script = shellScript("log.sh", import.meta.url)

/** Without known tokens, however short they are, without what moves a cursor or colours a line, or looks like a token. */
export function shownLine(line: string, tokens: readonly Secret[]): Line {
  let clean = line
  for (const token of tokens) {
    const value = token.reveal()
    if (value.length >= shortest) clean = clean.replaceAll(value, "[token]")
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
  return maskStrictly(shown(clean.replace(/\u001b\[[0-9;]*m/g, ""), 300))
}
