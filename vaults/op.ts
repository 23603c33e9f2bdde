import * as v from "valibot"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import type { ProgramResult } from "../processes/call.ts"
import { runProgram } from "../processes/run.ts"
import { omitStateSecrets } from "./environment.ts"
import { createContentItem, type Field, hasContent, type Item, parseContent, withContent } from "./item.ts"
import { describeItem, type OnePasswordSpec, tokenLabel } from "./onepassword-item.ts"
import { findOpError } from "./op-error.ts"
import { createOpErrors } from "./op-problem.ts"
import { isItem, optionalInteger, optionalString } from "./shape.ts"
import { type Vault, type VaultContent, VaultUnreachable } from "./vault.ts"

const maxOutput = 1024 * 1024

/** `op` reads a template only from a pipe, and Node.js gives a child a socket. */
const pipeCommand = ["/bin/sh", "-c", 'cat | "$@"', "gatekey"]

/**
 * Opens an item by 1Password's own command line, as the service account or the user that is signed in.
 * @param timeout milliseconds
 */
export function openOpVault(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv, timeout = 30_000): Vault {
  const name = describeItem(spec)
  const label = tokenLabel(spec)
  const options = {
    environment: { ...omitStateSecrets(environment), OP_CACHE: "false" },
    timeout,
    maxOutput,
  }
  const createError = createOpErrors(spec, environment)
  const inVault = ["--vault", spec.vault, "--format", "json"]

  async function readItem(): Promise<Item | undefined> {
    const result = await runProgram(["op", "item", "get", spec.item, ...inVault], options)
    if (result.code === 0) return parseItem(result)
    if (findOpError(result.stderr) === "missing") return undefined
    throw createError(result)
  }

  /** Checks that `op` found the item by its id or exact title: it also searches by website and ignores case. */
  function parseItem({ stdout }: ProgramResult): Item {
    const item = parseJsonItem(stdout)
    if (!item?.id) throw new VaultUnreachable(`${name}: op printed no item; check that it is 1Password's: op --version`)
    if (item.id === spec.item || item.title === spec.item) return item
    throw new UserError(`${name}: op finds ${shown(item.id)}, which has another title; declare the item by its id`)
  }

  async function writeItem(item: Item | undefined, content: VaultContent): Promise<ProgramResult> {
    if (!item) {
      const input = JSON.stringify(createContentItem(spec.item, content, label))
      return runProgram([...pipeCommand, "op", "item", "create", "-", ...inVault], {
        ...options,
        input,
        writes: "changes",
      })
    }
    const input = JSON.stringify(withoutEmptyDates(withContent(item, content, label)))
    return runProgram([...pipeCommand, "op", "item", "edit", item.id ?? "", ...inVault], {
      ...options,
      input,
      writes: "changes",
    })
  }

  return {
    name,

    async read() {
      const item = await readItem()
      return item && parseContent(item, label)
    },

    async write(content) {
      const secrets = [content.token.reveal(), content.previous?.reveal()]
      let result = await writeItem(await readItem(), content)
      // The vault was changed meanwhile: reads it again.
      if (result.code !== 0 && findOpError(result.stderr) === "conflict")
        result = await writeItem(await readItem(), content)
      if (result.code !== 0) throw createError(result, secrets)
      let item = await readItem()
      if (item?.id && !content.previous && parseContent(item, label)?.previous) {
        // `op` keeps fields that are not in the template.
        const deleted = await runProgram(["op", "item", "edit", item.id, "gatekey.previous[delete]", ...inVault], {
          ...options,
          writes: "changes",
        })
        if (deleted.code !== 0) throw createError(deleted, secrets)
        item = await readItem()
      }
      if (!hasContent(item, content, label))
        throw new UserError(`${name}: op wrote it, then read another value; run this again`)
    },

    async readHistory() {
      const { id, version, updated_at: at, last_edited_by: user } = v.parse(currentVersion, (await readItem()) ?? {})
      const versions = version === undefined ? [] : [{ version, at: at ?? "", ...(user && { who: user }) }]
      return { versions, ...(id && { id }) }
    },
  }
}

const currentVersion = v.object({
  id: optionalString,
  version: optionalInteger,
  updated_at: optionalString,
  last_edited_by: optionalString,
})

function parseJsonItem(stdout: Buffer): Item | undefined {
  try {
    const item: unknown = JSON.parse(stdout.toString())
    return isItem(item) ? item : undefined
  } catch {
    return undefined
  }
}

/** Removes empty date fields, which `op` prints but does not accept. */
function withoutEmptyDates(item: Item): Item {
  const isEmptyDate = ({ type = "", value }: Field) => /^(?:DATE|MONTH_YEAR)$/.test(type) && !value
  return { ...item, fields: (item.fields ?? []).filter((field) => !isEmptyDate(field)) }
}
