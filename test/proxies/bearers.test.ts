import { beforeAll, describe, expect, test } from "vitest"
import type { ProxyClient } from "../../proxies/client.ts"
import { guardConfiguration } from "../../proxies/guard.ts"
import type { Answer, Attempt } from "../support/proxies/attempt.ts"
import { badBearers, bearer, type Keys } from "../support/proxies/bad-bearers.ts"
import { forge, keyPair } from "../support/proxies/bearer.ts"
import { type Echo, startEcho } from "../support/proxies/echo.ts"
import { bearerSettings, type Guarded, startGuard } from "../support/proxies/guarded.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"
import { type Made, type Pki, pki } from "../support/proxies/pki.ts"

const header = "5f".repeat(32)
const keys: Keys = { laptop: keyPair(), other: keyPair(), stranger: keyPair() }
const phone: ProxyClient = { name: "phone", generation: 1, role: "client", auth: "jwt", key: keys.other.publicKey }
const tw: ProxyClient = { name: "tw", generation: 1, role: "node" }
const laptopOf = (auth: "jwt" | "both"): ProxyClient => ({
  ...{ name: "laptop", generation: 1, role: "client", auth },
  key: keys.laptop.publicKey,
})

let own: Pki
let shown: Readonly<Record<string, Made>>
beforeAll(async () => {
  own = await pki()
  const rogue = await pki()
  shown = {
    guard: await own.make({ name: "studio", role: "guard", names: ["studio.test"] }),
    tw: await own.make({ name: "tw" }),
    laptop: await own.make({ name: "laptop", role: "client" }),
    later: await own.make({ name: "laptop", generation: 2, role: "client" }),
    phone: await own.make({ name: "phone", role: "client" }),
    expired: await own.make({ name: "laptop", role: "client" }, -40),
    rogue: await rogue.make({ name: "laptop", role: "client" }),
  }
})

interface EchoGuard extends Pick<Guarded, "log" | "remove"> {
  readonly echo: Echo
  try(headers: Attempt["headers"], as?: string, more?: Partial<Attempt>): Promise<Answer>
}

async function guarded(
  clients: readonly ProxyClient[],
  change: (configuration: string) => string = (text) => text,
): Promise<EchoGuard> {
  const echo = await startEcho()
  const guard = await startGuard({ own, shown, clients, header, gateway: echo.port, change })
  const { log, remove } = guard
  return { echo, log, remove, try: (headers = {}, as, more = {}) => guard.try({ headers, as, ...more }) }
}

/** The configuration of a guard that does not run. */
const configurationFor = (clients: readonly ProxyClient[]) =>
  guardConfiguration({
    ...{ address: "127.0.0.1", port: 1, gateway: 2, digest: "0".repeat(64), header, clients },
    bearer: bearerSettings,
  })

const good = () => bearer(forge({ pair: keys.laptop }))

