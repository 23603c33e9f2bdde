import type { AuthoritySet } from "../../../certificates/authority-set.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { describePairing, findPairing } from "../../../gateways/pairing.ts"
import { parsePairings } from "../../../gateways/pairings.ts"
import { authKeys } from "../../../products/auth-modes.ts"
import { credentials, formatVariable } from "../../../products/readers.ts"
import { headerKey, settingIn } from "../../../products/trusted-proxy.ts"
import { identityHeader } from "../../../proxies/header.ts"
import { settingsOf } from "../../../survey/files/settings.ts"
import { dotenvsFor } from "../../gateways/auth-settings.ts"
import { type HeaderSource, headerName } from "../../gateways/identity.ts"
import { gatewayProcess, otherConfigObstacle } from "../../gateways/read-config.ts"
import { snapshotPlace } from "../../hosts/place.ts"
import type { Run } from "../../run/run.ts"
import type { TrustEvaluation } from "./evaluate.ts"
import { gatewayIn, type TrustedProxyInputs } from "./inputs.ts"
import { secretsAtStart } from "./next-start.ts"

/**
 * Refuses to make a gateway trust its guard while a secret is left that keeps it from starting, or while a node depends on
 * the token. @throws UserError with all of them
 */
export async function refuseSwitch(run: Run, inputs: TrustedProxyInputs, { config }: TrustEvaluation): Promise<void> {
  const included = [
    ...includesIn(config),
    ...(settingsOf(config, { product: "openclaw", path: inputs.config }).tls ? [tls] : []),
  ]
  if (included.length > 0) refuse(inputs, included)
  if (inputs.mode === "token") return
  const past = inputs.closed && settingIn(config, "gateway.bind") !== "loopback" ? run.trusts.past(inputs.name) : []
  if (past.length > 0)
    refuse(
      inputs,
      past.map((name) => `${shown(name)} still connects past its sidecar`),
    )
  if (settingIn(config, authKeys.mode) === "trusted-proxy") return
  const other = await otherConfigObstacle(run, gatewayIn(inputs))
  const secrets = [...(await secretsBeside(inputs)), ...variablesIn(config), ...(await secretsAtStart(inputs, config))]
  const problems = [
    ...(other === undefined ? [] : [other]),
    ...[...new Set(secrets)].map((where) => `${where}; expected none: ${noSecret}`),
    ...(await unpairedNodes(run, inputs)),
  ]
  if (problems.length > 0) refuse(inputs, problems)
}

/**
 * Refuses to take over a gateway that trusts a proxy of somebody else's: its users would be out.
 * @param before the header that was declared last
 * @throws UserError if its header is of no generation of this stack, and never was declared
 */
export function refuseOtherProxy(
  inputs: TrustedProxyInputs,
  authority: AuthoritySet,
  { config }: Pick<TrustEvaluation, "config">,
  before?: HeaderSource["userHeader"],
): void {
  const header = settingIn(config, headerKey)
  if (settingIn(config, authKeys.mode) !== "trusted-proxy" || header === undefined) return
  const declared = [inputs.userHeader, before].filter((each) => each !== undefined)
  if (declared.some((userHeader) => headerName(authority, { userHeader }) === String(header).toLowerCase())) return
  const generations = Array.from({ length: inputs.header + mostGenerations }, (_, at) => at + 1)
  if (generations.some((generation) => identityHeader(authority, generation) === header)) return
  const fix = inputs.userHeader === undefined ? "remove that first" : "set identityHeader to it, or remove it first"
  refuse(inputs, [`its config trusts another proxy already (${headerKey} is not this stack's); ${fix}`])
}

/** How far a header's generation may have been lowered. */
const mostGenerations = 100

function refuse({ name }: TrustedProxyInputs, problems: readonly string[]): never {
  const which = name === undefined ? "the gateway" : `the gateway ${name}`
  throw new UserError(`${which} cannot trust its guard yet: ${problems.join(". ")}. Nothing was changed in its config`)
}

const tls = "it speaks TLS (gateway.tls.enabled), and a guard speaks none to it; turn it off"

/** Lists the parts of a config that are in other files, whose settings are not seen. */
function includesIn(config: TrustEvaluation["config"]): string[] {
  const keys = ["$include", "gateway.$include", "gateway.auth.$include"]
  return keys
    .filter((key) => settingIn(config, key) !== undefined)
    .map((key) => `its config has ${key}, so its settings are in another file; move those of gateway into the config`)
}

const noSecret =
  "with a token a gateway of mode trusted-proxy does not start, and a password would be a shared secret that is left"

const variables = credentials.map((credential) => formatVariable("openclaw", credential))

/** Lists the secrets in its dotenv files and in the environment and arguments of its process. */
async function secretsBeside({ host, config, port }: TrustedProxyInputs): Promise<string[]> {
  const found: string[] = []
  for (const { path } of dotenvsFor(config, "openclaw")) {
    for (const locator of variables) {
      const snapshot = await snapshotPlace(host, { path, locator, format: "dotenv" })
      if (snapshot.kind === "content" && snapshot.found.kind !== "missing") found.push(`${shown(path)} has ${locator}`)
    }
  }
  const running = await gatewayProcess({ host, port, product: "openclaw" }, config)
  const { flag, password } = running?.process ?? {}
  if (flag || password) found.push(`its process (pid ${running?.process.pid}) was started with a token or password`)
  for (const name of variables) {
    const value = running?.process.environment.get(name)?.reveal()
    if (value !== undefined && value !== "")
      found.push(`the environment of its process (pid ${running?.process.pid}) has ${name}`)
  }
  return found
}

function variablesIn(config: TrustEvaluation["config"]): string[] {
  const keys = variables.map((name) => `env.vars.${name}`)
  return keys.filter((key) => settingIn(config, key) !== undefined).map((key) => `its config has ${key}`)
}

/** Lists the nodes past the guard that are not paired: until now they had the token. */
async function unpairedNodes(run: Run, inputs: TrustedProxyInputs): Promise<string[]> {
  const { paired = [] } = inputs
  if (paired.length === 0) return []
  const at = gatewayIn(inputs)
  for (const token of run.tokens.keptTokens().slice(0, 2)) {
    const { session } = await run.gateways.operatorAt(at, token)
    if (!session) continue
    try {
      const known = parsePairings(await session.request("device.pair.list"), await session.request("node.list"))
      return paired.flatMap((declared) => {
        const status = findPairing(known, declared)
        if (status.kind === "paired" && !status.node.revoked) return []
        return [`the node ${shown(declared.node)} has no sidecar and is not paired (${describePairing(status, false)})`]
      })
    } finally {
      session.close()
    }
  }
  const names = paired.map(({ node }) => shown(node)).join(", ")
  return [`it cannot be asked whether ${names} are paired; start it, or give each a sidecar`]
}
