import { shellWord } from "../../../core/escape.ts"
import { shellScript } from "../../../core/shell.ts"
import type { Manager, Service, Trouble } from "../manager.ts"
import { actScript, snapshotScript } from "../script.ts"
import { plistOf } from "./plist.ts"
import { read } from "./read.ts"

const gather = shellScript("look.sh", import.meta.url)
const acts = shellScript("acts.sh", import.meta.url)

/** launchd's agents of a logged-in user: property lists in `~/Library/LaunchAgents`. */
export const launchd: Manager = {
  name: "launchd",
  reloadRestarts: true,
  defaultPath: (name) => `~/Library/LaunchAgents/${name}.plist`,
  nameProblem: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? undefined : "is no label: it must look like ai.openclaw.node",
  define: ({ name }, program, home) => ({ text: plistOf(name, program, home), mode: 0o644 }),
  look: (service) => snapshotScript(gather, service),
  read,
  act: (service, wanted) => actScript(acts, service, wanted),
  removal: { before: ["stop"], after: [] },
  remedy,
}

const noSession =
  "nobody is logged in at this Mac's screen, and launchd starts a user's agents only there: log in once, or switch automatic log-in on, then `pulumi up`"

function remedy({ name, path, variable }: Service, { act, code, kind }: Trouble): string {
  const target = `gui/$(id -u)/${shellWord(name)}`
  if (code === 112 || code === 125 || code === 134) return noSession
  if (code === 122) return `chmod go-w ${word(path)}; its owner must be the user whose agent it is`
  if (code === 119) return `launchctl enable ${target}`
  if (code === 109 || code === 111) return `plutil -lint ${word(path)}`
  if (code === 161) return "allow it in System Settings, Login Items"
  if (kind === "environment") return `launchctl unsetenv ${variable}`
  if (act === "reload") return `launchctl bootstrap gui/$(id -u) ${word(path)}`
  return `launchctl print ${target} | grep -E 'state|last exit'`
}

/** The shell expands a leading `~/` only outside of quotes. */
function word(path: string): string {
  return path.startsWith("~/") ? `~/${shellWord(path.slice(2))}` : shellWord(path)
}
