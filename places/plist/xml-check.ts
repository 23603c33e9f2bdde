/** The parts of an element that are checked. */
interface Checked {
  readonly name: string
  readonly text: string
  readonly children: readonly unknown[]
}

const containers = ["plist", "dict", "array"]

/** What the text of an element must be, as strict readers see it. */
const leaves: { readonly [name: string]: (text: string) => boolean } = {
  key: () => true,
  string: () => true,
  true: isBlank,
  false: isBlank,
  integer: (text) => text.length < 100 && /^\s*([+-]?\d+|0x[\da-f]+)\s*$/i.test(text),
  real: (text) => text.length < 1000 && /^\s*[+-]?(nan|inf(inity)?|(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?)\s*$/i.test(text),
  date: isDate,
  data: isBase64,
}

export function isLeaf(name: string): boolean {
  return Object.hasOwn(leaves, name)
}

export function isPlistElement(name: string): boolean {
  return containers.includes(name) || isLeaf(name)
}

/** Why `child` may not come next in `parent`, or, without a child, why the closed `parent` is not right. */
export function problemOf(parent: Checked | undefined, child?: string): string | undefined {
  return child === undefined ? problemOfWhole(parent as Checked) : problemOfChild(parent, child)
}

function problemOfChild(parent: Checked | undefined, child: string): string | undefined {
  if (child === "plist") return parent && "a <plist> stands inside of it"
  const inDict = parent?.name === "dict"
  const keyIsDue = inDict && parent.children.length % 2 === 0
  if (child === "key")
    return keyIsDue ? undefined : inDict ? "a key has no value" : "a <key> stands outside of a <dict>"
  if (keyIsDue) return "a value in a <dict> has no key"
  if (parent?.name === "plist" && parent.children.length > 0) return "it holds more than one value"
  if (parent && isLeaf(parent.name)) return `an element stands inside of a <${parent.name}>`
  return undefined
}

function problemOfWhole({ name, text, children }: Checked): string | undefined {
  if (name === "plist" && children.length === 0) return "it holds no value"
  if (name === "dict" && children.length % 2 === 1) return "a key has no value"
  return leaves[name]?.(text) === false ? `the content of a <${name}> is not valid` : undefined
}

function isBlank(text: string): boolean {
  return !/[^ \t\r\n]/.test(text)
}

function isDate(text: string): boolean {
  const [, day, time = "T00:00:00"] = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d)?Z$/.exec(text) ?? []
  if (day === undefined) return false
  const date = new Date(`${day}${time}Z`)
  // An impossible day, such as February 30, would roll over into the next month.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day + time)
}

function isBase64(text: string): boolean {
  const held = text.replaceAll(/[ \t\r\n]+/g, "")
  return held.length % 4 === 0 && !/[^A-Za-z0-9+/=]|=[^=]|={3}/.test(held)
}
