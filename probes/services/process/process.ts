import { shellWord } from "../../../core/escape.ts"
import { shellScript } from "../../../core/shell.ts"
import type { Manager, Service, Trouble } from "../manager.ts"
import { actScript, snapshotScript } from "../script.ts"
import { read } from "./read.ts"
import { supervisorOf } from "./supervisor.ts"

const identity = shellScript("identity.sh", import.meta.url)

const gather = `${identity}${shellScript("look.sh", import.meta.url)}`

const acts = `${identity}${shellScript("acts.sh", import.meta.url)}`

/** A plain process, kept running by a shell: for hosts without launchd and systemd. It does not outlive a reboot. */
export const process: Manager = {
  name: "process",
  reloadRestarts: true,
  defaultPath: (name) => `~/.local/state/gatekey/${name}.sh`,
  nameProblem: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? undefined : "must be one word, such as openclaw-node",
  define: ({ path }, program, home) => ({ text: supervisorOf(path, program, home), mode: 0o700 }),
  look: (service) => snapshotScript(gather, service),
  read,
  act: (service, wanted) => actScript(acts, service, wanted),
  removal: { before: ["stop"], after: [] },
  remedy,
}

function remedy({ path, variable }: Service, { kind }: Trouble): string {
  if (kind === "environment") return `unset ${variable}`
  const log = path.replace(/(\.sh)?$/, ".log")
  return `tail ${log.startsWith("~/") ? `~/${shellWord(log.slice(2))}` : shellWord(log)}`
}
