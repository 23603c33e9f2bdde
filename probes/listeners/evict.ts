import type { Foreign } from "../../core/foreign.ts"
import { shellScript } from "../../core/shell.ts"
import { stopContainerScript } from "../containers/script.ts"
import type { Script } from "../services/manager.ts"
import { prelude } from "../services/script.ts"
import type { Owner } from "./owner.ts"

const identityCheck = shellScript("evict-same.sh", import.meta.url)
const launchd = shellScript("evict-launchd.sh", import.meta.url)
const systemd = shellScript("evict-systemd.sh", import.meta.url)

/**
 * Creates the script that stops an owner and switches its restart off; nothing is removed. It first checks that it is still the
 * same process; exit code 4: it is not.
 * @returns undefined for an owner that gatekey does not stop: a system service, or one that it cannot read
 */
export function evictionScript(owner: Owner): Script | undefined {
  if (owner.kind === "container") return stopContainerScript(owner.container.id, "running")
  if (owner.kind === "unseen") return undefined
  const { pid, start, uid, service } = owner.process
  const identity = [String(pid), start]
  if (!service) return { script: `${prelude}${identityCheck}kill -TERM "$1"`, args: identity }
  if (service.manager === "launchd")
    return { script: `${prelude}${identityCheck}${launchd}`, args: [...identity, service.name, String(uid)] }
  return service.system
    ? undefined
    : { script: `${prelude}${identityCheck}${systemd}`, args: [...identity, service.name] }
}

/** Describes why an owner was not stopped. @returns undefined if it was */
export function describeEvictionFailure(code: number | null, stderr: Foreign): string | undefined {
  if (code === 0) return undefined
  if (code === 4) return "another process has taken its place; check again"
  if (code === 5) return "docker removes it when it stops (--rm), so stop it yourself"
  return code === null ? "it took too long" : `${stderr.lastLine}` || `ended with ${code}`
}
