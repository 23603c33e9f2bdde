import { type AuthoritySet, authorityOf } from "../../../certificates/authority-set.ts"
import { commonName } from "../../../certificates/identity.ts"
import { UserError } from "../../../core/errors.ts"
import { hostOf } from "../../../hosts/index.ts"
import { describeRefusal, versionProblem } from "../../../probes/proxies/describe.ts"
import { parseApplied, parseProblem } from "../../../probes/proxies/parse.ts"
import { guardFiles, renewalFiles } from "../../../probes/proxies/renewal.ts"
import { applyScript, checkScript, type Revoked, tidyScript } from "../../../probes/proxies/script.ts"
import { type ProxyClient, serverName } from "../../../proxies/client.ts"
import { files, gatewayMap, stampOf } from "../../../proxies/guard.ts"
import { keyFiles, keyFolder } from "../../../proxies/keys.ts"
import { clientsOf } from "./clients.ts"
import { hasBearer, type ProxyEvaluation } from "./evaluate.ts"
import { type ProxyInputs, trustsOf } from "./inputs.ts"

/**
 * Writes the files of a proxy once HAProxy has checked them, has a running process load them, and cuts off who is not let
 * in any more.
 * @param before the clients that were let in
 * @throws UserError if HAProxy refuses the configuration; it then goes on with the one that it has
 */
export async function configure(
  inputs: ProxyInputs,
  set: AuthoritySet,
  { snapshot, wanted }: ProxyEvaluation,
  before: readonly ProxyClient[],
): Promise<void> {
  const old = snapshot.version === undefined ? undefined : versionProblem(snapshot.version)
  if (old) throw new UserError(`${inputs.folder}: ${old}. Nothing was changed`)
  for (const generation of trustsOf(inputs)) authorityOf(set, generation)
  for (const [name, text] of wanted) if (name !== files.configuration) await write(inputs, name, text)
  const configuration = wanted.get(files.configuration) ?? ""
  if (inputs.guard) await keepForwarding(inputs)
  await check(inputs, configuration)
  await write(inputs, files.configuration, configuration)
  const stamp = stampOf(configuration) ?? ""
  const { script, args } = applyScript(inputs.folder, stamp, revokedOf(before, clientsOf(inputs)))
  const applied = parseApplied((await hostOf(inputs.host).run(script, { args, timeout: 60_000 })).stdout)
  if ("refusal" in applied) throw new UserError(`${inputs.folder}: ${describeRefusal(applied.refusal)}`)
  await removeFiles(
    inputs,
    [...keyFiles(before).keys()].filter((name) => !wanted.has(name)),
  )
}

/** Who was let in, and is not any more: removed, or of another generation. */
export function revokedOf(before: readonly ProxyClient[], now: readonly ProxyClient[]): Revoked[] {
  const kept = new Set(now.map((client) => `${client.role} ${commonName(client)}`))
  return before
    .filter((client) => !kept.has(`${client.role} ${commonName(client)}`))
    .map((client) => ({ commonName: commonName(client), server: serverName(client) }))
}

async function check(inputs: ProxyInputs, configuration: string): Promise<void> {
  const candidate = `${files.configuration}.next`
  await write(inputs, candidate, configuration)
  try {
    const { script, args } = checkScript(inputs.folder, candidate)
    const problem = parseProblem((await hostOf(inputs.host).run(script, { args })).stdout)
    if (typeof problem === "string") throw new UserError(`${inputs.folder}: ${describeRefusal(problem)}`)
    if (problem) throw new UserError(`${inputs.folder}: HAProxy refuses the configuration: ${problem.upTo(400)}`)
  } finally {
    await hostOf(inputs.host).edit(`${inputs.folder}/${candidate}`, () => ({ remove: true }))
  }
}

async function write({ host, folder }: ProxyInputs, name: string, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  await hostOf(host).edit(`${folder}/${name}`, (found) => {
    const isSame = found.kind === "file" && found.mode === 0o600 && bytes.equals(found.bytes)
    return isSame ? undefined : { bytes, mode: 0o600 }
  })
}

/** Makes the file by which a guard knows how to hand clients on, unless it is there: it is the trust's to change. */
async function keepForwarding({ host, folder }: ProxyInputs): Promise<void> {
  const bytes = Buffer.from(gatewayMap("named"))
  await hostOf(host).edit(`${folder}/${files.gateway}`, (found) =>
    found.kind === "absent" ? { bytes, mode: 0o600 } : undefined,
  )
}

/** Removes the files of a proxy, but for its key and certificate. */
export async function unconfigure(inputs: ProxyInputs): Promise<void> {
  const keys = keyFiles(clientsOf(inputs)).keys()
  const renewals = hasBearer(inputs) ? renewalFiles().keys() : inputs.guard ? guardFiles().keys() : []
  await removeFiles(inputs, [
    files.configuration,
    `${files.configuration}.next`,
    files.clients,
    files.gateway,
    ...keys,
    ...renewals,
    files.authority,
  ])
}

async function removeFiles({ host, folder }: ProxyInputs, names: readonly string[]): Promise<void> {
  for (const name of names)
    await hostOf(host).edit(`${folder}/${name}`, (found) => (found.kind === "file" ? { remove: true } : undefined))
  if (!names.some((name) => name.startsWith(`${keyFolder}/`))) return
  const { script, args } = tidyScript(folder, keyFolder)
  await hostOf(host).run(script, { args })
}
