import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { Secret } from "../../../core/secret.ts"
import { describeUnusable, describeWeakness } from "../../../core/strength.ts"
import { describeVault } from "../../../core/vault.ts"
import { hostOf } from "../../../hosts/index.ts"
import { file } from "../../../places/file.ts"
import { checkInputs } from "../../check-inputs.ts"
import { need } from "../../declare.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import { generation, placeHost, secret, string } from "../../kinds.ts"
import type { Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"

export const vaultSourceDeclaration = {
  about: "A token that is made elsewhere, in a vault: each value that it did not have before is another generation.",
  inputs: {
    host: need(
      placeHost,
      "The item, as its place names it: `op://VAULT/ITEM?role=source`, or `exec:` and its programs.",
    ),
    path: need(string, "`/` and the field of the token."),
  },
  computed: {
    holds: need(string, "`the token in force`, or `another token`."),
    generation: need(generation, "The generation of what the item contains, counted from 1."),
    value: need(secret, "The token."),
  },
  outputs: {},
}

/** The wanted value of `holds`. */
const inForce = "the token in force"

/** Comes before all other resources if a vault's item is the source of the token: another value is another generation. */
export const vaultSource: Resource = {
  async check({ news }) {
    const { given, failures } = checkInputs(vaultSourceDeclaration, news)
    return { inputs: { ...given, holds: inForce }, failures }
  },

  diff({ olds, news }) {
    const replaces = ["host", "path"].filter((key) => olds[key] !== news[key])
    return { changes: [...replaces, ...(olds.holds === news.holds ? [] : ["holds"])], replaces: [] }
  },

  async create({ run, news }) {
    const held = await readToken(news)
    if (typeof held !== "string") throw held
    const problem = problemOf(held)
    if (problem) throw new UserError(describeRejected(news, problem))
    return { id: idOf(news), outputs: acceptToken(run, news, held, 1) }
  },

  async read({ id, inputs, state, log }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a vault is not imported; declare it`)
    const held = await readToken(inputs)
    if (typeof held !== "string")
      log("warning", `${held.message}. The other resources are checked; no other token is accepted meanwhile`)
    const same = typeof held !== "string" || (state.value instanceof Secret && state.value.equals(held))
    const holds = same ? inForce : "another token"
    return { id, inputs: { ...inputs, holds }, outputs: { ...state, ...inputs, holds } }
  },

  async update({ run, olds, news, preview, log }) {
    const held = await readToken(news)
    const before = { ...news, generation: olds.generation, value: olds.value }
    if (typeof held !== "string") return preview ? before : run.activity.failLast(held)
    const problem = problemOf(held)
    if (problem) {
      if (!preview) return run.activity.failLast(new UserError(describeRejected(news, problem)))
      log("warning", describeRejected(news, problem))
      return before
    }
    const after = acceptToken(run, news, held, Number(olds.generation ?? 0) + 1)
    if (after.generation !== olds.generation) log(preview ? "warning" : "info", describeNewer(after, olds))
    return after
  },

  async delete() {},
}

/** Reads the token; or returns why there is none. */
async function readToken(inputs: Properties): Promise<string | UserError> {
  const snapshot = placeSnapshotIn(await hostOf(String(inputs.host)).readFirstSnapshot(String(inputs.path)), file, "*")
  if (snapshot.kind === "unreachable") return new UserError(snapshot.advice)
  if (snapshot.kind === "unreadable") return new UserError(snapshot.reason)
  return (
    activeValue(snapshot) ??
    new UserError(`${nameOf(inputs)} contains no token; put it there, at least 24 random bytes`)
  )
}

function problemOf(token: string): string | undefined {
  return describeWeakness(token) ?? describeUnusable(token)
}

function describeRejected(inputs: Properties, problem: string): string {
  return `the token in ${nameOf(inputs)} ${problem}, so it is rejected, and the fleet does not change; put a stronger one there (openssl rand -hex 32)`
}

function describeNewer({ generation }: Properties, before: Properties): string {
  const back = Number(generation) < Number(before.generation)
  return back
    ? `the vault has the token of generation ${generation} again: the fleet goes back to it from ${before.generation}`
    : `the vault has a newer token: it becomes generation ${generation}, after ${before.generation}`
}

/** Returns the outputs with the token. @param otherwise its number if no Token is known yet */
function acceptToken(run: Run, inputs: Properties, held: string, otherwise: number): Properties {
  return { ...inputs, value: new Secret(held), generation: run.tokens.numberOf(held) ?? otherwise }
}

function nameOf({ host }: Properties): string {
  return shown(describeVault(String(host)) ?? String(host))
}

function idOf({ host, path }: Properties): string {
  return `${host}${path}`
}
