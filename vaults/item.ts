import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { Secret } from "../core/secret.ts"
import type { VaultContent } from "./vault.ts"

/** A field of a 1Password item, as Connect and `op` both name its parts; other parts are kept. */
export interface Field {
  readonly id?: string
  readonly label?: string
  readonly type?: string
  readonly value?: string
  readonly section?: { readonly id?: string }
}

/** A 1Password item, as Connect and `op` both name its parts. */
export interface Item {
  readonly id?: string
  readonly title?: string
  readonly sections?: readonly { readonly id?: string; readonly label?: string }[]
  readonly fields?: readonly Field[]
}

/** gatekey's fields beside the token: labels and types. */
const ownFields = {
  generation: "STRING",
  fingerprint: "STRING",
  created: "STRING",
  due: "STRING",
  previous: "CONCEALED",
} as const
type OwnField = keyof typeof ownFields

/** The label of their section, and the id of a new one. */
const section = "gatekey"

/**
 * Reads gatekey's content of an item. @returns undefined if it has no token
 * @param label of the token's field
 * @throws UserError if several fields could contain the token
 */
export function parseContent(item: Item, label: string): VaultContent | undefined {
  const token = findTokenField(item, label)?.value
  if (!token) return undefined
  const { generation, fingerprint, created, due, previous } = readOwnFields(item)
  return {
    token: new Secret(token),
    ...(generation && /^\d{1,9}$/.test(generation) && { generation: Number(generation) }),
    // A user may have pasted the token into the wrong field: other forms are ignored, so that it is not shown.
    ...(fingerprint && /^fp:[0-9a-f]{8}$/.test(fingerprint) && { fingerprint }),
    ...(created && isTime(created) && { created }),
    ...(due && isTime(due) && { due }),
    ...(previous && { previous: new Secret(previous) }),
  }
}

/** Changes gatekey's fields of an item, and nothing else. */
export function withContent<T extends Item>(item: T, content: VaultContent, label: string): T {
  const token = findTokenField(item, label)
  const values = formatContent(content)
  const id = findSection(item)?.id ?? section
  const isOwn = ({ label, section }: Field) =>
    section?.id === id && label !== undefined && Object.hasOwn(ownFields, label)
  const fields = (item.fields ?? []).flatMap((field) => {
    if (field === token) return [{ ...field, value: content.token.reveal() }]
    if (!isOwn(field)) return [field]
    const value = values[field.label as OwnField]
    return value === undefined ? [] : [{ ...field, value }]
  })
  // In no section, so that `op://vault/item/token` finds it.
  const missing: Field[] = token ? [] : [{ label, type: "CONCEALED", value: content.token.reveal() }]
  for (const [label, value] of Object.entries(values)) {
    if (fields.some((field) => field.label === label && isOwn(field))) continue
    missing.push({ label, type: ownFields[label as OwnField], value, section: { id } })
  }
  const sections = findSection(item) ? item.sections : [...(item.sections ?? []), { id, label: section }]
  return { ...item, sections, fields: [...fields, ...missing] }
}

export function createContentItem(title: string, content: VaultContent, label: string): Item {
  return withContent({ title, category: "API_CREDENTIAL" }, content, label)
}

/** Checks that the item contains exactly these secrets. */
export function hasContent(item: Item | undefined, content: VaultContent, label: string): boolean {
  const current = item && parseContent(item, label)
  return current?.token.equals(content.token) === true && current.previous?.reveal() === content.previous?.reveal()
}

function findTokenField(item: Item, label: string): Field | undefined {
  const own = findSection(item)?.id ?? section
  const labelled = (item.fields ?? []).filter(
    (field) => (field.label === label || field.id === label) && field.section?.id !== own,
  )
  const outside = labelled.filter(({ section }) => !section?.id || section.id === noSection)
  const candidates = outside.length > 0 ? outside : labelled
  if (candidates.length > 1) {
    const ids = candidates.map(({ id }) => shown(id ?? "")).join(" and ")
    throw new UserError(
      `${candidates.length} fields of the item are named ${shown(label)} (${ids}): rename all but one, or declare the field by its id`,
    )
  }
  return candidates[0]
}

/** The section in which 1Password's apps put a field without a section. */
const noSection = "add more"

function readOwnFields(item: Item): { readonly [name in OwnField]?: string } {
  const id = findSection(item)?.id
  const own = id === undefined ? [] : (item.fields ?? []).filter((field) => field.section?.id === id)
  return Object.fromEntries(own.map(({ label = "", value }) => [label, value]))
}

function findSection(item: Item): { readonly id?: string } | undefined {
  // Fields refer to their section by its id.
  return item.sections?.find(({ id, label }) => id && (label === section || id === section))
}

function formatContent({ generation, fingerprint, created, due, previous }: VaultContent): {
  readonly [name in OwnField]?: string
} {
  return {
    ...(generation !== undefined && { generation: String(generation) }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(created !== undefined && { created }),
    ...(due !== undefined && { due }),
    ...(previous !== undefined && { previous: previous.reveal() }),
  }
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text) && !Number.isNaN(Date.parse(text))
}
