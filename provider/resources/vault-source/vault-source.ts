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

/** What `holds` must be. */
const inForce = "the token in force"

/** Stands before all others where a vault's item is the token: another value there is another generation. */
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
    const held = await heldBy(news)
    if (typeof held !== "string") throw held
    const problem = problemOf(held)
    if (problem) throw new UserError(refused(news, problem))
    return { id: idOf(news), outputs: taken(run, news, held, 1) }
  },

  async read({ id, inputs, state, log }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a vault is not imported; declare it`)
    const held = await heldBy(inputs)
    if (typeof held !== "string")
      log("warning", `${held.message}. The rest is looked at; no other token is taken meanwhile`)
    const same = typeof held !== "string" || (state.value instanceof Secret && state.value.equals(held))
    const holds = same ? inForce : "another token"
    return { id, inputs: { ...inputs, holds }, outputs: { ...state, ...inputs, holds } }
  },

  async update({ run, olds, news, preview, log }) {
    const held = await heldBy(news)
    const before = { ...news, generation: olds.generation, value: olds.value }
    if (typeof held !== "string") return preview ? before : run.activity.failLast(held)
    const problem = problemOf(held)
    if (problem) {
      if (!preview) return run.activity.failLast(new UserError(refused(news, problem)))
      log("warning", refused(news, problem))
      return before
    }
    const after = taken(run, news, held, Number(olds.generation ?? 0) + 1)
    if (after.generation !== olds.generation) log(preview ? "warning" : "info", newer(after, olds))
    return after
  },

  async delete() {},
}

/** The token there, or why there is none. */
async function heldBy(inputs: Properties): Promise<string | UserError> {
  const seen = placeSnapshotIn(await hostOf(String(inputs.host)).readFirstSnapshot(String(inputs.path)), file, "*")
  if (seen.kind === "unreachable") return new UserError(seen.advice)
  if (seen.kind === "unreadable") return new UserError(seen.reason)
  return activeValue(seen) ?? new UserError(`${nameOf(inputs)} holds no token; put it there, at least 24 random bytes`)
}

function problemOf(token: string): string | undefined {
  return describeWeakness(token) ?? describeUnusable(token)
}

function refused(inputs: Properties, problem: string): string {
  return `the token in ${nameOf(inputs)} ${problem}, so it is not taken, and the fleet stays as it is; put a stronger one there (openssl rand -hex 32)`
}

function newer({ generation }: Properties, before: Properties): string {
  const back = Number(generation) < Number(before.generation)
  return back
    ? `the vault has the token of generation ${generation} again: the fleet goes back to it from ${before.generation}`
    : `the vault has a newer token: it becomes generation ${generation}, after ${before.generation}`
}

/** @param otherwise its number where no Token is known yet */
function taken(run: Run, inputs: Properties, held: string, otherwise: number): Properties {
  return { ...inputs, value: new Secret(held), generation: run.tokens.numberOf(held) ?? otherwise }
}

function nameOf({ host }: Properties): string {
  return shown(describeVault(String(host)) ?? String(host))
}

function idOf({ host, path }: Properties): string {
  return `${host}${path}`
}
