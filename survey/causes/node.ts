import { shellWord, shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import type { Secret } from "../../core/secret.ts"
import { products } from "../../products/index.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { hasOwnToken } from "../resolve/device.ts"
import { describeSource, serviceName } from "../resolve/names.ts"
import type { NodeView } from "../resolve/view.ts"
import type { Candidate } from "../resolve/winner.ts"
import { type Cause, type Ground, hostCommand } from "./cause.ts"
import { noTokenCauses, passwordCause, passwordInstead, tokenInstead } from "./credential.ts"
import { configCauses, secretFileCauses } from "./files.ts"
import { describeFix } from "./fix-place.ts"
import { describeUnknown, notAskedCause } from "./not-asked.ts"
import { pairingCauses } from "./pairing.ts"
import { passageCauses } from "./passage.ts"
import { nodeProfileCauses } from "./profile.ts"
import { sidecarCauses } from "./sidecar.ts"

/** Reports why a node, or a command of the CLI, is rejected or will be. */
export function nodeCauses(view: NodeView, ground: Ground): Cause[] {
  return [
    ...configCauses(view),
    ...secretFileCauses(view),
    ...nodeProfileCauses(view),
    ...(isByCertificate(view) ? [] : credentialCauses(view, ground)),
    ...(view.sidecar ? sidecarCauses(view) : passageCauses(view)),
    ...(view.member.isClient ? [] : pairingCauses(view)),
  ]
}

/** Checks whether a certificate lets the node in, and what it sends counts for nothing. */
function isByCertificate({ sidecar, gateway }: NodeView): boolean {
  return sidecar !== undefined && (gateway === undefined || gateway.mode.kind === "trusted-proxy")
}

function credentialCauses(view: NodeView, ground: Ground): Cause[] {
  const token = view.credential === "password" ? tokenInstead(view) : undefined
  const password = view.credential === "token" ? passwordInstead(view) : undefined
  if (password) return secretCauses(password, ground)
  return token?.value
    ? [passwordCause(view, `${ground.letters.describe(token.value)}, from ${describeWinnerPlace(token, view)}`)]
    : secretCauses(view, ground)
}

/** Reports a token or password that the gateway does not accept. */
function secretCauses(view: NodeView, { letters }: Ground): Cause[] {
  const { name, survey, live, next, gateway, member, credential } = view
  const { host } = survey.target
  const wanted = gateway?.live.wins?.value
  const say = (code: Cause["code"], sentence: string, remedy?: string, copies?: readonly PlaceCopy[]): Cause => ({
    ...{ code, weight: "broken", who: name, host, sentence },
    ...(remedy ? { remedy } : {}),
    ...(copies ? { copies } : {}),
  })
  const wins = live.wins
  const ignored = ignoredVariableIn(view)
  const unknown = describeUnknown(view)
  if (unknown.length > 0) {
    const sentence = `what ${name} sends is not known: ${unknown.join(", ")}`
    return [{ ...say("not-known", sentence), weight: "unknown" }]
  }
  const isAsked = gateway !== undefined || passageCauses(view).length > 0
  if (!wins) {
    const named = ignored ? [say(ignored.code, ignored.sentence)] : noTokenCauses(view)
    return [...named, ...(isAsked ? [] : [notAskedCause(view)])]
  }
  if (wins.problem) {
    return [
      say(
        "unresolved",
        `${name} has no ${credential} to send: ${wins.copy ? `${showPath(wins.copy.path, survey.snapshot.home)} ` : wins.source === "config" ? "its config " : ""}${shown(wins.problem, 300)}`,
      ),
    ]
  }
  const { value } = wins
  if (!value) return []
  const flaw = wanted && !value.equals(wanted) ? flawOf(value, wanted) : undefined
  const stale = isStale(view)
  const accepts = wanted ? `${gateway?.name} accepts ${letters.describe(wanted)}` : "its gateway was not checked"
  if (stale && !(wanted && value.equals(wanted))) {
    const now = next.wins?.value ? letters.describe(next.wins.value) : "none"
    const loaded = wins.copy ? ` (${describeSource(wins.copy, survey.snapshot.home)})` : ""
    return [
      say(
        "stale-process",
        `${serviceName(member)} on ${name} runs with ${letters.describe(value)}${loaded}, from before its environment was changed; after a restart it would send ${now}${wanted ? `, and ${accepts}` : ""}`,
        restartCommand(view),
      ),
    ]
  }
  // Another entry of the same place is not another place.
  const losers = live.candidates.slice(1).filter(({ copy }) => copy === undefined || copy.path !== wins.copy?.path)
  const loser =
    losers.find((each) => wanted && each.value?.equals(wanted)) ??
    losers.find(({ source }) => source === "config" && wins.source !== "config")
  const over = loser ? ` overrides ${describeOverridden(loser, survey.snapshot.home)}` : ""
  if (!wanted && letters.isPublic(value)) {
    const from = describeWinnerPlace(wins, view)
    return [
      {
        ...say(
          "default",
          `${name} sends ${letters.describe(value)}: ${from}${over === "" ? " contains it" : over}`,
          undefined,
          wins.copy ? [wins.copy] : [],
        ),
        weight: "risk",
      },
    ]
  }
  const then = next.wins
  if (wanted && value.equals(wanted) && then?.value && !then.value.equals(wanted)) {
    const place = then.copy ? showPath(then.copy.path, survey.snapshot.home) : "its environment"
    return [
      {
        ...say(
          "next-start",
          `${place} on ${name} was changed since ${serviceName(member)} started: at its next start it sends ${letters.describe(then.value)}, but ${accepts}`,
          describeFix(then.copy, view),
          then.copy ? [then.copy] : [],
        ),
        weight: "risk",
      },
    ]
  }
  if (!isAsked)
    return [notAskedCause(view, `sends ${letters.describe(value)}, from ${describeWinnerPlace(wins, view)},`)]
  if (!wanted || value.equals(wanted))
    return ignored ? [{ ...say(ignored.code, ignored.sentence), weight: "note" }] : []
  const where = describeWinnerPlace(wins, view)
  if (flaw) {
    return [
      say(
        "flawed-token",
        `${name} sends the right ${credential} ${flaw} (${where}): ${gateway?.name} rejects it`,
        undefined,
        wins.copy ? [wins.copy] : [],
      ),
    ]
  }
  if (hasOwnToken(view))
    return [
      {
        ...say(
          "stale-spare",
          `${name} is paired, and connects by its device's own token; it would be rejected if it had to pair again: ${where} contains ${letters.describe(value)}, but ${accepts}`,
          describeFix(wins.copy, view),
          wins.copy ? [wins.copy] : [],
        ),
        weight: "risk",
      },
    ]
  const copy = definitionCopyOf(wins, view)
  return [
    say(
      "wrong-token",
      `${name} will be rejected: ${over === "" ? `from ${where}` : `${where}${over}, so`} it sends ${letters.describe(value)}, but ${accepts}`,
      describeFix(copy, view) ?? unsetCommand(wins, view),
      copy ? [copy] : [],
    ),
  ]
}

/** Returns the command that removes a variable from a manager's own environment. */
function unsetCommand({ by, value }: Candidate, { survey }: NodeView): string | undefined {
  const given = survey.snapshot.session.find((each) => each.by === by && value?.equals(each.value))
  const tool = by === "launchd" ? "launchctl unsetenv" : "systemctl --user unset-environment"
  return given && hostCommand(survey.target.host, `${tool} ${given.variable}`)
}

/** Describes an overridden place, such as `the config (~/.openclaw/gatekey/gateway-token)`. */
function describeOverridden({ copy, source }: Candidate, home: string): string {
  if (!copy) return source
  return source === "config" ? `the config (${showPath(copy.path, home)})` : showPath(copy.path, home)
}

/** Describes where the winner is; for a process's environment, the definition that sets it. */
function describeWinnerPlace(wins: Candidate, view: NodeView): string {
  const { survey, member } = view
  const { home } = survey.snapshot
  const { source, value } = wins
  const copy = definitionCopyOf(wins, view)
  if (copy) return source === "config" ? `its config (${showPath(copy.path, home)})` : describeSource(copy, home)
  const session = survey.snapshot.session.find((each) => value?.equals(each.value))
  if (session) return `the environment of ${session.by} (${session.variable})`
  return `the environment of ${serviceName(member)}`
}

function definitionCopyOf({ copy, live, by, value }: Candidate, { survey }: NodeView): PlaceCopy | undefined {
  if (copy || !(live || by) || !value) return copy
  return survey.copies.find(({ kind, held }) => held.kind === "value" && held.value.equals(value) && isGiven(kind))
}

function isGiven(kind: PlaceCopy["kind"]): boolean {
  return /^(launch agent|unit|profile|dotenv)/.test(kind)
}

/** Checks whether a service's process has another token than it would have after a restart. */
function isStale({ live, next, member, survey }: NodeView): boolean {
  const [now, then] = [live.wins?.value, next.wins?.value]
  const { process, definitions } = member
  if (!process?.seen || !now || live.wins?.live !== true) return false
  // For a process that was started by hand, the next token is unknown.
  const byHand = definitions.length === 0 || (survey.snapshot.system === "Linux" && !process.service)
  if (byHand) return false
  return !(then && now.equals(then))
}

/** Describes quotes around the wanted token, which the gateway takes as part of it; blanks do not matter. */
function flawOf(value: Secret, wanted: Secret): string | undefined {
  const text = value.reveal()
  const bare = text.replace(/^[\s"'`]+|[\s"'`]+$/g, "")
  return bare === wanted.reveal() && text !== bare ? "with quotes around it" : undefined
}

/** Reports a variable of the predecessor, which openclaw does not read. */
function ignoredVariableIn({ name, survey, member }: NodeView): { code: Cause["code"]; sentence: string } | undefined {
  const before = member.product === "openclaw" ? products.clawdbot : undefined
  if (!before) return undefined
  const live = member.process?.environment.has(before.variable)
  const copy = survey.copies.find(
    ({ locator, kind }) => locator === before.variable && /^(unit|launch agent|dotenv)/.test(kind) && kind !== "dotenv",
  )
  if (!live && !copy) return undefined
  const where = copy ? ` (${describeSource(copy, survey.snapshot.home)})` : ""
  return {
    code: "ignored-name",
    sentence: `${before.variable} is set for ${name}${where}, and ignored by openclaw: it reads only ${products.openclaw.variable}`,
  }
}

function restartCommand({ member, survey }: NodeView): string | undefined {
  const [definition] = member.definitions
  if (!definition) return undefined
  const name = shellWord(definition.name)
  return definition.manager === "systemd"
    ? hostCommand(survey.target.host, `systemctl --user restart ${name}`)
    : hostCommand(survey.target.host, `launchctl kickstart -k gui/${survey.snapshot.uid}/${name}`)
}