describe.skipIf(noHaproxy)(`a guard and bearers${noHaproxy ? ` (${noHaproxy})` : ""}`, () => {
  test.each(["jwt", "both"] as const)(
    "refuses each bad bearer of a client of auth %s, and logs the reason",
    async (auth) => {
      const guard = await guarded([laptopOf(auth), phone, tw])
      const as = auth === "both" ? "laptop" : undefined
      const rows = badBearers(keys)
      expect(rows.length).toBeGreaterThan(70)
      for (const [what, headers, why] of rows)
        expect([what, await guard.try(headers, as)]).toEqual([what, { status: 401, body: `guard: ${why}` }])
      expect(guard.echo.requests).toEqual([])
      await expect.poll(() => reasonsIn(guard.log), { timeout: 60_000 }).toEqual(rows.map(([, , why]) => why).sort())
      expect(await guard.try(good(), as)).toMatchObject({ status: 101 })
      expect(guard.log.join("\n")).not.toMatch(/eyJ/)
    },
  )

  test("identifies a client by its bearer, and passes no bearer on", async () => {
    const guard = await guarded([laptopOf("jwt"), phone, tw])
    const now = Math.floor(Date.now() / 1000)
    const accepted: [string, Attempt["headers"], string][] = [
      ["a good one", good(), "client:laptop"],
      [
        "another client's",
        bearer(forge({ pair: keys.other, header: { kid: "phone.g1" }, claims: { sub: "phone" } })),
        "client:phone",
      ],
      [
        "expired within the skew",
        bearer(forge({ pair: keys.laptop, claims: { iat: now - 300, exp: now - 30 } })),
        "client:laptop",
      ],
      ["issued by a fast clock", bearer(forge({ pair: keys.laptop, claims: { iat: now + 30 } })), "client:laptop"],
      ["an hour", bearer(forge({ pair: keys.laptop, claims: { exp: now + 3600 } })), "client:laptop"],
      ["valid since now", bearer(forge({ pair: keys.laptop, claims: { nbf: now } })), "client:laptop"],
      ["a scheme in lower case", { authorization: `bearer ${forge({ pair: keys.laptop })}` }, "client:laptop"],
      [
        "with further claims",
        bearer(forge({ pair: keys.laptop, claims: { scope: ["a"], deep: { b: 1 } } })),
        "client:laptop",
      ],
    ]
    for (const [what, headers, identity] of accepted) {
      expect([what, await guard.try(headers)]).toEqual([what, expect.objectContaining({ status: 101 })])
      const seen = guard.echo.requests.at(-1)?.headers ?? {}
      expect([what, seen[header], seen.authorization]).toEqual([what, identity, undefined])
    }
    expect(await guard.try({ ...good(), [header]: "client:phone" }, undefined, { upgrade: false })).toMatchObject({
      status: 200,
    })
    expect(guard.echo.requests.at(-1)?.headers[header]).toBe("client:laptop")
    await expect.poll(() => guard.log.join("\n"), { timeout: 60_000 }).toMatch(/"name":"phone\.g1","id":"client:phone"/)
  })

  const unknown = { status: 403, body: "guard: unknown client" }
  const through = expect.objectContaining({ status: 101 })
  const refused = (why: string) => ({ status: 401, body: `guard: ${why}` })
  const ended = { error: expect.any(String) }
  test.each<[auth: "jwt" | "both", what: string, as: string | undefined, sends: boolean, answer: unknown]>([
    ["jwt", "a certificate of its own name beside the bearer", "laptop", true, through],
    ["jwt", "a certificate of its own name alone", "laptop", false, refused("no-bearer")],
    ["jwt", "the certificate of another client beside the bearer", "phone", true, refused("sub-not-cert")],
    ["jwt", "a certificate of another generation beside the bearer", "later", true, unknown],
    ["jwt", "an expired certificate beside the bearer", "expired", true, ended],
    ["jwt", "a certificate of another authority beside the bearer", "rogue", true, ended],
    ["both", "the bearer alone", undefined, true, refused("no-certificate")],
    ["both", "the certificate alone", "laptop", false, refused("no-bearer")],
    ["both", "neither", undefined, false, refused("no-bearer")],
    ["both", "both", "laptop", true, through],
    ["both", "the certificate of another client", "phone", true, refused("sub-not-cert")],
    ["both", "a certificate of another generation", "later", true, unknown],
    ["both", "an expired certificate", "expired", true, ended],
    ["both", "a certificate of another authority", "rogue", true, ended],
  ])("a client of auth %s that has %s", async (auth, _what, as, sends, answer) => {
    const guard = await guarded([laptopOf(auth), phone, tw])
    expect(await guard.try(sends ? good() : {}, as)).toEqual(answer)
  })

  test("a client of certificates is who its certificate says, whatever bearer it sends", async () => {
    const guard = await guarded([laptopOf("jwt"), phone, tw])
    expect(await guard.try(good(), "tw")).toMatchObject({ status: 101 })
    expect(guard.echo.requests.at(-1)?.headers).toMatchObject({ [header]: "node:tw", "x-openclaw-scopes": "," })
    expect(guard.echo.requests.at(-1)?.headers).not.toHaveProperty("authorization")
  })

  test("a node that has a bearer opens a WebSocket and nothing else", async () => {
    const guard = await guarded([{ ...laptopOf("jwt"), role: "node" }])
    expect(await guard.try(good())).toMatchObject({ status: 101 })
    expect(guard.echo.requests.at(-1)?.headers).toMatchObject({ [header]: "node:laptop", "x-openclaw-scopes": "," })
    expect(await guard.try(good(), undefined, { upgrade: false })).toMatchObject({ status: 403 })
  })

  test("two generations of one client are let in while both are listed", async () => {
    const next = { ...laptopOf("jwt"), generation: 2, key: keys.stranger.publicKey }
    const guard = await guarded([laptopOf("jwt"), next])
    const later = bearer(forge({ pair: keys.stranger, header: { kid: "laptop.g2" } }))
    for (const headers of [good(), later]) expect(await guard.try(headers)).toMatchObject({ status: 101 })
    expect(guard.echo.requests.map(({ headers }) => headers[header])).toEqual(["client:laptop", "client:laptop"])
    const crossed = bearer(forge({ pair: keys.stranger }))
    expect(await guard.try(crossed)).toEqual(refused("bad-signature"))
  })

  test("a client that is taken out of the list is refused at once, and the list is asked", async () => {
    const clients = [laptopOf("jwt"), phone, tw]
    const guard = await guarded(clients)
    const careless = await guarded(clients, dropped("unknown-client\\) if is-bearer"))
    for (const each of [guard, careless]) {
      expect(await each.try(good())).toMatchObject({ status: 101 })
      await each.remove("laptop.g1")
    }
    expect(await guard.try(good())).toEqual(refused("unknown-client"))
    expect(await careless.try(good())).toMatchObject({ status: 101 })
  })

  const dropped = (why: string) => (text: string) =>
    text.replace(new RegExp(`^.*set-var\\(txn\\.why\\) str\\(${why}\\b.*\n`, "m"), "")
  const anyAlgorithm = (text: string) => dropped("bad-alg")(text).replaceAll('jwt_verify("ES256"', "jwt_verify(txn.alg")
  test.each<[string, (text: string) => string, string]>([
    ["the algorithm list widened", anyAlgorithm, "HS256 with the name of the key's file"],
    ["the type not checked", dropped("bad-typ"), "type JWT"],
    [
      "the signature not checked",
      (text) => text.replaceAll(/ \{ var\(txn\.token\),jwt_verify[^}]*\}/g, ""),
      "no signature",
    ],
    [
      "any key for any kid",
      (text) => text.replaceAll(/ \{ var\(txn\.kid\) -m str [^}]*\}/g, ""),
      "the kid of another client",
    ],
    ["the key not bound to the subject", dropped("sub-not-key"), "the subject of another client"],
    ["the issuer not checked", dropped("bad-iss"), "another issuer"],
    ["the audience not checked", dropped("bad-aud"), "another guard"],
    ["strings taken for times", dropped("bad-time"), "exp as a string"],
    [
      "exp optional",
      (text) =>
        dropped("no-exp")(text)
          .replaceAll("!{ var(txn.now),sub(txn.exp) -m int le 60 }", "{ var(txn.now),sub(txn.exp) -m int gt 60 }")
          .replaceAll("!{ var(txn.exp),sub(txn.iat) -m int le 3600 }", "{ var(txn.exp),sub(txn.iat) -m int gt 3600 }"),
      "no exp",
    ],
    ["expiry not checked", dropped("expired"), "expired two minutes ago"],
    ["the life not checked", dropped("life-too-long"), "ten years"],
    ["an iat of tomorrow accepted", dropped("iat-in-future"), "issued in an hour"],
    ["nbf not checked", dropped("not-yet"), "valid in ten minutes"],
    ["a second bearer ignored", dropped("two-bearers"), "two bearers, the first right"],
  ])("a planted defect is found: %s", async (_what, change, breach) => {
    const clients = [laptopOf("jwt"), phone, tw]
    const intact = configurationFor(clients)
    expect(change(intact), "the defect is planted").not.toBe(intact)
    const guard = await guarded(clients, change)
    const through: string[] = []
    for (const [what, headers] of badBearers(keys)) {
      const before = guard.echo.requests.length
      await guard.try(headers)
      if (guard.echo.requests.length > before) through.push(what)
    }
    expect(through).toContain(breach)
  })

  test.each<[string, "jwt" | "both", (text: string) => string, string | undefined]>([
    ["the certificate optional", "both", dropped("no-certificate"), undefined],
    ["the certificate of any client", "both", dropped("sub-not-cert"), "phone"],
    [
      "an unverified certificate accepted",
      "jwt",
      (text) => text.replace("verify optional", "verify optional crt-ignore-err all ca-ignore-err all"),
      "rogue",
    ],
  ])("a planted defect beside the bearer is found: %s", async (_what, auth, change, as) => {
    const clients = [laptopOf(auth), phone, tw]
    expect(change(configurationFor(clients))).not.toBe(configurationFor(clients))
    expect(await (await guarded(clients)).try(good(), as)).not.toMatchObject({ status: 101 })
    expect(await (await guarded(clients, change)).try(good(), as)).toMatchObject({ status: 101 })
  })
})

/** The words by which a guard says in its log why it refused, sorted: two threads of HAProxy log in any order. */
function reasonsIn(log: readonly string[]): string[] {
  return log.flatMap((line) => /"why":"([a-z-]+)","status":401/.exec(line)?.[1] ?? []).sort()
}
