import messages from "@pulumi/pulumi/proto/provider_pb.js"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Schema, sampleOf } from "../fuzz/schema-samples.ts"
import { ask, type Plugin, startPlugin } from "../support/engine/plugin.ts"

let plugin: Plugin
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

/** What `String` and `Number` fail for. */
const odd = { toString: 1, valueOf: 1 }

test("no input of any resource is an error of gatekey's own when it is an object without a text", async () => {
  const answer = await ask<messages.GetSchemaResponse>((done) =>
    plugin.client.getSchema(new messages.GetSchemaRequest(), done),
  )
  const schema: Schema = JSON.parse(answer.getSchema())
  const found: string[] = []
  let count = 0
  for (const type of Object.keys(schema.resources)) {
    const sample = sampleOf(schema, type, "/nonexistent")
    for (const property of Object.keys(sample)) {
      for (const value of [odd, [odd], { local: odd }]) {
        const urn = `urn:pulumi:test::gatekey::${type}::x${++count}`
        await plugin.check(urn, { ...sample, [property]: value }).catch((error: Error) => {
          if (/^gatekey failed/.test(error.message)) found.push(`${type} ${property}: ${error.message.slice(0, 120)}`)
        })
      }
    }
  }
  expect(found).toEqual([])
  expect(count).toBeGreaterThan(400)
})
