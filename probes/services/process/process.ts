import { shellWord } from "../../../core/escape.ts"
import { shellScript } from "../../../core/shell.ts"
import type { Manager, Service, ServiceTrouble } from "../manager.ts"
import { actScript, snapshotScript } from "../script.ts"
import { parseSnapshot } from "./parse.ts"
import { formatSupervisor } from "./supervisor.ts"

const identity = shellScript("identity.sh", import.meta.url)

const snapshotBody = `${identity}${shellScript("look.sh", import.meta.url)}`

const acts = `${identity}${shellScript("acts.sh", import.meta.url)}`

/** A process that a shell script restarts, for hosts without launchd and systemd. It ends at a reboot. */
export const process: Manager = {
  name: "process",
  reloadRestarts: true,
  defaultPath: (name) => `~/.local/state/gatekey/${name}.sh`,
  nameProblem: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? undefined : "must be one word, such as openclaw-node",
  createDefinition: ({ path }, program, home) => ({ text: formatSupervisor(path, program, home), mode: 0o700 }),
  snapshotScript: (service) => snapshotScript(snapshotBody, service),
  parseSnapshot,
  actScript: (service, requested) => actScript(acts, service, requested),
  removal: { before: ["stop"], after: [] },
  describeFix,
}

function describeFix({ path, variable }: Service, { kind }: ServiceTrouble): string {
  if (kind === "environment") return `unset ${variable}`
  const log = path.replace(/(\.sh)?$/, ".log")
  return `tail ${log.startsWith("~/") ? `~/${shellWord(log.slice(2))}` : shellWord(log)}`
}
