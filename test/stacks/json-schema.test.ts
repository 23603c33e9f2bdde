import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Ajv } from "ajv"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { outputJsonSchemas } from "../../tools/output-json-schemas.ts"
import { stackJsonSchema } from "../../tools/stack-json-schema.ts"

const project = join(import.meta.dirname, "../..")
const read = (file: string) => readFileSync(join(project, file), "utf8")
const schema = JSON.parse(read("schema/stack.json"))
const check = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema)
const problems = (file: unknown) =>
  check(file)
    ? []
    : (check.errors ?? []).map(({ instancePath, message, params }) => ({ instancePath, message, params }))

test.each(Object.keys(outputJsonSchemas))(
  "the committed schema of %s --json equals the one made from the sources",
  (name) => {
    expect(JSON.parse(read(`schema/${name}.json`))).toEqual(outputJsonSchemas[name])
  },
)

test("the committed schema equals the one made from the sources (npm run schema)", () => {
  expect(schema).toEqual(stackJsonSchema())
})

const examples = readdirSync(join(project, "examples")).filter((name) => name.endsWith(".yaml"))
const files = ["Pulumi.dev.yaml", ...examples.map((name) => `examples/${name}`)]

test.each(files)("%s names it, and is valid by it", (file) => {
  const text = read(file)
  expect(/^# yaml-language-server: \$schema=\.\/(.*)$/m.exec(text)?.[1]).toBe("schema/stack.json")
  expect(problems(parse(text))).toEqual([])
})

const good = {
  encryptionsalt: "v1:x",
  config: {
    "aws:region": "eu",
    "gatekey:token": { rotation: 1, adopt: { value: { secure: "v1:x" } } },
    "gatekey:rotation": { unreachable: ["ssh://me@tw.local"] },
    "gatekey:gateways": { studio: { host: "local", manager: "launchd" } },
    "gatekey:containers": { old: { host: "local", name: "old", compose: { file: "~/c.yml", service: "gateway" } } },
    "gatekey:vault": { provider: "exec", role: "source", read: ["cat"] },
  },
}

const member = "/config/gatekey:gateways/studio"

test.each<[string, (config: { [key: string]: never }) => unknown, string, string]>([
  ["a misspelt key of the stack", (all) => ({ ...all, "gatekey:gatways": {} }), "/config", "boolean schema is false"],
  [
    "a misspelt key of a member",
    (all) => studioWith(all, { prot: 18_789 }),
    member,
    "must NOT have additional properties",
  ],
  ["a missing key", (all) => studioWith(all, { manager: undefined }), member, "must have required property 'manager'"],
  ["another word", (all) => studioWith(all, { manager: "systemdd" }), `${member}/manager`, "must be equal to one of"],
  ["another kind", (all) => studioWith(all, { port: "18789" }), `${member}/port`, "must be integer"],
  ["too much", (all) => studioWith(all, { port: 70_000 }), `${member}/port`, "must be <= 65535"],
  ["a missing group", ({ "gatekey:gateways": _, ...all }) => all, "/config", "must have required property"],
])("reports %s", (_name, spoil, where, message) => {
  expect(problems(good)).toEqual([])
  const found = problems(JSON.parse(JSON.stringify({ ...good, config: spoil(good.config as never) })))
  expect(found).toContainEqual(
    expect.objectContaining({
      instancePath: expect.stringContaining(where),
      message: expect.stringContaining(message),
    }),
  )
})

function studioWith(all: { [key: string]: never }, more: object) {
  return { ...all, "gatekey:gateways": { studio: { ...good.config["gatekey:gateways"].studio, ...more } } }
}

test("each key has a description", () => {
  const undescribed = keysOf(schema.properties.config, "").filter(([, { description }]) => !description)
  expect(undescribed.map(([key]) => key)).toEqual([])
  expect(keysOf(schema.properties.config, "").length).toBeGreaterThan(100)
})

interface Node {
  readonly description?: string
  readonly properties?: { readonly [key: string]: Node }
  readonly anyOf?: readonly Node[]
  readonly items?: Node
  readonly additionalProperties?: Node | boolean
}

function keysOf(node: Node, at: string): [string, Node][] {
  const own = Object.entries(node.properties ?? {}).filter(([key]) => key !== "secure")
  const below = [...(node.anyOf ?? []), node.items, node.additionalProperties]
  return [
    ...own.flatMap(([key, each]) => [[`${at}.${key}`, each] as [string, Node], ...keysOf(each, `${at}.${key}`)]),
    ...below.flatMap((each) => (typeof each === "object" ? keysOf(each, `${at}[]`) : [])),
  ]
}
