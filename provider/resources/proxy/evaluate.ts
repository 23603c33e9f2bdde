import type { Authority } from "../../../certificates/authority.ts"
import { UserError } from "../../../core/errors.ts"
import { Secret } from "../../../core/secret.ts"
import { hostOf } from "../../../hosts/index.ts"
import { parseProxy } from "../../../probes/proxies/parse.ts"
import { proxyScript } from "../../../probes/proxies/script.ts"
import type { ProxySnapshot } from "../../../probes/proxies/snapshot.ts"
import { clientsMap, type ProxyClient } from "../../../proxies/client.ts"
import { files, guardConfiguration, mark, sidecarConfiguration, stampOf } from "../../../proxies/guard.ts"
import { type ProxyInputs, right } from "./inputs.ts"

/** What is in the folder of a proxy and what runs there, compared with what is declared. */
export interface ProxyEvaluation {
  readonly configured: string
  readonly loaded: string
  /** A configuration that gatekey did not write is there. */
  readonly isForeign: boolean
  readonly snapshot: ProxySnapshot
}

/** The files of a proxy, by their names, but for its key and certificate. */
export function filesOf(inputs: ProxyInputs, { certificate }: Authority): ReadonlyMap<string, string> {
  return new Map([
    [files.authority, certificate],
    ...(inputs.guard ? [[files.clients, clientsMap(clientsOf(inputs))] as const] : []),
    [files.configuration, configurationOf(inputs)],
  ])
}

export function clientsOf({ clients = [] }: Pick<ProxyInputs, "clients">): ProxyClient[] {
  return clients.map(({ name, generation = 1, role = "node" }) => ({ name, generation, role }))
}

export function configurationOf(inputs: ProxyInputs): string {
  const { guard, sidecar, digest, header } = inputs
  if (guard) {
    const name = header instanceof Secret ? header.reveal() : String(header)
    return guardConfiguration({ ...guard, digest, header: headerName(name), clients: clientsOf(inputs) })
  }
  if (!sidecar) throw new Error("neither a guard nor a sidecar")
  const { port, guard: address, guardPort, guardName } = sidecar
  return sidecarConfiguration({ port, digest, guard: { address, port: guardPort, name: guardName } })
}

/** @throws UserError if it is no name that only a guard and its gateway know */
function headerName(name: string): string {
  if (/^(?:x-gk-)?[0-9a-f]{32,64}$/.test(name)) return name
  throw new UserError("header: expected 32 to 64 random hex digits, after x-gk- or alone; take a Token's value")
}

/** @throws UserError if the host cannot be reached, or its answer was cut off */
export async function evaluateProxy(inputs: ProxyInputs, authority: Authority): Promise<ProxyEvaluation> {
  const host = hostOf(inputs.host)
  const wrong: string[] = []
  let isForeign = false
  for (const [name, wanted] of filesOf(inputs, authority)) {
    const found = await host.readSnapshot(`${inputs.folder}/${name}`)
    const text = found.kind === "file" ? Buffer.from(found.bytes).toString("utf8") : undefined
    if (text === undefined) wrong.push(`${name} is ${found.kind === "absent" ? "missing" : found.kind}`)
    else if (text !== wanted) wrong.push(`${name} differs`)
    else if (found.kind === "file" && (found.mode & 0o077) !== 0) wrong.push(`${name} can be read by others`)
    if (name === files.configuration && text !== undefined && !text.startsWith(mark)) isForeign = true
  }
  const { script, args } = proxyScript(inputs.folder)
  const snapshot = parseProxy((await host.run(script, { args })).stdout)
  if (!snapshot) throw new UserError(`${inputs.folder}: the host's answer was cut off; run the command again`)
  const configured = wrong.length > 0 ? wrong.join(", ") : right.configured
  return { configured, loaded: loadedOf(snapshot, stampOf(configurationOf(inputs))), isForeign, snapshot }
}

/** Describes what a process runs with. One that does not run has loaded nothing else. */
function loadedOf({ process, stamp }: ProxySnapshot, wanted: string | undefined): string {
  if (process === "unknown") return "not known: the host has no perl, by which HAProxy is asked"
  if (process === "none" || stamp === wanted) return right.loaded
  return stamp === undefined ? "a configuration of somebody else" : "an earlier configuration"
}
