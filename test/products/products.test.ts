import { describe, expect, test } from "vitest"
import { allPlaces, memberPlaces } from "../../components/member-places.ts"
import { products } from "../../products/index.ts"
import { managers, type ProductName, placeKinds, productNames, type Role, roles } from "../../products/product.ts"
import { listSources } from "../../products/readers.ts"

const each = productNames.flatMap((product) => roles.map((role) => ({ product, role })))

function table(product: ProductName, role: Role) {
  return products[product].roles[role]
}

test("both products have the same keys", () => {
  const outline = (value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, outline(inner)]))
      : typeof value
  const optional = ["secretRef", "predecessor", "envFile", "keepAlive", "secondDotenv", "legacyConfig"]
  const common = (name: ProductName) =>
    JSON.parse(JSON.stringify(outline(products[name]), (key, value) => (optional.includes(key) ? undefined : value)))
  expect(common("clawdbot")).toEqual(common("openclaw"))
})

test("openclaw has clawdbot as predecessor, which has none", () => {
  expect(products.openclaw.predecessor).toBe("clawdbot")
  expect(products.clawdbot.predecessor).toBeUndefined()
})

test("only openclaw's config supports a reference", () => {
  expect(products.openclaw.secretRef?.reference).toEqual({ source: "file", provider: "gatekey", id: "value" })
  expect(products.clawdbot.secretRef).toBeUndefined()
})

describe.each(each)("$product $role", ({ product, role }) => {
  const { precedence, unread, phases, launchd, systemd } = table(product, role)
  const rows = [...precedence, ...unread]

  test("files are in the folders of launchd and systemd", () => {
    expect(launchd.plist).toBe(`~/Library/LaunchAgents/${launchd.label}.plist`)
    expect(systemd.path).toBe(`~/.config/systemd/user/${systemd.unit}`)
  })

  test("every row of the precedence has a reason, and a place unless gatekey must not write it", () => {
    const unwritten = rows.filter((row) => row.places.length === 0).map((row) => row.source)
    expect(unwritten.filter((source) => !["device token", "login shell", "runtime token"].includes(source))).toEqual([])
    expect(rows.filter((row) => row.why.length < 10 || row.why.length > 80)).toEqual([])
  })

  test("no place is in two rows", () => {
    const places = rows.flatMap((row) => row.places)
    expect(places).toEqual([...new Set(places)])
  })

  test("no source that overrides the config may contain a token", () => {
    const config = precedence.findIndex((row) => row.source === "config")
    const winners = precedence.slice(0, config).flatMap((row) => row.places)
    expect(winners.filter((kind) => phases[kind].when !== "after")).toEqual([])
  })

  test("places with the token are written before the flip, or are the flip", () => {
    const holding = precedence.find((row) => row.source === "config")?.places ?? []
    const when = role === "gateway" ? "flip" : "before"
    expect(holding.map((kind) => phases[kind].when)).toEqual(holding.map(() => when))
    const others = placeKinds.filter((kind) => !holding.includes(kind))
    expect(new Set(others.map((kind) => phases[kind].when))).toEqual(new Set(["after"]))
  })

  test.each(managers)("every place declared under %s has a reason", (manager) => {
    const profiles = ["~/.zshrc"]
    const dropIns = manager === "systemd" ? ["10-token.conf"] : []
    const places = allPlaces(memberPlaces("tw", role, { host: "local", product, manager, profiles, dropIns }))
    expect(places.filter((place) => !place.why)).toEqual([])
  })
})

const loaded = ["environment", "dotenv", "config environment", "login shell"] as const

test.each([
  ["openclaw", "gateway", [...["flag", "config"], ...loaded, ...["remote token", "runtime token"]]],
  ["openclaw", "node", [...loaded, "device token", "config", "auth token"]],
  ["clawdbot", "gateway", ["flag", "config", ...loaded]],
  ["clawdbot", "node", ["device token", ...loaded, "config"]],
] as const)("%s %s reads its token in the measured order", (product, role, order) => {
  const sources = table(product, role).precedence.map((row) => row.source)
  expect(sources).toEqual(order)
  // Which of the config's keys counts is a matter of its mode.
  const own = role === "gateway" ? "auth" : "remote"
  const asReader = (source: string) =>
    source === "config"
      ? own
      : loaded.some((each) => each === source)
        ? "environment"
        : source.replace(/^(auth|remote) token$/, "$1")
  expect([...new Set(sources.map(asReader))]).toEqual(listSources(product, role, "remote", "token"))
})

test.each([
  ["openclaw", "gateway", "reload"],
  ["openclaw", "node", "restart"],
  ["clawdbot", "gateway", "restart"],
  ["clawdbot", "node", "restart"],
] as const)("%s %s gets a new token by %s", (product, role, how) => {
  expect(table(product, role).takes.how).toBe(how)
})
