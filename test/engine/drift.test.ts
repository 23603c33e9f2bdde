import { readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { computeFingerprint } from "../../core/ring.ts"
import { type Document, documents } from "../support/engine/documents.ts"
import { describeEngine, type Outcome, openStack, type Stack } from "../support/engine/engine.ts"

const publicDefault = "clawdbot-local-dev"

interface Case {
  readonly name: string
  readonly path: string
  readonly document: Document
  readonly kind: Kind
}

/** What the run knows: values by what they are, and how each is shown. */
interface Values {
  readonly token: string
  readonly previous: string
  readonly next: string
  readonly foreign: string
  readonly print: (value: string) => string
}

interface Kind {
  /** The file after the spoiling; undefined where nothing stands there any more; "same" where its content is right. */
  readonly spoilt: (document: Document, values: Values) => Buffer | undefined | "same"
  readonly holds: (values: Values) => string
  readonly applies?: (document: Document) => boolean
  readonly nothing?: true
  readonly mode?: number
  readonly copy?: true
}

const right = ({ token, print }: Values) => `generation 2 (${print(token)})`

const kinds: Readonly<Record<string, Kind>> = {
  "another token": {
    spoilt: ({ with: file }, { foreign }) => file(foreign),
    holds: ({ foreign, print }) => `another token (${print(foreign)})`,
  },
  "public default": {
    spoilt: ({ with: file }) => file(publicDefault),
    holds: () => `the public default ${publicDefault}`,
  },
  "previous generation": {
    spoilt: ({ with: file }, { previous }) => file(previous),
    holds: ({ previous, print }) => `generation 1, the previous token (${print(previous)})`,
  },
  "next generation": {
    spoilt: ({ with: file }, { next }) => file(next),
    holds: ({ next, print }) => `the next token (${print(next)}), not in force yet`,
  },
  "missing key": {
    spoilt: ({ without }) => without,
    holds: () => "nothing: the key is missing",
    applies: ({ without }) => without !== undefined,
  },
  "missing file": {
    spoilt: () => undefined,
    holds: () => "nothing: the file is missing",
    applies: ({ creatable }) => creatable,
  },
  "too open": {
    spoilt: () => "same",
    mode: 0o644,
    holds: (values) => `${right(values)}, but others can read the file (0644)`,
  },
  reference: {
    spoilt: ({ reference }) => reference,
    holds: () => "reference",
    applies: ({ reference }) => reference !== undefined,
  },
  "earlier entry": {
    spoilt: ({ twice }, { foreign, token }) => twice?.(foreign, token),
    holds: (values) => `${right(values)}, but an entry before it holds another token (${values.print(values.foreign)})`,
    applies: ({ twice }) => twice !== undefined,
  },
  "value where nothing must be": {
    nothing: true,
    spoilt: ({ with: file }, { foreign }) => file(foreign),
    holds: ({ foreign, print }) => `another token (${print(foreign)})`,
  },
  "copy of a killed run": {
    spoilt: () => "same",
    copy: true,
    holds: (values) => `${right(values)}, but what a killed run left lies beside the file`,
  },
}

const cases: readonly Case[] = Object.entries(kinds).flatMap(([kindName, kind]) =>
  Object.entries(documents)
    .filter(([, document]) => kind.applies?.(document) ?? true)
    .map(([format, document]) => ({
      name: `${format} ${kindName}`,
      path: `${kindName}/${document.file}`,
      document,
      kind,
    })),
)

/** Where the words depend on the format. */
const references: Readonly<Record<string, string>> = {
  json5: "another reference",
  shell: "a reference to the environment",
  compose: `a reference to the environment, which falls back to the public default ${publicDefault}`,
}

describeEngine("drift", () => {
  let dev: Stack
  let values: Values
  let preview: Outcome
  let json: Readonly<Record<"steps" | "diagnostics", readonly Readonly<Record<string, unknown>>[]>>
  let up: Outcome

  const fleet = (rotation: number) => ({
    token: { rotation },
    places: Object.fromEntries(
      cases.map(({ name, path, document: { locator }, kind }) => [
        name,
        { path: `~/${path}`, locator, ...(kind.nothing ? { must: "nothing" as const } : {}) },
      ]),
    ),
  })
  const holdsOf = ({ name, kind }: Case) => {
    const words = kind.holds(values)
    return words === "reference" ? (references[name.split(" ")[0] ?? ""] ?? words) : words
  }
  const mustOf = ({ kind }: Case) => (kind.nothing ? "nothing" : right(values))
  const copyOf = (path: string) => join(dirname(path), `.${path.split("/").at(-1)}.gatekey-0123456789ab`)

  beforeAll(async () => {
    dev = await openStack(fleet(1))
    for (const { path, document, kind } of cases) {
      if (!kind.nothing) dev.write(path, document.with(publicDefault))
      else if (document.without) dev.write(path, document.without)
    }
    const first = await dev.up("--skip-preview")
    expect(first.code, first.output).toBe(0)
    dev.declare(fleet(2))
    const second = await dev.up("--skip-preview")
    expect(second.code, second.output).toBe(0)
    const { kept, next, key } = await dev.generations()
    const [previous, token] = kept.map(({ value }) => value) as [string, string]
    values = { token, previous, next, foreign: dev.foreign(), print: (value) => computeFingerprint(key, value) }
    for (const { path, document, kind } of cases) {
      const spoilt = kind.spoilt(document, values)
      if (spoilt === undefined) dev.remove(path)
      else dev.write(path, spoilt === "same" ? document.with(token) : spoilt, kind.mode)
      if (kind.copy) dev.write(copyOf(path), document.with(token))
    }
    preview = await dev.preview("--diff", "--expect-no-changes")
    json = JSON.parse((await dev.preview("--json")).output)
    up = await dev.up()
  })
  afterAll(() => dev?.dispose())

  test("makes --expect-no-changes fail", () => {
    expect(preview.code).not.toBe(0)
    expect(preview.code).not.toBe(null)
  })

  test("a repair is planned for every spoilt place and nothing else, and done as planned", () => {
    expect(preview.steps).toEqual(cases.map(({ name }) => `update ${name}`).sort())
    expect(up.code, up.output).toBe(0)
    expect(up.steps).toEqual(preview.steps)
  })

  test.each(cases)("$name: preview says it once in words, --diff in one line, --json the same", (each) => {
    const said = preview.diagnostics.filter(({ name }) => name === each.name)
    expect(said).toEqual([{ name: each.name, severity: "warning", message: expect.any(String) }])
    expect(said[0]?.message).toContain(`contains ${holdsOf(each)}; expected ${mustOf(each)}. \`pulumi up\` `)

    const [, part = ""] = preview.output.split(`Placement::${each.name}]\n      ~`)
    const line = ` holds: ${JSON.stringify(holdsOf(each))} => ${JSON.stringify(mustOf(each))}\n`
    expect(part.slice(0, part.indexOf("\n") + 1)).toBe(line)
    expect(part.split(/\n {4}\S|\nResources:/)[0]).not.toContain("\n      ~")

    const ours = ({ urn, op }: Readonly<Record<string, unknown>>) =>
      String(urn).endsWith(`::${each.name}`) && op !== "refresh"
    expect(json.steps.filter(ours)).toMatchObject([
      { op: "update", diffReasons: ["holds"], detailedDiff: { holds: { kind: "update" } } },
    ])
    expect(json.diagnostics.filter(ours)).toMatchObject([
      { severity: "warning", message: expect.stringContaining(`contains ${holdsOf(each)};`) },
    ])
  })

  test.each(cases)("$name: up says once what it healed, and leaves every other byte", (each) => {
    const { path, document, kind } = each
    const said = up.diagnostics.filter(({ name }) => name === each.name)
    expect(said).toEqual([
      { name: each.name, severity: "info", message: `contained ${holdsOf(each)}; contains ${mustOf(each)} now` },
    ])
    if (kind.nothing) {
      expect(dev.exists(path) ? dev.bytes(path) : undefined).toEqual(document.without)
      return
    }
    const healed = dev.bytes(path)
    const spoilt = kind.spoilt(document, values)
    const whole = spoilt === "same" || spoilt?.equals(document.without ?? Buffer.alloc(0)) !== true
    expect(dev.mode(path)).toBe("0600")
    expect(readdirSync(dirname(dev.at(path))).filter((name) => name.includes("gatekey-"))).toEqual([])
    expect(healed.includes(values.token)).toBe(true)
    expect(healed.includes(values.foreign)).toBe(false)
    if (kind.spoilt(document, values) === document.reference || spoilt === undefined) return
    if (kind === kinds["earlier entry"] && !document.single)
      expect(healed).toEqual(document.twice?.(values.token, values.token))
    else if (whole) expect(healed).toEqual(document.with(values.token))
    else expect(insertedInto(document.without as Buffer, healed)).toBe(true)
  })

  test("is gone after the up", () => dev.settled())
})

/** Whether the second is the first with something put in at one point; a binary one is renumbered instead. */
function insertedInto(before: Buffer, after: Buffer): boolean {
  if (before.subarray(0, 6).toString() === "bplist") return after.subarray(0, 6).toString() === "bplist"
  let at = 0
  while (at < before.length && before[at] === after[at]) at++
  return before.subarray(at).equals(after.subarray(after.length - (before.length - at)))
}
