import messages from "@pulumi/pulumi/proto/provider_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ask, type Plugin, startPlugin } from "../support/engine/plugin.ts"

let plugin: Plugin
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

const token = "urn:pulumi:test::gatekey::gatekey:index:Token::token"

test("standard output carries the port, and nothing else", async () => {
  await plugin.check(token, {})
  expect(plugin.stdout).toHaveLength(1)
  expect(plugin.stdout[0]).toMatch(/^\d+$/)
  expect(plugin.stderr).toEqual([])
})

test("the handshake takes secrets, resources and outputs", async () => {
  const answer = await ask<messages.ProviderHandshakeResponse>((done) =>
    plugin.client.handshake(new messages.ProviderHandshakeRequest(), done),
  )
  expect([answer.getAcceptSecrets(), answer.getAcceptResources(), answer.getAcceptOutputs()]).toEqual([
    true,
    true,
    true,
  ])
})

test("it is called in previews too", async () => {
  const answer = await ask<messages.ConfigureResponse>((done) =>
    plugin.client.configure(new messages.ConfigureRequest(), done),
  )
  expect([answer.getSupportspreview(), answer.getAcceptsecrets()]).toEqual([true, true])
})

test("the schema names all resources, and marks every secret", async () => {
  const answer = await ask<messages.GetSchemaResponse>((done) =>
    plugin.client.getSchema(new messages.GetSchemaRequest(), done),
  )
  const schema = JSON.parse(answer.getSchema())
  const names = [
    "Token",
    "Preflight",
    "Reach",
    "Placement",
    "Flip",
    "Handshake",
    "Receipt",
    "Service",
    "Containers",
    "Incarnation",
    "Listener",
    "Pairing",
    "VaultSource",
    "TokenSource",
    "VaultRecord",
    "Authority",
    "Certificate",
    "ClientKey",
    "Haproxy",
    "Access",
    "TrustedProxy",
    "ProxyCheck",
  ]
  expect(Object.keys(schema.resources).sort()).toEqual(names.map((name) => `gatekey:index:${name}`).sort())
  const { properties } = schema.resources["gatekey:index:Token"]
  for (const name of ["value", "previous", "generations", "adopt", "given"]) expect(properties[name].secret).toBe(true)
  expect(properties).not.toHaveProperty("ring")
  const placement = schema.resources["gatekey:index:Placement"]
  for (const type of ["Placement", "Flip"])
    for (const name of ["ring", "value"]) {
      expect(schema.resources[`gatekey:index:${type}`].properties[name].secret).toBe(true)
    }
  expect(Object.keys(placement.inputProperties)).toEqual(expect.arrayContaining(["token", "generation", "fingerprint"]))
  expect(schema.resources["gatekey:index:Authority"].properties.key.secret).toBe(true)
  expect(schema.resources["gatekey:index:TrustedProxy"].properties.before.secret).toBe(true)
  for (const name of ["TrustedProxy", "ProxyCheck", "Pairing"])
    expect(schema.resources[`gatekey:index:${name}`].properties.userHeader.secret).toBe(true)
  for (const name of ["Service", "Containers", "Incarnation"])
    expect(schema.resources[`gatekey:index:${name}`].properties.ring.secret).toBe(true)
  expect(JSON.stringify(placement.inputProperties)).not.toMatch(/secret|"ring"|"value"/)
})

test("its version is the package's", async () => {
  const { default: manifest } = await import("../../package.json", { with: { type: "json" } })
  const answer = await ask<{ getVersion(): string }>((done) => plugin.client.getPluginInfo(new empty.Empty(), done))
  expect(answer.getVersion()).toBe(manifest.version)
})

describe("what it does not have is refused in words", () => {
  test("a resource", async () => {
    const urn = "urn:pulumi:test::gatekey::gatekey:index:Tokken::x"
    await expect(plugin.check(urn, {})).rejects.toThrow("gatekey has no resource type gatekey:index:Tokken")
  })

  test("a name that every object has", async () => {
    await expect(plugin.check("urn:pulumi:test::gatekey::constructor::x", {})).rejects.toThrow("no resource type")
  })

  test("functions", async () => {
    const invoke = ask((done) => plugin.client.invoke(new messages.InvokeRequest(), done))
    await expect(invoke).rejects.toThrow("the provider gatekey has no functions")
  })
})

test("what is created asks to be read before a preview", async () => {
  expect((await plugin.create(token, { rotation: 1, keep: 3 })).refresh).toBe(true)
})
