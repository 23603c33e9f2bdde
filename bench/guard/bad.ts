import type { ProxyClient } from "../../proxies/client.ts"
import { startTrusting } from "../../test/support/products/trusting-gateway.ts"
import { badBearers, bearer, type Keys } from "../../test/support/proxies/bad-bearers.ts"
import { badCertificates, certificatesFor, declaredClients } from "../../test/support/proxies/bad-certificates.ts"
import { forge, keyPair } from "../../test/support/proxies/bearer.ts"
import { type Guarded, startGuard } from "../../test/support/proxies/guarded.ts"
import { type Made, pki } from "../../test/support/proxies/pki.ts"
import { directRows, throughWithoutRule } from "./bad-direct.ts"
import { removedRows } from "./bad-removed.ts"
import type { Expectations, Result } from "./expected.ts"
import { atLeast, exactly, like } from "./expected.ts"
import { startRelay } from "./relay.ts"
import { type Row, type Tried, tryRow } from "./row.ts"

export const badExpected: Expectations = {
  "bad.tried": atLeast(95),
  "bad.refused": like("bad.tried"),
  "bad.reached_gateway": exactly(0),
  "bad.without_reason_in_log": exactly(0),
  "bad.good_refused": exactly(0),
}

const header = `x-gk-${"5f".repeat(16)}`
const keys: Keys = { laptop: keyPair(), other: keyPair(), stranger: keyPair() }

const laptopOf = (auth: "jwt" | "both"): ProxyClient => ({
  ...{ name: "laptop", generation: 1, role: "client", auth },
  key: keys.laptop.publicKey,
})
const phone: ProxyClient = { name: "phone", generation: 1, role: "client", auth: "jwt", key: keys.other.publicKey }
const tw: ProxyClient = { name: "tw", generation: 1, role: "node" }

/** Bad credentials at guards in front of a real gateway, and past them. */
export async function bad(): Promise<Result> {
  const gateway = await startTrusting(header, { "node:tw": [], "client:laptop": ["operator.read"] })
  const relay = await startRelay(gateway.port)
  const own = await pki()
  const shown: Readonly<Record<string, Made>> = {
    ...(await certificatesFor(own)),
    phone: await own.make({ name: "phone", role: "client" }),
  }
  const start = (clients: readonly ProxyClient[], change?: (text: string) => string) =>
    startGuard({ own, shown, clients, header, gateway: relay.port, ...(change ? { change } : {}) })
  const byCertificate = await start(declaredClients)
  const byBearer = await start([laptopOf("jwt"), phone, tw])
  const byBoth = await start([laptopOf("both"), phone, tw])
  const all: Tried[] = []
  const run = async (guard: Guarded, rows: readonly Row[]) => {
    for (const row of rows) all.push(await tryRow(guard, relay, row))
  }
  await run(byCertificate, badCertificates)
  const bearers = badBearers(keys)
  await run(
    byBearer,
    bearers.map(([what, headers, why]) => [what, { headers }, new RegExp(why)]),
  )
  await run(
    byBoth,
    bearers.map(([what, headers, why]) => [
      `${what}, with its certificate`,
      { headers, as: "laptop" },
      new RegExp(why),
    ]),
  )
  const good = bearer(forge({ pair: keys.laptop }))
  await run(byBearer, pairsOf(good, "jwt"))
  await run(byBoth, pairsOf(good, "both"))
  const goodRefused = await refusedGood([
    [byCertificate, { as: "tw" }],
    [byBearer, { headers: good }],
    [byBoth, { headers: good, as: "laptop" }],
  ])
  await run(byCertificate, await removedRows(byCertificate, { own, as: "n2", id: "n2.g1", shown: shown.n2 }))
  await byBearer.remove("laptop.g1")
  await run(byBearer, [["a valid bearer of a client that is removed", { headers: good }, /unknown-client/]])
  const past = [
    await throughWithoutRule(await start(declaredClients, withoutRule)),
    ...(await directRows(gateway.port, header)),
  ]
  const wrong = [
    ...all.filter((each) => !each.isRefused || each.hasReached || !each.isLogged),
    ...past.filter((each) => !each.isRefused),
  ]
  for (const each of wrong) console.log(`bad: ${JSON.stringify(each)}`)
  const count = (holds: (each: Tried) => boolean) => all.filter(holds).length
  return {
    bad: {
      tried: all.length + past.length,
      refused: count(({ isRefused }) => isRefused) + past.filter(({ isRefused }) => isRefused).length,
      reached_gateway: count(({ hasReached }) => hasReached),
      without_reason_in_log: count(({ isLogged }) => !isLogged),
      good_refused: goodRefused,
      past_the_guard: past.length,
    },
  }
}

const withoutRule = (text: string) => text.replace(/^.*deny .*a node may.*\n/m, "")

/** A good bearer with a certificate that does not go with it, and halves of two. */
function pairsOf(headers: Record<string, string>, auth: "jwt" | "both"): Row[] {
  const rows: Row[] = [
    ["the bearer of another client's certificate", { headers, as: "phone" }, /sub-not-cert/],
    ["the bearer with a certificate of another authority", { headers, as: "rogue" }, /./],
    ["the bearer with a certificate that is over", { headers, as: "expired" }, /./],
    ["the certificate alone", { as: "laptop" }, /no-bearer/],
  ]
  return auth === "jwt"
    ? rows
    : [...rows, ["the bearer alone", { headers }, /no-certificate/], ["neither", {}, /no-bearer/]]
}

async function refusedGood(rows: readonly (readonly [Guarded, Row[1]])[]): Promise<number> {
  const answers = await Promise.all(rows.map(([guard, attempt]) => guard.try(attempt)))
  return answers.filter(({ status }) => status !== 101).length
}
