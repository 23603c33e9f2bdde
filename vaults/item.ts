import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { Secret } from "../core/secret.ts"
import type { Kept } from "./vault.ts"

/** A field of a 1Password item, as Connect and `op` both name its parts; what else it has stays as it is. */
export interface Field {
  readonly id?: string
  readonly label?: string
  readonly type?: string
  readonly value?: string
  readonly section?: { readonly id?: string }
}

/** A 1Password item, likewise. */
export interface Item {
  readonly id?: string
  readonly title?: string
  readonly sections?: readonly { readonly id?: string; readonly label?: string }[]
  readonly fields?: readonly Field[]
}

/** Ours beside the token: their labels and their types. */
const ours = {
  generation: "STRING",
  fingerprint: "STRING",
  created: "STRING",
  due: "STRING",
  previous: "CONCEALED",
} as const
type Ours = keyof typeof ours

/** The label, and for a new one the id, of the section that has them. */
const section = "gatekey"

/**
 * What the item keeps; nothing when it has no token.
 * @param label of the token's field
 * @throws UserError where several fields could be the token's
 */
export function keptIn(item: Item, label: string): Kept | undefined {
  const token = tokenField(item, label)?.value
  if (!token) return undefined
  const { generation, fingerprint, created, due, previous } = oursIn(item)
  return {
    token: new Secret(token),
    ...(generation && /^\d{1,9}$/.test(generation) && { generation: Number(generation) }),
    // What a user pasted into the wrong field may be the token itself: only what looks like ours is taken for it.
    ...(fingerprint && /^fp:[0-9a-f]{8}$/.test(fingerprint) && { fingerprint }),
    ...(created && isTime(created) && { created }),
    ...(due && isTime(due) && { due }),
    ...(previous && { previous: new Secret(previous) }),
  }
}

/** The item with what is to be kept, and all else as it was. */
export function withKept<T extends Item>(item: T, kept: Kept, label: string): T {
  const token = tokenField(item, label)
  const wanted = textsOf(kept)
  const id = sectionOf(item)?.id ?? section
  const isOurs = ({ label, section }: Field) => section?.id === id && label !== undefined && Object.hasOwn(ours, label)
  const fields = (item.fields ?? []).flatMap((field) => {
    if (field === token) return [{ ...field, value: kept.token.reveal() }]
    if (!isOurs(field)) return [field]
    const value = wanted[field.label as Ours]
    return value === undefined ? [] : [{ ...field, value }]
  })
  // Outside of any section: so `op://vault/item/token` leads to it.
  const missing: Field[] = token ? [] : [{ label, type: "CONCEALED", value: kept.token.reveal() }]
  for (const [label, value] of Object.entries(wanted)) {
    if (fields.some((field) => field.label === label && isOurs(field))) continue
    missing.push({ label, type: ours[label as Ours], value, section: { id } })
  }
  const sections = sectionOf(item) ? item.sections : [...(item.sections ?? []), { id, label: section }]
  return { ...item, sections, fields: [...fields, ...missing] }
}

export function newItem(title: string, kept: Kept, label: string): Item {
  return withKept({ title, category: "API_CREDENTIAL" }, kept, label)
}

/** Whether the item keeps these secrets, and no others. */
export function keeps(item: Item | undefined, kept: Kept, label: string): boolean {
  const now = item && keptIn(item, label)
  return now?.token.equals(kept.token) === true && now.previous?.reveal() === kept.previous?.reveal()
}

function tokenField(item: Item, label: string): Field | undefined {
  const mine = sectionOf(item)?.id
  const named = (item.fields ?? []).filter(
    (field) => (field.label === label || field.id === label) && !(mine && field.section?.id === mine),
  )
  const plain = named.filter(({ section }) => !section?.id || section.id === noSection)
  const candidates = plain.length > 0 ? plain : named
  if (candidates.length > 1) {
    const ids = candidates.map(({ id }) => shown(id ?? "")).join(" and ")
    throw new UserError(
      `${candidates.length} fields of the item are named ${shown(label)} (${ids}): rename all but one, or declare the field by its id`,
    )
  }
  return candidates[0]
}

/** Where 1Password's apps put a field that is in no section. */
const noSection = "add more"

function oursIn(item: Item): { readonly [name in Ours]?: string } {
  const id = sectionOf(item)?.id
  const mine = id === undefined ? [] : (item.fields ?? []).filter((field) => field.section?.id === id)
  return Object.fromEntries(mine.map(({ label = "", value }) => [label, value]))
}

function sectionOf(item: Item): { readonly id?: string } | undefined {
  return item.sections?.find(({ id, label }) => label === section || id === section)
}

function textsOf({ generation, fingerprint, created, due, previous }: Kept): { readonly [name in Ours]?: string } {
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
