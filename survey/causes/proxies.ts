import { basename } from "node:path"
import { shellWord, shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { octal } from "../../core/octal.ts"
import { files } from "../../proxies/guard.ts"
import type { OwnProxy } from "../collect/proxies.ts"
import type { Survey } from "../collect/survey.ts"
import { hostName } from "../resolve/names.ts"
import { guardBefore } from "../resolve/proxies.ts"
import type { World } from "../resolve/world.ts"
import { type Cause, hostCommand } from "./cause.ts"
import { certificateFaults, faultOf, type ProxyFault } from "./certificates.ts"

/** Reports what is wrong with the guards and the sidecars that gatekey made in a home. */
export function proxyCauses(survey: Survey, world: World): Cause[] {
  return (survey.proxies?.own ?? []).flatMap((proxy) => causesOfProxy(survey, proxy, world))
}

/** Reports what is wrong with one of them, under the name of the member that depends on it. */
function causesOfProxy(survey: Survey, proxy: OwnProxy, world: Pick<World, "gateways" | "nodes">): Cause[] {
  const { host } = survey.target
  const { folder, facts } = proxy
  const at = hostName(host, survey.snapshot)
  const what = `the ${facts?.kind ?? "proxy"} in ${showPath(folder, survey.snapshot.home)} on ${at}`
  const base = { who: memberOf(survey, proxy, world) ?? at, host }
  return proxyFaults(survey, proxy).map(({ predicate, ...fault }) => ({
    ...base,
    ...fault,
    sentence: `${what} ${predicate}`,
  }))
}

/** Lists what is wrong with a proxy that gatekey made, its process first. */
export function proxyFaults(survey: Survey, proxy: OwnProxy): ProxyFault[] {
  return [...processFaults(proxy), ...certificateFaults(proxy, survey), ...configurationFaults(survey, proxy)]
}

/** Names the member that needs the proxy: the gateway behind a guard, or the node before a sidecar. */
function memberOf(survey: Survey, { folder }: OwnProxy, world: Pick<World, "gateways" | "nodes">): string | undefined {
  const node = world.nodes.find((each) => each.survey === survey && each.sidecar?.folder === folder)
  const gateway = world.gateways.find(
    (each) => each.survey === survey && guardBefore(survey, each.member.port)?.folder === folder,
  )
  return node?.name ?? gateway?.name
}

function processFaults({ process, facts, folder }: OwnProxy): ProxyFault[] {
  const starts = `pulumi up starts it; see its service ${shown(`gatekey-${basename(folder)}`)} and its log`
  if (process.process === "none")
    return [faultOf("proxy-stopped", "broken", "does not run: its HAProxy does not answer", starts)]
  if (process.process === "unknown")
    return [faultOf("proxy-unknown", "unknown", "cannot be asked whether it runs: the host has no perl")]
  if (!facts || process.stamp === facts.stamp) return []
  const sentence = "runs with another configuration than the one in its folder"
  return [faultOf("proxy-not-loaded", "risk", sentence, "pulumi up checks the configuration and loads it")]
}

function configurationFaults({ target }: Survey, { facts, mode, folder }: OwnProxy): ProxyFault[] {
  const { configuration } = files
  if (!facts) {
    const sentence = `has a ${configuration} that is not as gatekey writes it`
    return [faultOf("proxy-edited", "risk", sentence, "pulumi up writes it again")]
  }
  if (facts.kind !== "guard" || (mode & 0o077) === 0) return []
  const fix = hostCommand(target.host, `chmod 600 ${shellWord(`${folder}/${configuration}`)}`)
  const sentence = `has the name of its identity header in ${configuration} with the mode ${octal(mode)}, expected 0600: who reads it can claim any identity at the gateway`
  return [faultOf("proxy-mode", "risk", sentence, `${fix}; then raise header of the guard`)]
}
