import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { parseVault } from "../../../core/vault.ts"
import { openVault } from "../../../vaults/index.ts"
import { type Vault, type VaultContent, VaultUnreachable } from "../../../vaults/vault.ts"
import { checkInputs } from "../../check-inputs.ts"
import { may, need } from "../../declare.ts"
import { string, withRule } from "../../kinds.ts"
import type { Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { bound } from "../bound.ts"

const item = withRule(string, (host) => (parseVault(host) ? undefined : "is not a valid vault item"))

export const vaultRecordDeclaration = {
  about:
    "What a vault's item contains beside the token: its generation, its fingerprint, when it was made and when it is due.",
  inputs: {
    host: need(item, "The item, as its place names it: `op://VAULT/ITEM`, or `exec:` and its programs."),
    path: need(string, "`/` and the field of the token."),
    ...bound,
    created: may(string, "When the generation in force was made, as ISO 8601 in UTC."),
    due: may(string, "When it is due for rotation, as ISO 8601 in UTC; empty if never."),
  },
  computed: {
    recorded: need(string, "Describes what is recorded."),
  },
  outputs: {},
}

/** Comes after all other resources: records the generation beside the token in its item, and drops the previous token. */
export const vaultRecord: Resource = {
  async check({ news }) {
    const { given, failures } = checkInputs(vaultRecordDeclaration, news)
    return failures.length > 0 ? { inputs: given, failures } : { inputs: { ...given, recorded: describeRecord(given) } }
  },

  diff({ olds, news }) {
    // Another item has no record yet.
    return { changes: ["host", "path", "recorded"].filter((key) => olds[key] !== news[key]) }
  },

  async create({ run, news, preview }) {
    if (!preview) await writeRecord(run, news)
    return { id: "record", outputs: news }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a record is not imported; it is written`)
    const recorded = (await readRecord(run, inputs)) ?? state.recorded
    return { id, inputs: { ...inputs, recorded }, outputs: { ...state, ...inputs, recorded } }
  },

  async update({ run, olds, news, preview, log }) {
    if (preview && olds.generation === news.generation)
      log(
        "warning",
        `the item records ${String(olds.recorded)}; expected ${String(news.recorded)}. \`pulumi up\` writes it`,
      )
    if (!preview) await writeRecord(run, news)
    return news
  },

  /** The item is kept. */
  async delete() {},
}

function vaultAt({ host, path }: Properties): Vault {
  const parsed = parseVault(String(host), String(path))
  if (!parsed) throw new Error("not a vault's item")
  return openVault(parsed.spec)
}

async function writeRecord(run: Run, news: Properties): Promise<void> {
  const vault = vaultAt(news)
  try {
    const kept = await vault.read()
    if (!kept) throw new UserError(`${vault.name} is missing; run \`pulumi up\` again, which creates it`)
    const { generation, fingerprint, created, due } = news
    const wanted: VaultContent = {
      token: kept.token,
      generation: Number(generation),
      fingerprint: String(fingerprint),
      created: String(created),
      ...(typeof due === "string" && due !== "" ? { due } : {}),
    }
    await vault.write(wanted)
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** Describes what is recorded; undefined if the vault cannot be reached, which its place reports. */
async function readRecord(run: Run, inputs: Properties): Promise<string | undefined> {
  try {
    const kept = await vaultAt(inputs).read()
    if (!kept) return "nothing: the item is missing"
    const all = { fingerprint: "no fingerprint", created: "no date", ...kept }
    const message = kept.generation === undefined ? "no generation" : shown(String(describeRecord(all)))
    const wanted = await run.tokens.tokenSoon(inputs.token, inputs.generation)
    // A wrong token is fixed by its place, which removes the record beside it.
    if (wanted && !kept.token.equals(wanted)) return `${message}, beside another token`
    return kept.previous ? `${message}, and still keeps the token of before` : message
  } catch (error) {
    if (error instanceof VaultUnreachable) return undefined
    if (error instanceof UserError) return `unreadable: ${error.message}`
    throw error
  }
}

function describeRecord({ generation, fingerprint, created, due }: Properties): string | typeof unknown {
  if ([generation, fingerprint, created, due].includes(unknown)) return unknown
  const until = typeof due === "string" && due !== "" ? `, due ${due}` : ""
  return `generation ${generation} (${fingerprint}) of ${created}${until}`
}
