import { describe, expect, it } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import type { Verdict } from "../../../gateways/verdict.ts"
import { stepsOfGateway, stepsOfNode } from "../../../survey/describe/steps.ts"
import { gatewayOf, groundOf, nodeOf, processOf, surveyOf } from "../../support/survey/papers.ts"
import { strong } from "../../support/tokens.ts"

const [right, wrong] = [strong(), strong()]
const holder = { pid: 700, parent: 1, start: "1", uid: 1000, program: "node", gateway: "openclaw" } as const
const port = {
  ...{ uid: 1000, containers: [], users: new Map(), declared: undefined, processes: new Map([[700, holder]]) },
  sockets: [{ address: "127.0.0.1", uid: 1000, pids: [700] }],
}
const gatewayHome = (pid = 700) =>
  surveyOf(
    { "~/.openclaw/openclaw.json": `{gateway:{mode:"local",auth:{token:"${right}"}}}` },
    { snapshot: { processes: [processOf("openclaw gateway run", {}, { pid })] }, ports: new Map([[18789, port]]) },
  )
const nodeHome = (token: string) =>
  surveyOf(
    { "~/.openclaw/openclaw.json": `{gateway:{mode:"remote",remote:{url:"ws://studio:18789",token:"${token}"}}}` },
    { snapshot: { processes: [processOf("openclaw node run")] }, stores: [Buffer.from("device-1")] },
  )
const hello = { http: { status: 200, server: new Foreign("") }, websocket: { kind: "answers" } } as const
const said = (steps: readonly { step: string; is: string }[]) => steps.map(({ step, is }) => `${step} ${is}`)

function way(token: string, verdict: Verdict, { addresses = ["10.0.0.2"], connected = true } = {}) {
  const pairings = {
    nodes: [{ id: "device-1", name: new Foreign("tw"), connected, revoked: false, silent: false }],
    requests: [],
  }
  const gateway = gatewayOf(gatewayHome(), { pairings })
  const passage = { route: { address: "studio", port: 18789, tls: false }, addresses, verdict, took: 3.4 }
  const view = nodeOf(nodeHome(token), { gateway, url: "ws://studio:18789", passage })
  const { letters } = groundOf([gateway], [view])
  return stepsOfNode(view, verdict.kind === "no gateway" ? undefined : hello, letters)
}

describe("the steps of a node", () => {
  it("are all taken where all is well", () =>
    expect(said(way(right, { kind: "accepted" }))).toEqual([
      ...["name ok", "tcp ok", "listener ok", "http ok", "websocket ok", "challenge ok", "credential ok"],
      ...["verdict ok", "pairing ok", "service -"],
    ]))

  it("say why those behind a closed port were not taken", () => {
    const steps = way(right, { kind: "no gateway", reason: "connection refused" })
    expect(said(steps).slice(0, 6)).toEqual([
      "name ok",
      "tcp WRONG",
      "listener ok",
      "http -",
      "websocket -",
      "challenge -",
    ])
    expect(steps[1]?.says).toBe("18789: no gateway: connection refused")
  })

  it("say that a name means another machine", () =>
    expect(way(right, { kind: "answers" }, { addresses: ["10.9.9.9"] })[0]).toMatchObject({
      ...{ is: "WRONG", says: "studio → 10.9.9.9, which is not studio" },
    }))

  it("leave out a verdict that the device's own token decides", () =>
    expect(way(wrong, { kind: "answers" }).find(({ step }) => step === "verdict")).toMatchObject({ is: "-" }))

  it("say that it is not connected", () =>
    expect(way(right, { kind: "accepted" }, { connected: false }).find(({ step }) => step === "pairing")).toMatchObject(
      {
        ...{ is: "WRONG", says: "approved, not connected" },
      },
    ))

  it("never tell a token", () => {
    for (const { says } of way(wrong, { kind: "answers" }))
      for (const each of [right, wrong]) expect(says).not.toContain(each)
  })
})

describe("the steps of a gateway", () => {
  const steps = (pid: number, verdict: Verdict) => {
    const view = gatewayOf(gatewayHome(pid), { verdict })
    return stepsOfGateway(view, hello, groundOf([view]).letters)
  }

  it("are right", () =>
    expect(said(steps(700, { kind: "accepted" }))).toEqual([
      ...["listener ok", "http ok", "websocket ok", "challenge ok", "credential ok", "verdict ok", "service -"],
    ]))

  it("name who has its port", () =>
    expect(steps(9, { kind: "answers" })[0]).toMatchObject({
      ...{ is: "WRONG", says: "pid 700 openclaw gateway (a second gateway) (not the gateway)" },
    }))
})
