import { shellWord } from "../../../core/escape.ts"
import { shellScript } from "../../../core/shell.ts"
import type { Manager, Service, ServiceTrouble } from "../manager.ts"
import { actScript, snapshotScript } from "../script.ts"
import { parseSnapshot } from "./parse.ts"
import { formatPlist } from "./plist.ts"

const snapshotBody = shellScript("look.sh", import.meta.url)
const acts = shellScript("acts.sh", import.meta.url)

/** launchd's agents of a logged-in user: property lists in `~/Library/LaunchAgents`. */
export const launchd: Manager = {
  name: "launchd",
  reloadRestarts: true,
  defaultPath: (name) => `~/Library/LaunchAgents/${name}.plist`,
  nameProblem: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)
      ? undefined
      : "is not a valid label; expected one such as ai.openclaw.node",
  createDefinition: ({ name }, program, home) => ({ text: formatPlist(name, program, home), mode: 0o644 }),
  snapshotScript: (service) => snapshotScript(snapshotBody, service),
  parseSnapshot,
  actScript: (service, requested) => actScript(acts, service, requested),
  removal: { before: ["stop"], after: [] },
  describeFix,
}

const noSession =
  "launchd starts a user's agents only if the user is logged in at this Mac's screen: log in once, or switch automatic log-in on, then `pulumi up`"

function describeFix({ name, path, variable }: Service, { act, code, kind }: ServiceTrouble): string {
  const target = `gui/$(id -u)/${shellWord(name)}`
  if (code === 112 || code === 125 || code === 134) return noSession
  if (code === 122) return `chmod go-w ${formatPath(path)}; its owner must be the user whose agent it is`
  if (code === 119) return `launchctl enable ${target}`
  if (code === 109 || code === 111) return `plutil -lint ${formatPath(path)}`
  if (code === 161) return "allow it in System Settings, Login Items"
  if (kind === "environment") return `launchctl unsetenv ${variable}`
  if (act === "reload") return `launchctl bootstrap gui/$(id -u) ${formatPath(path)}`
  return `launchctl print ${target} | grep -E 'state|last exit'`
}

/** The shell expands a leading `~/` only outside of quotes. */
function formatPath(path: string): string {
  return path.startsWith("~/") ? `~/${shellWord(path.slice(2))}` : shellWord(path)
}
