import { describe, expect, test } from "vitest"
import { membersIn } from "../../../cli/report/fleet.ts"
import { hasFindings, outlookOf } from "../../../cli/report/outlook.ts"
import { previewIn } from "../../../cli/stack/preview.ts"
import { handshake, held, place, previewOf, type Resource, rotated, way } from "../../support/engine/previews.ts"

const members = (...args: Parameters<typeof previewOf>) => membersIn(previewIn(previewOf(...args)))
const leftover = { ...held, must: "nothing" }
const met = (verdict: string, more: Partial<Resource> = {}) => way("tw handshake", verdict, { op: "update", ...more })

describe("a member", () => {
  const unreachable = { ...leftover, holds: "unreachable: timed out after 10 s" }
  test.each<[string, string, readonly Resource[], readonly string[]]>([
    ["that is as it must be is ok", "ok", [place("tw config"), way("tw handshake")], []],
    ["whose handshake alone is asked again is ok", "ok", [place("tw config"), met("accepted")], []],
    [
      "that is rotated changes",
      "changes",
      [rotated("tw config"), rotated("tw secret"), met("answers")],
      ["changed by `pulumi up`: tw config, tw secret"],
    ],
    [
      "that is new changes",
      "changes",
      [place("tw config", { op: "create", olds: {}, news: held })],
      ["created by `pulumi up`: tw config"],
    ],
    [
      "that is removed changes",
      "changes",
      [place("tw config", { op: "delete" })],
      ["removed by `pulumi up`: tw config"],
    ],
    [
      "with a warning is warned of",
      "warning",
      [{ type: "Service", name: "tw service", warning: "not running. `pulumi up` starts it" }],
      ["tw service: not running. `pulumi up` starts it"],
    ],
    [
      "with a place that differs is warned of, where its host's other places alone were told",
      "warning",
      [place("tw env", { op: "update", olds: { ...leftover, holds: "another token (fp:77ab01d2)" }, news: leftover })],
      ["tw env: another token (fp:77ab01d2)", "changed by `pulumi up`: tw env"],
    ],
    [
      "that is unreachable is broken",
      "broken",
      [place("tw env", { op: "update", olds: unreachable, news: leftover, outputs: { found: "unreachable" } })],
      ["tw env: unreachable: timed out after 10 s", "changed by `pulumi up`: tw env"],
    ],
    [
      "with an error is broken",
      "broken",
      [place("tw config", { error: "the file is missing" })],
      ["tw config: the file is missing"],
    ],
    [
      "that is refused is broken, in the words of the warning",
      "broken",
      [met("refused: AUTH_TOKEN_MISMATCH", { warning: "refused: AUTH_TOKEN_MISMATCH; it holds another token" })],
      ["tw handshake: refused: AUTH_TOKEN_MISMATCH; it holds another token"],
    ],
    [
      "of which something was told before is warned of",
      "warning",
      [way("tw handshake", "accepted", { outputs: { told: "no gateway: connection refused" } })],
      ["tw handshake: no gateway: connection refused"],
    ],
  ])("%s", (_, state, resources, words) => {
    expect(members({ "Node tw": resources })).toMatchObject([{ kind: "node", name: "tw", state, words }])
  })

  test("is a gateway, a node or a container, in this order, and numbers by their value; nothing else is one", () => {
    const all = members(
      {
        "Container box": [place("a")],
        "GatewayContainer new": [place("b")],
        "Node tw 10": [place("c")],
        "Node tw 9": [place("d", { olds: { ...held, host: "ssh://me@tw.local" } })],
        "Gateway studio": [place("e")],
        "LaunchAgent mine": [place("f")],
      },
      [{ type: "Containers", name: "local containers" }],
    )
    expect(all.map(({ kind, name, host }) => `${kind} ${name} on ${host}`)).toEqual([
      "gateway studio on local",
      "node tw 9 on ssh://me@tw.local",
      "node tw 10 on local",
      "container box on local",
      "container new on local",
    ])
  })
})

describe("a node's way", () => {
  const linked = (step: Resource, gateway = "Gateway studio") =>
    members({ [gateway]: [handshake("studio handshake")], "Node tw": [step] }).find(({ name }) => name === "tw")?.link

  test.each([
    ["accepted", "ok", way("tw handshake")],
    ["answers", "ok", met("answers")],
    ["no gateway: connection refused", "broken", met("no gateway: connection refused")],
    ["not a gateway: HTTP 200 from nginx", "broken", met("not a gateway: HTTP 200 from nginx")],
    [
      "its route to the gateway is not known",
      "warning",
      met("its route to the gateway is not known", { outputs: { code: "unasked" } }),
    ],
    [
      "the gateway's own: rate limited",
      "warning",
      met("the gateway's own: rate limited", { outputs: { code: "unasked" } }),
    ],
    ["rate limited", "warning", met("rate limited", { outputs: { told: "rate limited" } })],
    [
      "`pulumi up` connects for the first time",
      "changes",
      way("tw handshake", "", { op: "create", news: { host: "local", port: 18789, from: "local" } }),
    ],
  ])("%s: %s", (words, state, step) => {
    expect(linked(step)).toEqual({ to: "studio", state, words })
  })

  test("leads to a gateway in a container as well, and to none that is not of the fleet", () => {
    expect(linked(way("tw handshake"), "GatewayContainer studio")?.to).toBe("studio")
    expect(members({ "Node tw": [way("tw handshake")] })[0]).not.toHaveProperty("link")
  })
})

test("a way that is not open is a finding also where a rotation asks anew, and only once", () => {
  const gateway = [handshake("studio handshake")]
  const said = (more: Partial<Resource>) =>
    outlookOf(
      previewIn(previewOf({ "Gateway studio": gateway, "Node tw": [met("no gateway: connection refused", more)] })),
    )
  const silent = said({})
  expect(silent.findings).toEqual([
    { severity: "warning", name: "tw handshake", message: "no gateway: connection refused" },
  ])
  expect(hasFindings(silent)).toBe(true)
  expect(said({ warning: "no gateway: connection refused; is the way open?" }).findings).toHaveLength(1)
  expect(said({ outputs: { told: "no gateway: connection refused" } }).findings).toEqual([])
})

test("a member answers for the places of its unit, which stand in a component of their own", () => {
  const of = (text: string) =>
    JSON.parse(text) as { steps: { urn: string; newState: { custom: boolean; parent: string } }[] }
  const preview = of(
    previewOf({
      "Gateway studio": [place("studio unit", { warning: "contains the public default x" }), place("studio config")],
    }),
  )
  const [unit] = preview.steps
  const gateway = unit?.newState.parent ?? ""
  const component = gateway.replace(/::([^:]*)$/, "$gatekey:index:SystemdUnit::$1 unit")
  const steps = [
    ...preview.steps.map((step) =>
      step === unit ? { ...step, newState: { ...step.newState, parent: component } } : step,
    ),
    {
      op: "same",
      urn: component,
      oldState: { custom: false, parent: gateway },
      newState: { custom: false, parent: gateway },
    },
  ]
  expect(membersIn(previewIn(JSON.stringify({ ...preview, steps })))).toMatchObject([
    { kind: "gateway", name: "studio", state: "warning", words: ["studio unit: contains the public default x"] },
  ])
})
