import * as v from "valibot"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { type Field, type Item, keeps, keptIn, newItem, withKept } from "./item.ts"
import { nameOf, type OnePasswordSpec, tokenLabel } from "./onepassword-item.ts"
import { opErrorIn } from "./op-error.ts"
import { opProblems } from "./op-problem.ts"
import { forOthers, type ProgramResult, run } from "./program.ts"
import { isItem, text, whole } from "./shape.ts"
import { type Kept, type Vault, VaultUnreachable } from "./vault.ts"

const most = 1024 * 1024

/** `op` takes a template only from a pipe, and what Node.js gives a child is a socket. */
const piped = ["/bin/sh", "-c", 'cat | "$@"', "gatekey"]

/**
 * An item by way of 1Password's own command line, as the service account or the user that it is signed in for.
 * @param patience milliseconds
 */
export function opVault(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv, patience = 30_000): Vault {
  const name = nameOf(spec)
  const label = tokenLabel(spec)
  const options = { environment: { ...forOthers(environment), OP_CACHE: "false" }, patience, most }
  const problem = opProblems(spec, environment)
  const inVault = ["--vault", spec.vault, "--format", "json"]

  async function get(): Promise<Item | undefined> {
    const ended = await run(["op", "item", "get", spec.item, ...inVault], options)
    if (ended.code === 0) return found(ended)
    if (opErrorIn(ended.stderr) === "missing") return undefined
    throw problem(ended)
  }

  /** It also finds by the address of a website, and by a title in other letters. */
  function found({ stdout }: ProgramResult): Item {
    const item = itemOf(stdout)
    if (!item?.id) throw new VaultUnreachable(`${name}: op printed no item; see what this prints: op --version`)
    if (item.id === spec.item || item.title === spec.item) return item
    throw new UserError(
      `${name}: op takes ${shown(item.id)} for it, which has another title; declare the item by its id`,
    )
  }

  async function put(item: Item | undefined, kept: Kept): Promise<ProgramResult> {
    if (!item) {
      const input = JSON.stringify(newItem(spec.item, kept, label))
      return run([...piped, "op", "item", "create", "-", ...inVault], { ...options, input, writes: "changes" })
    }
    const input = JSON.stringify(withoutEmptyDates(withKept(item, kept, label)))
    return run([...piped, "op", "item", "edit", item.id ?? "", ...inVault], { ...options, input, writes: "changes" })
  }

  return {
    name,

    async read() {
      const item = await get()
      return item && keptIn(item, label)
    },

    async write(kept) {
      const secrets = [kept.token.reveal(), kept.previous?.reveal()]
      let ended = await put(await get(), kept)
      // Somebody else changed something in the vault in between.
      if (ended.code !== 0 && opErrorIn(ended.stderr) === "conflict") ended = await put(await get(), kept)
      if (ended.code !== 0) throw problem(ended, secrets)
      let item = await get()
      if (item?.id && !kept.previous && keptIn(item, label)?.previous) {
        // It left in the item what is not in the template.
        const gone = await run(["op", "item", "edit", item.id, "gatekey.previous[delete]", ...inVault], {
          ...options,
          writes: "changes",
        })
        if (gone.code !== 0) throw problem(gone, secrets)
        item = await get()
      }
      if (!keeps(item, kept, label))
        throw new UserError(`${name}: op wrote it, and then showed another value; run this again`)
    },

    async past() {
      const { id, version, updated_at: at, last_edited_by: who } = v.parse(versioned, (await get()) ?? {})
      const versions = version === undefined ? [] : [{ version, at: at ?? "", ...(who && { who }) }]
      return { versions, ...(id && { id }) }
    },
  }
}

const versioned = v.object({ id: text, version: whole, updated_at: text, last_edited_by: text })

function itemOf(stdout: Buffer): Item | undefined {
  try {
    const item: unknown = JSON.parse(stdout.toString())
    return isItem(item) ? item : undefined
  } catch {
    return undefined
  }
}

/** Built-in fields that nobody filled, which `op` prints, but does not take back. */
function withoutEmptyDates(item: Item): Item {
  const isEmptyDate = ({ type = "", value }: Field) => /^(?:DATE|MONTH_YEAR)$/.test(type) && !value
  return { ...item, fields: (item.fields ?? []).filter((field) => !isEmptyDate(field)) }
}
