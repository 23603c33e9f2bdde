import { randomBytes } from "node:crypto"
import { resolve } from "node:path"
import * as pulumi from "@pulumi/pulumi"
import { expect, test } from "vitest"
import { fleetArgs } from "../../stacks/fleet-args.ts"
import { readConfig } from "../../stacks/read-config.ts"
import type { Config } from "../../stacks/schema.ts"

const studio = { host: "local", manager: "process" } as const
const config: Config = { token: { rotation: 1, protect: false }, gateways: { studio } }

test("makes a home in the project absolute, and keeps other homes", () => {
  const gateways = { one: { ...studio, home: "./.sandbox/one" }, two: { ...studio, home: "/home/two" }, three: studio }
  const args = fleetArgs({ ...config, gateways }, "/project")
  expect(Object.values(args.gateways).map(({ home }) => home)).toEqual([
    "/project/.sandbox/one",
    "/home/two",
    undefined,
  ])
})

test("a hook on this machine runs in the project's folder, on whichever machine that is", () => {
  const afterRotation = [
    { host: "local" as const, command: "true" },
    { host: "ssh://me@tw" as const, command: "true", hostKey: "" },
  ]
  const args = fleetArgs({ ...config, afterRotation }, resolve(import.meta.dirname, "../.."))
  expect(args.afterRotation).toEqual([{ ...afterRotation[0], folder: ".." }, afterRotation[1]])
  expect(fleetArgs(config, "/project").afterRotation).toEqual([])
})

test("protect concerns the fleet, not the token's inputs", () => {
  expect(fleetArgs(config, "/project")).toMatchObject({ protect: false, token: { rotation: 1 } })
})

test("passes the rotation settings to the fleet", () => {
  const rotation = { unreachable: "continue", supersede: 4 } as const
  expect(fleetArgs({ ...config, rotation }, "/project").rotation).toEqual(rotation)
  expect(fleetArgs(config, "/project")).not.toHaveProperty("rotation")
})

test("a token that the file gives is a secret at once", async () => {
  const { token } = fleetArgs({ ...config, token: { value: randomBytes(32).toString("hex") } }, "/project")
  expect(await pulumi.isSecret(token.value as pulumi.Output<string>)).toBe(true)
})

test("a value to adopt is a secret at once; a place to adopt from is not", async () => {
  const value = randomBytes(32).toString("hex")
  const args = fleetArgs({ ...config, token: { rotation: 1, adopt: { value } } }, "/project")
  const { adopt } = args.token as unknown as { adopt: { value: pulumi.Output<string> } }
  expect(await pulumi.isSecret(adopt.value)).toBe(true)
  const from = "local|~/.clawdbot/clawdbot.json|gateway.auth.token"
  expect(fleetArgs({ ...config, token: { rotation: 1, adopt: { from } } }, "/project").token.adopt).toEqual({ from })
})

test("parses the engine's configuration as in the file", () => {
  pulumi.runtime.setAllConfig({
    "gatekey:token": JSON.stringify(config.token),
    "gatekey:gateways": JSON.stringify(config.gateways),
    "other:key": "is not ours",
  })
  expect(readConfig()).toEqual(config)
})

test("reports problems as one error without a stack trace: the file, then one line each", async () => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "gatekey", "home")
  pulumi.runtime.setAllConfig({ "gatekey:token": "no object", "gatekey:gatewys": "{}" })
  const failed = (() => {
    try {
      return readConfig()
    } catch (error) {
      return error
    }
  })()
  expect(pulumi.RunError.isInstance(failed)).toBe(true)
  expect((failed as Error).message.split("\n")).toEqual([
    "Pulumi.home.yaml cannot be used:",
    expect.stringMatching(/^ {2}gatekey:token: found a text of 9 characters; /),
    expect.stringMatching(/^ {2}gatekey:gateways: missing; /),
    expect.stringMatching(/^ {2}gatekey:gatewys: unknown key; did you mean gateways\? /),
  ])
})
