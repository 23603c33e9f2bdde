import { shellScript } from "../../core/shell.ts"
import { hostOf } from "../../hosts/index.ts"
import { parseTaggedAnswer, prelude } from "../../probes/services/script.ts"
import type { Member } from "./member.ts"

/** The log line of openclaw when it starts without a token, and how much clocks may differ, in seconds. */
const line = "Generated a runtime token for this startup"
const slack = 2

/**
 * Checks whether a running gateway's own output reports a generated token: in its service manager's log of this process, or
 * in the file of its output. A log that several gateways share proves nothing.
 */
export async function hasGeneratedToken(host: string, { process, product }: Member): Promise<boolean> {
  if (!process || product !== "openclaw") return false
  const { pid, started, service } = process
  const unit = service?.manager === "systemd" ? service.name : ""
  const { stdout } = await hostOf(host).run(`${prelude}${script}`, { args: [`${pid}`, unit, line], timeout: 8_000 })
  const times = parseTaggedAnswer(stdout)?.all("made") ?? []
  return times.some((time) => started === undefined || isAfter(time, started - slack))
}

/** Checks whether a line is of this start; one without a time is the journal's, which separates starts. */
function isAfter(time: string, started: number): boolean {
  const at = Date.parse(time.split(" ")[0] ?? "") / 1000
  return Number.isNaN(at) || at >= started
}

const script = shellScript("runtime-token.sh", import.meta.url)
