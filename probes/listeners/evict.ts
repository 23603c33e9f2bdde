import type { Foreign } from "../../core/foreign.ts"
import { shellScript } from "../../core/shell.ts"
import { stopping } from "../containers/script.ts"
import type { Script } from "../services/manager.ts"
import { prelude } from "../services/script.ts"
import type { Owner } from "./owner.ts"

const same = shellScript("evict-same.sh", import.meta.url)
const launchd = shellScript("evict-launchd.sh", import.meta.url)
const systemd = shellScript("evict-systemd.sh", import.meta.url)

/**
 * Stops one owner and switches its restart off, and removes nothing. That it is still the one that was seen is looked at
 * in the same breath; exit code 4: it is not.
 * @returns nothing for what gatekey does not stop: the machine's own services, and what it could not see
 */
export function eviction(owner: Owner): Script | undefined {
  if (owner.kind === "container") return stopping(owner.container.id, "running")
  if (owner.kind === "unseen") return undefined
  const { pid, start, uid, service } = owner.process
  const identity = [String(pid), start]
  if (!service) return { script: `${prelude}${same}kill -TERM "$1"`, args: identity }
  if (service.manager === "launchd")
    return { script: `${prelude}${same}${launchd}`, args: [...identity, service.name, String(uid)] }
  return service.system ? undefined : { script: `${prelude}${same}${systemd}`, args: [...identity, service.name] }
}

/** Why it is not stopped, once the exit code is known; nothing when it was. */
export function evictionProblem(code: number | null, stderr: Foreign): string | undefined {
  if (code === 0) return undefined
  if (code === 4) return "another one has taken its place in between; look again"
  if (code === 5) return "docker removes it as soon as it stops (--rm), so that is left to you"
  return code === null ? "it took too long" : `${stderr.lastLine}` || `ended with ${code}`
}
