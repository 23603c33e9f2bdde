import { readFileSync } from "node:fs"
import { glob } from "node:fs/promises"
import grpc from "@grpc/grpc-js"
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import { describe, expect, onTestFinished, test } from "vitest"
import { createGenerations } from "../../core/generations.ts"
import { connect } from "../../provider/engine.ts"
import { Tokens } from "../../provider/run/tokens.ts"
import { serve } from "../../provider/server.ts"
import { decode, encode, type Properties } from "../../provider/wire.ts"
import { ask } from "../support/engine/plugin.ts"

const urnOf = (type: string, name: string) => `urn:pulumi:test::gatekey::gatekey:index:${type}::${name}`

/** A server in this process, and what is asked of it. */
async function server() {
  const started = serve(connect(undefined))
  const port = await new Promise<number>((resolve, reject) =>
    started.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  const client = new service.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
  onTestFinished(() => {
    client.close()
    started.forceShutdown()
  })
  return {
    async check(type: string, name: string, news: Properties): Promise<string[]> {
      const request = new messages.CheckRequest()
      request.setUrn(urnOf(type, name))
      request.setNews(encode(news))
      const answer = await ask<messages.CheckResponse>((done) => client.check(request, done))
      return answer.getFailuresList().map((failure) => failure.getReason())
    },
    async create(type: string, name: string, properties: Properties, preview = false) {
      const request = new messages.CreateRequest()
      request.setUrn(urnOf(type, name))
      request.setProperties(encode(properties))
      request.setPreview(preview)
      const answer = await ask<messages.CreateResponse>((done) => client.create(request, done))
      return { id: answer.getId(), outputs: decode(answer.getProperties()) }
    },
  }
}

describe("two servers in one process", () => {
  const place = { path: "~/gatekey-run-test.json", locator: "a.token" }

  test("do not see what the other's resources declare", async () => {
    const [one, other] = [await server(), await server()]
    expect(await one.check("Placement", "first", place)).toEqual([])
    expect(await one.check("Placement", "second", place)).toEqual([expect.stringContaining('by "first" as well')])
    expect(await other.check("Placement", "second", place)).toEqual([])
  })

  test("do not see the other's tokens", async () => {
    const [one, other] = [await server(), await server()]
    const { id, outputs } = await one.create("Token", "token", { rotation: 1, keep: 3 })
    const bound = { token: id, generation: outputs.generation, fingerprint: outputs.fingerprint }
    const news = { ...place, ...bound, host: "local", format: "json5", must: "token", holds: "x" }
    expect((await one.create("Placement", "place", news, true)).id).toContain("~/gatekey-run-test.json")
    await expect(other.create("Placement", "place", news, true)).rejects.toThrow("the Token is not part of this run")
  })
})

describe("a Read that is ahead of its Token's", () => {
  const generations = createGenerations(1, undefined)

  test("gets the value when the Token is read", async () => {
    const tokens = new Tokens()
    const value = tokens.tokenSoon("token-1", 1)
    const begun = performance.now()
    tokens.learn("token-1", generations)
    expect((await value)?.equals(generations.kept[0]?.value ?? "")).toBe(true)
    expect(performance.now() - begun).toBeLessThan(500)
  })

  test("waits for its own Token only, and for a moment only", async () => {
    const tokens = new Tokens()
    const value = tokens.tokenSoon("token-1", 1)
    tokens.learn("token-2", generations)
    expect(await value).toBeUndefined()
  })
})

test("no module under provider/ keeps state: a run does", async () => {
  const state = /^(?:export )?(?:let \w|const \w+(?:: [^=]+)? = (?:new (?!RegExp\b)|\[\]|\{\}))/gm
  const found: string[] = []
  for await (const file of glob("provider/**/*.ts")) {
    for (const [line] of readFileSync(file, "utf8").matchAll(state)) found.push(`${file}: ${line}`)
  }
  expect(found).toEqual([])
})
