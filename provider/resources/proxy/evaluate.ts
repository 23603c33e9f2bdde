import { type AuthoritySet, bundleOf } from "../../../certificates/authority-set.ts"
import { UserError } from "../../../core/errors.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { hostOf } from "../../../hosts/index.ts"
import { parseProxy } from "../../../probes/proxies/parse.ts"
import { guardFiles, renewalFiles } from "../../../probes/proxies/renewal.ts"
import { proxyScript } from "../../../probes/proxies/script.ts"
import type { ProxySnapshot } from "../../../probes/proxies/snapshot.ts"
import { clientsMap } from "../../../proxies/client.ts"
import { files, guardConfiguration, mark, stampOf } from "../../../proxies/guard.ts"
import { identityHeader } from "../../../proxies/header.ts"
import { keyFiles } from "../../../proxies/keys.ts"
import { sidecarConfiguration } from "../../../proxies/sidecar.ts"
import { clientsOf } from "./clients.ts"
import { type ProxyInputs, right, trustsOf } from "./inputs.ts"

/** What is in the folder of a proxy and what runs there, compared with what is declared. */
export interface ProxyEvaluation {
  readonly configured: string
  readonly loaded: string
  /** Which of the two differ from the declaration. */
  readonly faults: readonly ("configured" | "loaded")[]
  /** A configuration that gatekey did not write is there. */
  readonly isForeign: boolean
  readonly snapshot: ProxySnapshot
  /** What its files have to contain: see `filesOf`. */
  readonly wanted: ReadonlyMap<string, string>
}

/** The files of a proxy, by their names, but for its key and certificate; the configuration is the last. */
export function filesOf(
  inputs: ProxyInputs,
  set: AuthoritySet,
  earlier: number | undefined,
): ReadonlyMap<string, string> {
  return new Map([
    [files.authority, bundleOf(set, trustsOf(inputs))],
    ...(inputs.guard ? [[files.clients, clientsMap(clientsOf(inputs))] as const] : []),
    ...(inputs.guard ? keyFiles(clientsOf(inputs)) : []),
    ...(inputs.guard ? guardFiles() : []),
    ...(hasBearer(inputs) ? renewalFiles() : []),
    [files.configuration, configurationOf(inputs, set, earlier)],
  ])
}

/** Checks whether it is a sidecar that sends a bearer. */
export function hasBearer({ sidecar }: Pick<ProxyInputs, "sidecar">): boolean {
  return (sidecar?.auth ?? "mtls") !== "mtls"
}

function configurationOf(inputs: ProxyInputs, set: AuthoritySet, earlier: number | undefined): string {
  const { guard, sidecar, digest = "", header = 1 } = inputs
  const trusts = trustsOf(inputs)
  // A configuration of a stack's first authority does not name it.
  const authority = trusts.length === 1 && trusts[0] === 1 ? {} : { authority: bundleOf(set, trusts) }
  if (guard) {
    const { audience, ...listen } = guard
    const bearer = audience === undefined ? {} : { bearer: { domain: set.domain, audience } }
    const clients = clientsOf(inputs)
    const own = { digest, header: identityHeader(set, header), clients, ...authority }
    const also = earlier === undefined ? {} : { earlier: identityHeader(set, earlier) }
    return guardConfiguration({ ...listen, ...own, ...also, ...bearer })
  }
  if (!sidecar) throw new Error("neither a guard nor a sidecar")
  const { port, guard: address, guardPort, guardName, auth = "mtls" } = sidecar
  return sidecarConfiguration({
    port,
    digest,
    auth,
    ...authority,
    guard: { address, port: guardPort, name: guardName },
  })
}

/**
 * @param earlier the generation of the header before its last change
 * @throws UserError if the host cannot be reached, or its answer was cut off
 */
export async function evaluateProxy(
  inputs: ProxyInputs,
  set: AuthoritySet,
  earlier: number | undefined,
): Promise<ProxyEvaluation> {
  const host = hostOf(inputs.host)
  const wanted = filesOf(inputs, set, earlier)
  const { script, args } = proxyScript(inputs.folder)
  const [ran, forwarding, ...found] = await Promise.all([
    host.run(script, { args }),
    inputs.guard ? host.readSnapshot(`${inputs.folder}/${files.gateway}`) : undefined,
    ...[...wanted.keys()].map((name) => host.readSnapshot(`${inputs.folder}/${name}`)),
  ])
  const snapshot = parseProxy(ran.stdout)
  if (!snapshot) throw new UserError(`${inputs.folder}: the host's answer was cut off; run the command again`)
  const wrong = [
    ...[...wanted].flatMap(([name, text], at) => faultOf(name, text, found[at])),
    // Its content is the trust's.
    ...(forwarding?.kind === "absent" ? [`${files.gateway} is missing`] : []),
  ]
  const configuration = found.at(-1)
  const isForeign =
    configuration?.kind === "file" && !Buffer.from(configuration.bytes).toString("utf8").startsWith(mark)
  const configured = wrong.length > 0 ? wrong.join(", ") : right.configured
  const stamp = stampOf(wanted.get(files.configuration) ?? "")
  const { loaded, isLoaded } = loadedOf(snapshot, stamp)
  const faults = [...(wrong.length > 0 ? ["configured" as const] : []), ...(isLoaded ? [] : ["loaded" as const])]
  return { configured, loaded, faults, isForeign, snapshot, wanted }
}

function faultOf(name: string, wanted: string, found: FileSnapshot | undefined): string[] {
  if (found?.kind !== "file") return [`${name} is ${found?.kind === "absent" ? "missing" : found?.kind}`]
  if (Buffer.from(found.bytes).toString("utf8") !== wanted) return [`${name} differs`]
  return (found.mode & 0o077) !== 0 ? [`${name} can be read by others`] : []
}

/** Describes what a process runs with. One that does not run has loaded nothing else. */
function loadedOf({ process, stamp }: ProxySnapshot, wanted: string | undefined) {
  const differs = (loaded: string) => ({ loaded, isLoaded: false })
  if (process === "unknown") return differs("not known: the host has no perl, by which HAProxy is asked")
  if (process === "none" || stamp === wanted) return { loaded: right.loaded, isLoaded: true }
  return differs(stamp === undefined ? "a configuration of somebody else" : "an earlier configuration")
}
