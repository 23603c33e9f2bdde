import { hostOf } from "../hosts/index.ts"
import { answerIn, basics } from "../services/script.ts"
import type { Member } from "./member.ts"

/** What openclaw writes when it starts without a token, and how clocks may differ: seconds. */
const line = "Generated a runtime token for this startup"
const slack = 2

/**
 * Whether a running gateway's own output says that it made up a token at its start: what its service manager keeps of
 * this process, or the file that its output goes to. A log that several gateways share proves nothing.
 */
export async function madeUpToken(host: string, { process, product }: Member): Promise<boolean> {
  if (!process || product !== "openclaw") return false
  const { pid, started, service } = process
  const unit = service?.manager === "systemd" ? service.name : ""
  const { stdout } = await hostOf(host).run(`${basics}${script}`, { args: [`${pid}`, unit, line], timeout: 8_000 })
  const times = answerIn(stdout)?.all("made") ?? []
  return times.some((time) => started === undefined || isAfter(time, started - slack))
}

/** A line without a time is the journal's, which tells one start from another. */
function isAfter(time: string, started: number): boolean {
  const at = Date.parse(time.split(" ")[0] ?? "") / 1000
  return Number.isNaN(at) || at >= started
}

const script = `
pid=$1 unit=$2 line=$3
if [ -n "$unit" ]; then
  if [ -z "\${XDG_RUNTIME_DIR-}" ] && [ -d "/run/user/$(id -u)" ]; then XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR; fi
  journalctl --user -u "$unit" "_PID=$pid" -o cat --no-pager 2>/dev/null | grep -F -- "$line" | tail -n 1 | tag made
fi
for each in 1 2; do
  [ -f "/proc/$pid/fd/$each" ] || continue
  # What it wrote of this start stands at the end.
  tail -c 4000000 "/proc/$pid/fd/$each" 2>/dev/null | grep -aE '^[0-9T:.+-]+ ' | grep -aF -- "$line" | tail -n 1 | tag made
done
say end
`
