import fc from "fast-check"
import type { Content, Json } from "../../../core/content.ts"

/** How one generated document is written. */
interface Manner {
  readonly indent: string | undefined
  readonly newline: string
  readonly quote: string
  readonly bareKeys: boolean
  readonly trailing: boolean
  readonly comments: boolean
  readonly bom: boolean
}

const manner: fc.Arbitrary<Manner> = fc
  .record({
    indent: fc.constantFrom("  ", "    ", "\t", undefined),
    newline: fc.constantFrom("\n", "\r\n"),
    quote: fc.constantFrom('"', "'"),
    bareKeys: fc.boolean(),
    trailing: fc.boolean(),
    comments: fc.boolean(),
    bom: fc.boolean(),
    strict: fc.boolean(),
  })
  .map(({ strict, ...free }) =>
    strict ? { ...free, quote: '"', bareKeys: false, trailing: false, comments: false, bom: false } : free,
  )

/** No variable as a whole: `${A}` stays a reference, `$A` is refused. */
export const secrets: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ minLength: 1, unit: "binary" }),
    fc.string({ minLength: 1 }),
    fc.stringMatching(/^["'\\$\n\r\u2028a]+$/),
  )
  .filter((text) => !/^\$\{\w+\}$|^\s*\$[A-Z][A-Z0-9_]*\s*$/.test(text))

export const contents: fc.Arbitrary<Content> = fc.oneof(
  { weight: 3, arbitrary: secrets },
  fc
    .dictionary(fc.constantFrom("source", "provider", "a-b", "__proto__", "true"), fc.jsonValue({ maxDepth: 2 }))
    .map(plain),
)

/** Keys such as `__proto__` as own keys, no -0: what JSON holds. */
function plain(content: unknown): Content {
  return JSON.parse(JSON.stringify(content))
}

const keys = fc.constantFrom("gateway", "auth", "token", "mode", "a-b", "__proto__", "constructor", "x")

const { tree } = fc.letrec<{ tree: Json; object: Json }>((tie) => ({
  object: fc.dictionary(keys, tie("tree"), { maxKeys: 4 }) as fc.Arbitrary<Json>,
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.constantFrom(1, true, null, [], [1, { token: "x" }]) as fc.Arbitrary<Json>,
    tie("object"),
  ),
}))

/** A configuration that leaves room for the locator: objects on the way (`depth` of them), nothing or a string at its end. */
export const configurations = (depth: fc.Arbitrary<number> = fc.integer({ min: 0, max: 2 })) =>
  fc
    .record({
      settings: fc.dictionary(keys, tree, { maxKeys: 3 }),
      auth: fc.dictionary(keys, tree, { maxKeys: 3 }),
      token: fc.option(secrets, { nil: undefined }),
      depth,
      manner,
    })
    .map(({ settings, auth, token, depth, manner }) => {
      const own = Object.entries(auth).filter(([key]) => key !== "token")
      const inner = Object.fromEntries(token === undefined ? own : [...own, ["token", token]])
      const others = Object.entries(settings).filter(([key]) => key !== "gateway")
      const gateway = depth === 0 ? [] : [["gateway", depth === 1 ? { x: 1 } : { auth: inner }]]
      return write(Object.fromEntries([["version", 1], ...gateway, ...others]), manner)
    })

function write(root: Json, manner: Manner): string {
  const ending = manner.indent === undefined ? "" : manner.newline
  return (manner.bom ? "\uFEFF" : "") + writeValue(root, manner, "") + ending
}

function writeValue(content: Json, manner: Manner, outer: string): string {
  if (typeof content === "string") return writeText(content, manner.quote)
  if (typeof content !== "object" || content === null) return JSON.stringify(content)
  if (Array.isArray(content)) return `[${content.map((item) => writeValue(item, manner, outer)).join(", ")}]`
  const inner = outer + (manner.indent ?? "")
  const members = Object.entries(content).map(([key, item], index, { length }) => {
    const name = manner.bareKeys && /^[a-z]+$/.test(key) ? key : writeText(key, manner.quote)
    const comma = index < length - 1 || manner.trailing ? "," : ""
    const comment = manner.comments
      ? [" /* a, } */", "", manner.indent === undefined ? "" : " // it's {"][index % 3]
      : ""
    return `${name}: ${writeValue(item, manner, inner)}${comma}${comment}`
  })
  if (members.length === 0) return manner.comments ? "{ /* none */ }" : "{}"
  if (manner.indent === undefined) return `{ ${members.join(" ")} }`
  const lines = members.map((member) => manner.newline + inner + member)
  return `{${lines.join("")}${manner.newline}${outer}}`
}

function writeText(text: string, quote: string): string {
  const double = JSON.stringify(text)
  return quote === '"' ? double : `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\x27")}'`
}
