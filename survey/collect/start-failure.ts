import { posix } from "node:path"
import { shown } from "../../core/escape.ts"
import type { Secret } from "../../core/secret.ts"
import { shellScript } from "../../core/shell.ts"
import { prelude } from "../../probes/services/script.ts"
import { shownLine } from "./log.ts"
import type { Member } from "./member.ts"
import { runProbe } from "./run-probe.ts"

/** Why a gateway's last start failed, from the product's record. */
export interface StartFailure {
  /** The product's message, safe to show. */
  readonly message: string
  /** Seconds since 1970. */
  readonly at: number
}

/** The length limit of the message; what follows is only the place in the program. */
const longest = 400

/** Reads the newest record of a start that failed (openclaw 2026.9: `logs/stability`); undefined if there is none. */
export async function startFailureOf(
  host: string,
  { located }: Member,
  tokens: readonly Secret[],
): Promise<StartFailure | undefined> {
  const folder = posix.dirname(located.dotenv)
  const answer = await runProbe(host, { script: `${prelude}${script}`, args: [folder], timeout: 8_000 })
  const record = recordIn(answer.all("record").join("\n"))
  return record && { ...record, message: shownLine(shown(record.message, longest), tokens) }
}

const script = shellScript("start-failure.sh", import.meta.url)

function recordIn(text: string): StartFailure | undefined {
  try {
    const { error, generatedAt } = JSON.parse(text)
    const at = Date.parse(generatedAt) / 1000
    return typeof error?.message === "string" && Number.isFinite(at) ? { message: error.message, at } : undefined
  } catch {
    return undefined
  }
}
