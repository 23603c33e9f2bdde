import { expect, test } from "vitest"
import { Fleet } from "../../components/index.ts"
import { strong } from "../support/tokens.ts"
import { record } from "./record.ts"

const studio = { host: "local", manager: "launchd" }
const fleet = { token: { rotation: 1 }, gateways: { studio } }
const made = { host: "local", name: "oc", role: "gateway", image: "openclaw:1", data: "/srv/oc" }
const secret = strong()

test.each<[string, unknown, string]>([
  ["nothing", undefined, "fleet: found nothing; expected a mapping with the keys token, "],
  ["no token", { gateways: {} }, "fleet.token: missing; expected a mapping"],
  ["a misspelt key", { ...fleet, gatways: {} }, "fleet.gatways: unknown key; did you mean gateways? expected one of "],
  [
    "a misspelt key of the token",
    { ...fleet, token: { rotaton: 1 } },
    "token.rotaton: unknown key; did you mean rotation? ",
  ],
  [
    "a misspelt key of a gateway",
    { ...fleet, gateways: { studio: { ...studio, delivry: "copy" } } },
    "gateways.studio.delivry: unknown key; did you mean delivery? expected one of host, manager, ",
  ],
  [
    "no manager",
    { ...fleet, gateways: { studio: { host: "local" } } },
    "gateways.studio.manager: missing; expected one of launchd, systemd, process",
  ],
  [
    "no host",
    { ...fleet, nodes: { tw: { manager: "process" } } },
    "nodes.tw.host: missing; expected local, or ssh://[user@]name[:port]",
  ],
  [
    "a host without ssh://",
    { ...fleet, nodes: { tw: { ...studio, host: "me@tw.local" } } },
    "nodes.tw.host: found a text of 11 characters; expected local, or ssh://[user@]name[:port]",
  ],
  [
    "an unknown value",
    { ...fleet, nodes: { tw: { ...studio, credential: "none" } } },
    "nodes.tw.credential: found a text of 4 characters; expected one of token, device",
  ],
  [
    "a value in place of a member",
    { ...fleet, nodes: { tw: "x" } },
    "nodes.tw: found a text of 1 character; expected a mapping",
  ],
  [
    "a key of the other kind of container",
    { ...fleet, containers: { oc: { ...made, must: "token" } } },
    "containers.oc.must: unknown key; ",
  ],
  [
    "no service of a Compose project",
    { ...fleet, containers: { oc: { host: "local", name: "oc", compose: "x" } } },
    "containers.oc.compose: found a text of 1 character; expected a mapping",
  ],
  ["a secret as a key", { ...fleet, [secret]: 1 }, "fleet.(a text of 64 characters): unknown key; expected one of "],
])(
  "a program in plain JavaScript that declares %s is refused before any resource is created",
  async (_, args, message) => {
    let refusal = ""
    const recorded = await record(() => {
      try {
        new Fleet("fleet", args as never)
      } catch (error) {
        refusal = (error as Error).message
      }
    })
    expect(recorded).toEqual([])
    expect(
      refusal.split("\n").some((line) => line.startsWith(message)),
      refusal,
    ).toBe(true)
    expect(refusal).not.toContain(secret)
  },
)

test("each problem is a line of its own", async () => {
  const gateways = { a: { manager: "x" }, b: { ...studio, ports: 1 } }
  await record(() =>
    expect(() => new Fleet("fleet", { ...fleet, gateways } as never)).toThrow(
      /^gateways\.a\.host: missing.*\ngateways\.a\.manager: found .*\ngateways\.b\.ports: unknown key; did you mean port\? [^\n]*$/,
    ),
  )
})
