import { expect, test } from "vitest"
import { schema } from "../../provider/schema.ts"

const described = [
  ...Object.entries(schema.resources).flatMap(([name, { description, inputProperties, properties }]) => [
    [name, description] as const,
    ...Object.entries(inputProperties).map(([key, spec]) => [`${name} input ${key}`, spec.description] as const),
    ...Object.entries(properties).map(([key, spec]) => [`${name} output ${key}`, spec.description] as const),
  ]),
  ...Object.entries(schema.types).flatMap(([name, { properties }]) =>
    Object.entries(properties).map(([key, spec]) => [`${name} ${key}`, spec.description] as const),
  ),
]

test("every resource and every property of the package schema has a description", () => {
  expect(described.length).toBeGreaterThan(200)
  expect(described.filter(([, text]) => !text).map(([name]) => name)).toEqual([])
})

test("descriptions are whole sentences", () => {
  expect(described.filter(([, text]) => !/^[A-Z`].*\.$/.test(text ?? "")).map(([name]) => name)).toEqual([])
})

test("an input with a default is optional, and its output is always there", () => {
  const { inputProperties, requiredInputs, required, properties } = schema.resources["gatekey:index:Placement"] ?? {}
  expect(inputProperties?.host).toMatchObject({ type: "string", default: "local" })
  expect(requiredInputs).toEqual(["path", "locator"])
  expect(required).toEqual(expect.arrayContaining(["host", "path", "locator", "must", "holds"]))
  expect(properties?.host).not.toHaveProperty("default")
})

test("every type that is referred to is there", () => {
  const references = JSON.stringify(schema).match(/(?<=#\/types\/)[^"]+/g) ?? []
  expect([...new Set(references)].sort()).toEqual(Object.keys(schema.types).sort())
})
