import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { parseVault } from "../../../core/vault.ts"
import { openVault } from "../../../vaults/index.ts"
import { type Vault, type VaultContent, VaultUnreachable } from "../../../vaults/vault.ts"
import { checkInputs } from "../../check-inputs.ts"
import { may, need } from "../../declare.ts"
import { ruled, string } from "../../kinds.ts"
import type { Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { bound } from "../bound.ts"

const item = ruled(string, (host) => (parseVault(host) ? undefined : "is not a vault's item"))

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

/** Stands behind all others: beside the token its item says which generation it is, and the one before it is forgotten. */
export const vaultRecord: Resource = {
  async check({ news }) {
    const { given, failures } = checkInputs(vaultRecordDeclaration, news)
    return { inputs: { ...given, recorded: wordsOf(given) }, failures }
  },

  diff({ olds, news }) {
    // Another item has no record yet.
    return { changes: ["host", "path", "recorded"].filter((key) => olds[key] !== news[key]) }
  },

  async create({ run, news, preview }) {
    if (!preview) await record(run, news)
    return { id: "record", outputs: news }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a record is not imported; it is written`)
    const recorded = (await recordedIn(run, inputs)) ?? state.recorded
    return { id, inputs: { ...inputs, recorded }, outputs: { ...state, ...inputs, recorded } }
  },

  async update({ run, olds, news, preview, log }) {
    if (preview && olds.generation === news.generation)
      log(
        "warning",
        `the item says ${String(olds.recorded)}; must say ${String(news.recorded)}. \`pulumi up\` writes it`,
      )
    if (!preview) await record(run, news)
    return news
  },

  /** The item outlives what declared it. */
  async delete() {},
}

function vaultAt({ host, path }: Properties): Vault {
  const parsed = parseVault(String(host), String(path))
  if (!parsed) throw new Error("not a vault's item")
  return openVault(parsed.spec)
}

async function record(run: Run, news: Properties): Promise<void> {
  const vault = vaultAt(news)
  try {
    const kept = await vault.read()
    if (!kept) throw new UserError(`${vault.name} is not there; run \`pulumi up\` again, which makes it`)
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

/** What is recorded, in words; nothing where the vault cannot be asked, which its place says. */
async function recordedIn(run: Run, inputs: Properties): Promise<string | undefined> {
  try {
    const kept = await vaultAt(inputs).read()
    if (!kept) return "nothing: the item is missing"
    const all = { fingerprint: "no fingerprint", created: "no date", ...kept }
    const words = kept.generation === undefined ? "no generation" : shown(String(wordsOf(all)))
    const wanted = await run.tokens.tokenSoon(inputs.token, inputs.generation)
    // The token is put right by another, which leaves no record beside it.
    if (wanted && !kept.token.equals(wanted)) return `${words}, beside another token`
    return kept.previous ? `${words}, and still keeps the token of before` : words
  } catch (error) {
    if (error instanceof VaultUnreachable) return undefined
    if (error instanceof UserError) return `unreadable: ${error.message}`
    throw error
  }
}

function wordsOf({ generation, fingerprint, created, due }: Properties): string | typeof unknown {
  if ([generation, fingerprint, created, due].includes(unknown)) return unknown
  const until = typeof due === "string" && due !== "" ? `, due ${due}` : ""
  return `generation ${generation} (${fingerprint}) of ${created}${until}`
}
