import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { Secret } from "../../../core/secret.ts"
import { describeVault } from "../../../core/vault.ts"
import { hostOf } from "../../../hosts/index.ts"
import { file } from "../../../places/file.ts"
import { checkInputs } from "../../check-inputs.ts"
import { need } from "../../declare.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import { generation, placeHost, secret, string } from "../../kinds.ts"
import type { Resource } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { acceptToken, describeNewer, describeRejected, problemOf } from "../arriving-token.ts"

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
const remedy = "put a stronger one there (openssl rand -hex 32)"

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
    if (problem) throw new UserError(describeRejected(nameOf(news), problem, remedy))
    return { id: idOf(news), outputs: { ...news, ...acceptToken(run, held, 1) } }
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
      const rejected = describeRejected(nameOf(news), problem, remedy)
      if (!preview) return run.activity.failLast(new UserError(rejected))
      log("warning", rejected)
      return before
    }
    const accepted = acceptToken(run, held, Number(olds.generation ?? 0) + 1)
    if (accepted.generation !== olds.generation)
      log(preview ? "warning" : "info", describeNewer("the vault", accepted, olds))
    return { ...news, ...accepted }
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

function nameOf({ host }: Properties): string {
  return shown(describeVault(String(host)) ?? String(host))
}

function idOf({ host, path }: Properties): string {
  return `${host}${path}`
}
