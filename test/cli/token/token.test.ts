import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { importSPKI, jwtVerify } from "jose"
import { describe, expect, test } from "vitest"
import { folder } from "../../support/hosts/machine.ts"
import { keyPair } from "../../support/proxies/bearer.ts"
import { type Project, project } from "../project.ts"

const dev = "config:\n  gatekey:token: {rotation: 1}\n"
const pair = keyPair()

interface Declared {
  readonly name?: string
  readonly host?: string
  readonly generation?: number
  readonly folder?: string
  readonly publicKey?: string
}

/** A project whose stack has these clients, and a key on this machine for each whose folder is absolute. */
function stackOf(...clients: readonly Declared[]): Project & { readonly home: string } {
  const home = folder()
  const state = join(home, "state.json")
  const resources = clients.map((client) => {
    const outputs = {
      ...{ name: "laptop", host: "local", generation: 1, audience: "studio", authority: "authority-1" },
      ...{ folder: join(home, "laptop"), publicKey: pair.publicKey },
      ...client,
    }
    if (outputs.folder.startsWith("/")) put(join(outputs.folder, "client.key"), pair.key)
    return { type: "gatekey:index:ClientKey", id: `${outputs.host}|${outputs.folder}`, outputs }
  })
  const authority = { type: "gatekey:index:Authority", id: "authority-1", outputs: { domain: "home" } }
  writeFileSync(state, JSON.stringify({ version: 3, deployment: { resources: [authority, ...resources] } }))
  return { ...project({ "Pulumi.dev.yaml": dev }, { env: { STATE: state } }), home }
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode: 0o600 })
}

async function verified(token: string, audience = "studio") {
  const rules = {
    algorithms: ["ES256"],
    typ: "at+jwt",
    issuer: "gatekey:home",
    audience: `openclaw-gateway:${audience}`,
  }
  return jwtVerify(token.trim(), await importSPKI(pair.publicKey, "ES256"), { ...rules, subject: "laptop" })
}

describe("gatekey token", () => {
  test("prints one token of a client in the stack, and nothing else", async () => {
    const it = stackOf({}, { name: "phone" })
    const { code, stdout, stderr } = it.gatekey("token", "laptop")
    expect([code, stderr]).toEqual([0, ""])
    expect(stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]{86}\n$/)
    const { payload, protectedHeader } = await verified(stdout)
    expect(protectedHeader).toEqual({ alg: "ES256", typ: "at+jwt", kid: "laptop.g1" })
    expect(Object.keys(payload).sort()).toEqual(["aud", "exp", "iat", "iss", "jti", "sub"])
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
  })

  test("for another guard, with another life", async () => {
    const { payload } = await verified(
      stackOf({}).gatekey("token", "laptop", "--aud", "attic", "--lifetime", "1h").stdout,
      "attic",
    )
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
  })

  test("by the latest generation on this machine", async () => {
    const it = stackOf(
      {},
      { generation: 2, folder: join(folder(), "laptop") },
      { generation: 3, host: "ssh://me@tw.local", folder: "~/laptop" },
    )
    expect((await verified(it.gatekey("token", "laptop").stdout)).protectedHeader.kid).toBe("laptop.g2")
  })

  test("by a key alone, without a stack", async () => {
    const it = project({ "client.key": pair.key }, { programs: [] })
    chmodSync(it.at("client.key"), 0o600)
    const { stdout } = it.gatekey(
      "token",
      "laptop",
      "--key",
      "client.key",
      "--domain",
      "home",
      "--aud",
      "studio",
      "--generation",
      "4",
    )
    expect((await verified(stdout)).protectedHeader.kid).toBe("laptop.g4")
  })

  test.each<[string, Declared, (it: { home: string }) => void, readonly string[], RegExp]>([
    [
      "a client that the stack does not have",
      {},
      () => {},
      ["phone"],
      /found no client phone in the stack's state, expected one of laptop; declare it/,
    ],
    [
      "a key on another host",
      { host: "ssh://me@tw.local", folder: "~/laptop" },
      () => {},
      ["laptop"],
      /another host than this one: ssh:\/\/me@tw\.local; run there: ~\/laptop\/token/,
    ],
    [
      "no key",
      {},
      ({ home }) => put(join(home, "laptop/x"), ""),
      ["laptop", "--key", "none", "--domain", "home", "--aud", "studio"],
      /none: found no file, expected the client's key; run: pulumi up/,
    ],
    [
      "another key",
      { publicKey: keyPair().publicKey },
      () => {},
      ["laptop"],
      /found another key than the stack's; `pulumi up` makes a new one/,
    ],
    [
      "a key that others can read",
      {},
      ({ home }) => chmodSync(join(home, "laptop/client.key"), 0o644),
      ["laptop"],
      /others can read it \(0644\), expected 0600/,
    ],
    [
      "text",
      {},
      ({ home }) => writeFileSync(join(home, "laptop/client.key"), "canary"),
      ["laptop"],
      /found no private key of P-256 as PEM/,
    ],
    [
      "a key without its domain",
      {},
      () => {},
      ["laptop", "--key", "x", "--aud", "studio"],
      /found --key alone; it needs --domain/,
    ],
    ["a domain without a key", {}, () => {}, ["laptop", "--domain", "home"], /found --domain without --key; drop it/],
    [
      "a name that no client has",
      {},
      () => {},
      ["Lap top"],
      /is not a valid name of a client: it must be 1 to 32 lower-case letters/,
    ],
  ])("refuses %s", (_what, declared, spoil, words, reason) => {
    const it = stackOf(declared)
    spoil(it)
    const { code, stdout, stderr } = it.gatekey("token", ...words)
    expect([code, stdout, stderr.split("\n").length]).toEqual([1, "", 2])
    expect(stderr).toMatch(reason)
    expect(stderr).not.toMatch(/canary|eyJ|PRIVATE/)
  })

  test.each([
    [["laptop", "--lifetime", "2h"], /Expected a duration from 1s to 1h, such as 5m/],
    [["laptop", "--aud", 'a"b'], /Expected the guard's name, such as studio/],
    [[], /missing required argument 'client'/],
    [["laptop", "phone"], /too many arguments/],
  ] as const)("refuses %j as wrong usage", (words, reason) => {
    const { code, stdout, stderr } = stackOf({}).gatekey("token", ...words)
    expect([code, stdout]).toEqual([2, ""])
    expect(stderr).toMatch(reason)
  })
})
