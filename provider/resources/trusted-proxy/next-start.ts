import { posix } from "node:path"
import type { Json } from "../../../core/content.ts"
import { shown } from "../../../core/escape.ts"
import { showPath } from "../../../core/home.ts"
import { hostOf } from "../../../hosts/index.ts"
import { credentials, formatVariable } from "../../../products/readers.ts"
import { settingIn } from "../../../products/trusted-proxy.ts"
import { type Survey, survey } from "../../../survey/collect/survey.ts"
import type { PlaceCopy } from "../../../survey/files/place-copy.ts"
import { type Candidate, winnerOf } from "../../../survey/resolve/winner.ts"
import { dotenvsFor } from "../../gateways/auth-settings.ts"
import { snapshotPlace } from "../../hosts/place.ts"
import type { TrustedProxyInputs } from "./inputs.ts"

/** Sources that are checked on their own; keys of the config go with the switch. */
const otherSources = ["config", "dotenv", "config environment", "login shell"]

/** What may start a gateway without being its service. */
const launchers = ["script", "crontab"]

/**
 * Lists the secrets that the gateway's next start would find beside its config: in what its service sets, in the script that
 * starts it, and in a login shell whose exports its config has it load.
 * @throws UserError if its home cannot be surveyed
 */
export async function secretsAtStart(inputs: TrustedProxyInputs, config: Json): Promise<string[]> {
  const { host, config: path } = inputs
  const found = await survey({ host, home: posix.dirname(posix.dirname(path)) })
  const shellEnv = await shellEnvSetting(inputs, config)
  return [
    ...(await givenAtStart(found, inputs)),
    ...copiesOf(found, launchers).map((copy) => describeCopy(copy, found)),
    ...(shellEnv === undefined ? [] : exportsIn(found, shellEnv)),
  ]
}

async function givenAtStart(found: Survey, { host, config }: TrustedProxyInputs): Promise<string[]> {
  const own = await hostOf(host).resolveCanonical(config)
  const members = await Promise.all(
    found.members.map(async (member) => {
      const isIts = member.product === "openclaw" && member.role === "gateway" && !member.isClient
      return isIts && (await hostOf(host).resolveCanonical(member.located.config)) === own ? [member] : []
    }),
  )
  return members.flat().flatMap((member) =>
    credentials.flatMap((credential) =>
      winnerOf(member, found, "next", credential)
        .candidates.filter(({ source, key }) => key === undefined && !otherSources.includes(source))
        .map((candidate) => describeCandidate(candidate, found, formatVariable("openclaw", credential))),
    ),
  )
}

function describeCandidate({ copy, by, unknown }: Candidate, found: Survey, variable: string): string {
  if (copy) return describeCopy(copy, found)
  if (by !== undefined) return `${shown(by)} sets ${variable} for what it starts`
  return unknown ?? `its next start has ${variable}`
}

function describeCopy({ path, locator }: PlaceCopy, { snapshot }: Survey): string {
  return `${showPath(path, snapshot.home)} has ${shown(locator)}`
}

/**
 * Lists the exports of shell files. Which of them a login shell reads depends on the shell, and a file may read another one:
 * each counts.
 */
function exportsIn(found: Survey, setting: string): string[] {
  return copiesOf(found, ["profile"]).map((copy) => `${describeCopy(copy, found)}, which openclaw loads by ${setting}`)
}

function copiesOf({ copies, passwords }: Survey, kinds: readonly string[]): PlaceCopy[] {
  return [...copies, ...passwords].filter(
    ({ kind, product, role }) => kinds.includes(kind) && product === "openclaw" && role !== "node",
  )
}

/** Names the setting that has openclaw load the exports of a login shell; undefined if none does. Source: openclaw 2026.9.6. */
async function shellEnvSetting({ host, config: path }: TrustedProxyInputs, config: Json): Promise<string | undefined> {
  if (settingIn(config, "env.shellEnv.enabled") === true) return "env.shellEnv"
  if (settingIn(config, `env.vars.${loadVariable}`) !== undefined) return `env.vars.${loadVariable}`
  for (const dotenv of dotenvsFor(path, "openclaw")) {
    const snapshot = await snapshotPlace(host, { path: dotenv.path, locator: loadVariable, format: "dotenv" })
    if (snapshot.kind === "content" && snapshot.found.kind !== "missing")
      return `${loadVariable} in ${shown(dotenv.path)}`
  }
  return undefined
}

const loadVariable = "OPENCLAW_LOAD_SHELL_ENV"
