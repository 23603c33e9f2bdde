import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseConfig } from "../../stacks/config.ts"
import { hostKey } from "../support/hosts/host-key.ts"
import { strong } from "../support/tokens.ts"

const place = {
  name: "script",
  path: "~/s.sh",
  locator: "TOKEN",
  format: "shell",
  must: "nothing",
  why: "old",
  overwrite: true,
}
const program = {
  ...{ command: ["/usr/bin/openclaw", "node", "run"], environment: { LANG: "C" }, environmentFile: "~/node.env" },
  ...{ folder: "~/work", log: "~/node.log", description: "a node", restartDelay: 5 },
}
const member = {
  ...{ service: "watch", program },
  ...{ host: "local", home: "./.sandbox/x", product: "openclaw", manager: "systemd", delivery: "copy" },
  ...{ profiles: ["~/.zshrc"], dropIns: ["10-token.conf"], places: [place], predecessor: false, overwrite: true },
}
const compose = { file: "~/gateway/compose.yaml", service: "gateway" }

/** A configuration with every key there is. */
const full = {
  token: { rotation: 1, maxAge: "30d", keep: 3, compromised: [1], adopt: { value: "s3cret" }, protect: false },
  rotation: { unreachable: ["ssh://me@tw.local:2222"], supersede: 4 },
  vault: { provider: "onepassword", role: "mirror", vault: "Home", item: "gatekey", field: "token", overwrite: false },
  gateways: { studio: { ...member, port: 18789, guarded: true, owners: ["process:haproxy"], evict: ["docker:old"] } },
  nodes: {
    tw: {
      ...{ ...member, host: "ssh://me@tw.local:2222", home: "/home/me", credential: "device" },
      ...{ sidecar: 18801, auth: "mtls", generation: 2 },
      ...{ stray: false, owners: ["docker:ours"], evict: ["systemd:clawdbot-gateway.service"] },
    },
  },
  guard: {
    studio: {
      ...{
        gateway: "studio",
        listen: "0.0.0.0:18443",
        names: ["studio.local"],
        mode: "mtls",
        header: 2,
        devices: { listen: "0.0.0.0:18444" },
      },
      ...{ manager: "systemd", haproxy: "/usr/sbin/haproxy", lifetime: "30d" },
    },
    own: {
      ...{ bring: "nginx", gateway: "studio", listen: "0.0.0.0:18444", names: ["studio.local"], lifetime: "30d" },
      ...{ identityHeader: "x-gk-0123456789abcdef", from: "ssh://me@tw.local" },
      identities: [{ identity: "me@example.com", scopes: ["operator.read"] }],
    },
  },
  authority: { generation: 2, phase: "trust" },
  clients: {
    laptop: {
      ...{ host: "local", home: "./y", guard: "studio", scopes: ["operator.read"], manager: "process" },
      ...{ haproxy: "~/bin/haproxy", sidecar: 18802, auth: "mtls", generation: 1 },
    },
  },
  containers: {
    old: { host: "local", home: "./x", product: "clawdbot", name: "old", compose, must: "nothing", overwrite: false },
    made: {
      ...{ host: "ssh://me@tw", product: "openclaw", name: "oc", role: "gateway", image: "openclaw:1", pull: false },
      ...{
        data: "/srv/oc",
        port: 18789,
        bind: "127.0.0.1",
        guarded: false,
        user: "1000:1000",
        command: ["node", "x"],
        networks: ["lan"],
      },
      ...{
        volumes: [{ source: "/srv/w", target: "/w", readOnly: true }],
        environment: { TZ: "UTC" },
        restart: "always",
      },
      ...{ owners: ["docker:ours"], evict: ["docker:old"], overwrite: true },
    },
  },
  afterRotation: [
    { name: "tell", host: "ssh://me@tw.local:2222", command: "~/bin/tell.sh\n", token: true, hostKey: hostKey() },
  ],
}

type Tree = { [key: string]: unknown }

/** The full configuration with one value in another one's place; undefined removes it. */
function with_(path: string, value: unknown): Tree {
  const changed = structuredClone(full) as Tree
  const keys = path.split("/")
  const last = keys.pop() ?? ""
  const parent = keys.reduce((tree, key) => tree[key] as Tree, changed)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return changed
}

function problems(input: unknown): readonly string[] {
  const parsed = parseConfig(input)
  return "problems" in parsed ? parsed.problems : []
}

test("accepts a configuration with every key", () => {
  expect(parseConfig(full)).toEqual({ config: full })
})

test("accepts a minimal configuration", () => {
  expect(problems({ token: { rotation: 1 }, gateways: { a: { host: "local", manager: "process" } } })).toEqual([])
})

const memberKeys =
  "host, home, product, manager, service, program, delivery, reader, profiles, dropIns, places, predecessor, overwrite, sidecar, auth, generation, mode"
const pathRule = "expected an absolute path or one that starts with ~/, without .."
const hostRule = "expected local, or ssh://[user@]name[:port]"
const homeRule = "expected an absolute folder, or one that starts with ./ (in the project), without .."
const specRule = "expected docker:NAME, launchd:LABEL, systemd:UNIT or process:PROGRAM"
const nameRule =
  "expected names of letters, digits, spaces, dots, hyphens and underscores, starting with a letter or digit"

const pass = { provider: "exec", role: "mirror", read: ["pass", "show", "a"], write: ["pass", "insert", "-mf", "a"] }
const op = { provider: "onepassword", role: "source", vault: "Home", item: "gatekey" }

const table: [string, unknown, string][] = [
  [
    "vault/provider",
    "lastpass",
    "gatekey:vault.provider: found a text of 8 characters; expected one of onepassword, exec",
  ],
  [
    "vault/role",
    "miror",
    "gatekey:vault.role: found a text of 5 characters; did you mean mirror? expected one of mirror, source",
  ],
  [
    "vault/item",
    "a/b",
    "gatekey:vault.item: found a text of 3 characters; expected letters, digits, spaces, dots, hyphens and underscores; else its id",
  ],
  ["vault", { ...pass, read: [] }, "gatekey:vault.read: found a list; expected a list: a program and its arguments"],
  [
    "vault",
    { ...pass, read: ["a|b"] },
    "gatekey:vault.read[0]: found a text of 3 characters; expected words without |",
  ],
  [
    "vault",
    { provider: "exec", role: "mirror", read: ["pass"] },
    "gatekey:vault.write: missing; expected with role: mirror, a list: a program that reads the token from standard input; with role: source, no value",
  ],
  [
    "vault",
    op,
    "gatekey:token.rotation: found a number; expected no value, since the vault is the source: each new token in it is a new generation",
  ],
  [
    "gateways/studio/reader",
    { command: ["op"] },
    "gatekey:gateways.studio.reader: found a mapping; expected only with delivery: exec",
  ],
  ["token/rotation", 1.5, "gatekey:token.rotation: found a number; expected an integer from 1"],
  ["token/rotation", 0, "gatekey:token.rotation: found a number; expected an integer from 1"],
  ["token/rotation", -1, "gatekey:token.rotation: found a number; expected an integer from 1"],
  ["token/rotation", "2", "gatekey:token.rotation: found a text of 1 character; expected an integer from 1"],
  ["token/rotation", null, "gatekey:token.rotation: found nothing; expected an integer from 1"],
  ["token/rotation", undefined, "gatekey:token.rotation: missing; expected an integer from 1"],
  ["token/maxAge", 30, 'gatekey:token.maxAge: found a number; expected a string such as "30d", "12h" or "2w"'],
  [
    "token/maxAge",
    "30",
    'gatekey:token.maxAge: found a text of 2 characters; expected a string such as "30d", "12h" or "2w"',
  ],
  [
    "token/maxAge",
    "monthly",
    'gatekey:token.maxAge: found a text of 7 characters; expected a string such as "30d", "12h" or "2w"',
  ],
  ["token/keep", 0, "gatekey:token.keep: found a number; expected an integer from 1 to 100"],
  ["token/compromised", 1, "gatekey:token.compromised: found a number; expected a list"],
  ["token/compromised", [0], "gatekey:token.compromised[0]: found a number; expected an integer from 1"],
  [
    "rotation/unreachable",
    "contine",
    "gatekey:rotation.unreachable: found a text of 7 characters; did you mean continue? expected refuse, continue, or a list of hosts such as [ssh://me@tw.local]",
  ],
  [
    "rotation/unreachable",
    true,
    "gatekey:rotation.unreachable: found true; expected refuse, continue, or a list of hosts such as [ssh://me@tw.local]",
  ],
  [
    "rotation/unreachable",
    ["local"],
    "gatekey:rotation.unreachable[0]: found a text of 5 characters; expected ssh://[user@]name[:port]",
  ],
  ["rotation/supersede", "4", "gatekey:rotation.supersede: found a text of 1 character; expected an integer from 1"],
  ["rotation", 2, "gatekey:rotation: found a number; expected a mapping with the keys unreachable, supersede"],
  ["token/protect", "no", "gatekey:token.protect: found a text of 2 characters; expected true or false"],
  [
    "gateways/studio/product",
    "moltbot",
    "gatekey:gateways.studio.product: found a text of 7 characters; expected one of openclaw, clawdbot",
  ],
  [
    "gateways/studio/product",
    "openclow",
    "gatekey:gateways.studio.product: found a text of 8 characters; did you mean openclaw? expected one of openclaw, clawdbot",
  ],
  [
    "nodes/tw/manger",
    "launchd",
    `gatekey:nodes.tw.manger: unknown key; did you mean manager? expected one of ${memberKeys}, credential, gateway, url, pairing, stray, owners, evict`,
  ],
  [
    "nodes/tw/colour",
    "red",
    `gatekey:nodes.tw.colour: unknown key; expected one of ${memberKeys}, credential, gateway, url, pairing, stray, owners, evict`,
  ],
  [
    "nodez",
    {},
    "gatekey:nodez: unknown key; did you mean nodes? expected one of token, rotation, vault, gateways, nodes, guard, authority, clients, containers, afterRotation",
  ],
  [
    "authority/phase",
    "servrs",
    "gatekey:authority.phase: found a text of 6 characters; did you mean servers? expected one of trust, clients, servers",
  ],
  [
    "authority/generation",
    1,
    "gatekey:authority.phase: found a text of 5 characters; expected no value with generation 1, as there is no earlier authority",
  ],
  ["authority/generation", 0, "gatekey:authority.generation: found a number; expected an integer from 1"],
  ["nodes/tw/manager", undefined, "gatekey:nodes.tw.manager: missing; expected one of launchd, systemd, process"],
  ["nodes/tw/host", "tw local", `gatekey:nodes.tw.host: found a text of 8 characters; ${hostRule}`],
  ["nodes/tw/host", "ssh://me@tw local", `gatekey:nodes.tw.host: found a text of 17 characters; ${hostRule}`],
  ["nodes/tw/host", "ssh://me@-oProxyCommand=x", `gatekey:nodes.tw.host: found a text of 25 characters; ${hostRule}`],
  ["nodes/tw/host", "ssh://-x@tw", `gatekey:nodes.tw.host: found a text of 11 characters; ${hostRule}`],
  ["nodes/tw/host", "ssh://me@tw:70000", `gatekey:nodes.tw.host: found a text of 17 characters; ${hostRule}`],
  ["nodes/tw/host", "tw.local", `gatekey:nodes.tw.host: found a text of 8 characters; ${hostRule}`],
  ["gateways/studio/home", "~", `gatekey:gateways.studio.home: found a text of 1 character; ${homeRule}`],
  ["gateways/studio/home", "./../x", `gatekey:gateways.studio.home: found a text of 6 characters; ${homeRule}`],
  [
    "nodes/tw/home",
    "./x",
    "gatekey:nodes.tw.home: found a text of 3 characters; expected an absolute folder, on a host other than local",
  ],
  [
    "gateways/studio/profiles",
    ["../.zshrc"],
    `gatekey:gateways.studio.profiles[0]: found a text of 9 characters; ${pathRule}`,
  ],
  [
    "gateways/studio/profiles",
    ["~/a/../../x"],
    `gatekey:gateways.studio.profiles[0]: found a text of 11 characters; ${pathRule}`,
  ],
  [
    "gateways/studio/profiles",
    ["~bob/.zshrc"],
    `gatekey:gateways.studio.profiles[0]: found a text of 11 characters; ${pathRule}`,
  ],
  [
    "gateways/studio/profiles",
    [".zshrc"],
    `gatekey:gateways.studio.profiles[0]: found a text of 6 characters; ${pathRule}`,
  ],
  [
    "gateways/studio/profiles",
    ["/a\u001b[31m"],
    `gatekey:gateways.studio.profiles[0]: found a text of 7 characters; ${pathRule}`,
  ],
  ["gateways/studio/port", 0, "gatekey:gateways.studio.port: found a number; expected an integer from 1 to 65535"],
  ["gateways/studio/evict", ["old"], `gatekey:gateways.studio.evict[0]: found a text of 3 characters; ${specRule}`],
  ["nodes/tw/owners", ["docker:"], `gatekey:nodes.tw.owners[0]: found a text of 7 characters; ${specRule}`],
  ["afterRotation", {}, "gatekey:afterRotation: found a mapping; expected a list"],
  [
    "afterRotation/0/command",
    "",
    "gatekey:afterRotation[0].command: found an empty text; expected a command for sh, not empty, without control characters",
  ],
  ["afterRotation/0/command", 1, "gatekey:afterRotation[0].command: found a number; expected a string"],
  [
    "afterRotation/0/command",
    `notify ${strong()}`,
    "gatekey:afterRotation[0].command: found a text of 71 characters; expected a command without a secret in it; token: true gives it the token on standard input",
  ],
  [
    "afterRotation/0/token",
    "yes",
    "gatekey:afterRotation[0].token: found a text of 3 characters; expected true or false",
  ],
  ["afterRotation/0/host", undefined, `gatekey:afterRotation[0].host: missing; ${hostRule}`],
  [
    "afterRotation/0/host",
    "ssh://tw",
    "gatekey:afterRotation[0].host: found a text of 8 characters; expected a host with its user, ssh://user@name[:port], since no ssh config is read for a hook",
  ],
  [
    "afterRotation/0/hostKey",
    undefined,
    'gatekey:afterRotation[0].hostKey: missing; expected the key that the host shows, such as "ssh-ed25519 AAAA…", ed25519 or ecdsa: `ssh-keyscan -t ed25519 -p 2222 tw.local` prints it after the name; compare it there with `cat /etc/ssh/ssh_host_ed25519_key.pub`',
  ],
  [
    "afterRotation/0/comand",
    strong(),
    "gatekey:afterRotation[0].comand: unknown key; did you mean command? expected one of name, host, command, token, hostKey",
  ],
  ["gateways/-x", member, `gatekey:gateways["-x"]: found a text of 2 characters; ${nameRule}`],
  ["gateways/a::b", member, `gatekey:gateways["a::b"]: found a text of 4 characters; ${nameRule}`],
  ["gateways/constructor", member, "gatekey:gateways.constructor: expected any other name"],
  ["gateways", [member], "gatekey:gateways: found a list; expected a mapping from names"],
  ["gateways", undefined, "gatekey:gateways: missing; expected a mapping from names"],
  [
    "nodes/tw",
    null,
    `gatekey:nodes.tw: found nothing; expected a mapping with the keys ${memberKeys}, credential, gateway, url, pairing, stray, owners, evict`,
  ],
  ["nodes/my mac", { ...member, host: "x" }, `gatekey:nodes["my mac"].host: found a text of 1 character; ${hostRule}`],
  [
    "gateways/studio/places",
    [{ ...place, must: "reference" }],
    "gatekey:gateways.studio.places[0].reference: missing; expected op://VAULT/ITEM/FIELD with must: reference, and only with it",
  ],
  [
    "gateways/studio",
    { ...member, product: "clawdbot", delivery: "reference" },
    "gatekey:gateways.studio.delivery: found a text of 9 characters; expected copy, since clawdbot understands no reference",
  ],
  [
    "gateways/studio/manager",
    "launchd",
    "gatekey:gateways.studio.dropIns: found a list; expected only with manager: systemd",
  ],
  [
    "containers/old/compose",
    { file: "~/compose.yaml" },
    "gatekey:containers.old.compose.service: missing; expected one word",
  ],
]

test.each(table)("%s: %j", (path, value, expected) => {
  expect(problems(with_(path, value))).toEqual([expected])
})

test("a token that the file gives counts by itself", () => {
  const counts = "expected no value, since token.value is given: each new one is a new generation"
  expect(problems(with_("token", { value: "x" }))).toEqual([])
  expect(problems(with_("token", { value: "x", rotation: 1, adopt: { from: "local|/a|*" } }))).toEqual([
    `gatekey:token.rotation: found a number; ${counts}`,
    `gatekey:token.adopt: found a mapping; ${counts}`,
  ])
})

test.each([
  ["data", "~/oc", "an absolute folder"],
  ["data", undefined, "missing; expected an absolute folder"],
  ["role", "proxy", "expected one of gateway, node"],
  ["imagee", "x", "did you mean image? "],
  ["volumes", [{ source: "/x" }], "volumes[0].target: missing"],
  ["environment", { "A B": "x" }, "expected valid variable names"],
  ["restart", "maybe", "expected one of no, on-failure, always, unless-stopped"],
] as const)("of a container that is made: %s %j", (key, value, expected) => {
  const said = problems(with_(`containers/made/${key}`, value)).join("\n")
  expect(said).toContain("gatekey:containers.made.")
  expect(said).toContain(expected)
})

test.each([
  ["program/command", [], "found nothing: the program first"],
  ["program/command", ["openclaw"], "absolute, or starting with ~/ or ./"],
  ["program/command", "openclaw", "expected a list"],
  ["program/comand", ["/x"], "did you mean command? "],
  ["program/environment", { "A B": "x" }, "expected valid variable names"],
  ["program/restartDelay", 0, "expected an integer"],
  ["service", "mange", "did you mean manage? expected one of manage, watch, none"],
] as const)("of a service: %s %j", (key, value, expected) => {
  const said = problems(with_(`nodes/tw/${key}`, value))
  expect(said.join("\n")).toContain(`gatekey:nodes.tw.${key.replaceAll("/", ".")}`)
  expect(said.join("\n")).toContain(expected.replace("found nothing: ", ""))
})

test("requires the program of a managed plain process", () => {
  const process = { host: "local", manager: "process" }
  const said = (more: object) => problems({ token: { rotation: 1 }, gateways: { a: { ...process, ...more } } })
  expect(said({ service: "manage" })).toEqual([
    expect.stringMatching(/^gatekey:gateways\.a\.program: missing; expected what the process starts/),
  ])
  for (const more of [{}, { service: "none" }, { program: { command: ["./bin/openclaw"] } }])
    expect(said(more)).toEqual([])
})

test("reports all problems at once, in one line each", () => {
  const input = { token: { rotation: 0, maxAge: 30 }, gateways: { a: { host: "b c", manager: "lunchd" } }, nodez: {} }
  expect(problems(input)).toHaveLength(5)
  expect(problems(input).join("")).not.toContain("\n")
})

describe("what could be a secret is never shown", () => {
  const secret = "k".repeat(20)
  const cases: [string, unknown][] = [
    ["token", secret],
    ["token/adopt", secret],
    ["token/adopt", { from: secret }],
    ["token/adopt", { value: [secret] }],
    ["token/adopt", { from: "local|~/x|y", value: secret }],
    ["token/adopt", { vlaue: secret }],
    ["token/adopt", { value: 7_431_982 }],
    ["token/rotation", secret],
    ["token/maxAge", secret],
    ["token/value", secret],
  ]
  test.each(cases)("%s", (path, value) => {
    const told = problems(with_(path, value)).join("\n")
    expect(told).toContain("gatekey:token")
    expect(told).not.toContain(secret)
    expect(told).not.toContain("7431982")
  })
})

test("adopt needs either a place or a value", () => {
  expect(problems(with_("token/adopt", {}))).toEqual(["gatekey:token.adopt.from: missing; expected from or value"])
  expect(problems(with_("token/adopt", { from: "local|~/x", value: "v" }))).toEqual([
    "gatekey:token.adopt.from: found a text of 9 characters; expected host|path|locator, such as local|~/.openclaw/openclaw.json|gateway.auth.token",
    "gatekey:token.adopt.value: found a text of 1 character; expected either from or value, not both",
  ])
})

test("rejects a known key with one wrong letter, and suggests the key", () => {
  // The names of an environment's variables are the user's own.
  const keys = [...paths(full)].filter((path) => !path.includes("/environment/"))
  const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  const edit = fc.constantFrom("add", "remove", "replace", "swap")
  fc.assert(
    fc.property(fc.constantFrom(...keys), edit, fc.nat(), letter, (path, edit, at, letter) => {
      const key = path.split("/").at(-1) ?? ""
      const wrong = misspelt(key, edit, at % key.length, letter)
      const siblings = keys.filter((one) => one.split("/").slice(0, -1).join() === path.split("/").slice(0, -1).join())
      fc.pre(!siblings.some((one) => one.endsWith(`/${wrong}`) || one === wrong))
      const input = renamed(path, wrong)
      const told = problems(input).find((problem) => problem.includes(`${wrong}: unknown key`)) ?? ""
      const [, suggested = ""] = /did you mean ([^?]*)\?/.exec(told) ?? []
      expect(suggested.split(" or ")).toContain(key)
    }),
    { numRuns: 2_000 },
  )
})

function misspelt(key: string, edit: string, at: number, letter: string): string {
  const [before, after] = [key.slice(0, at), key.slice(at)]
  if (edit === "add") return before + letter + after
  if (edit === "remove") return before + after.slice(1)
  if (edit === "replace") return before + letter + after.slice(1)
  return at === 0 ? key : before.slice(0, -1) + after.slice(0, 1) + before.slice(-1) + after.slice(1)
}

/** The path of every key of the schema; names of members are not keys. */
function* paths(tree: object, prefix = ""): Generator<string> {
  for (const [key, value] of Object.entries(tree)) {
    const isName = /^(?:gateways|nodes|guard|clients|containers)\/$/.test(prefix)
    if (!isName && !/^\d+$/.test(key)) yield prefix + key
    if (typeof value === "object") yield* paths(value, `${prefix}${key}/`)
  }
}

function renamed(path: string, wrong: string): Tree {
  const keys = path.split("/")
  const parent = keys.slice(0, -1).join("/")
  const value = keys.reduce((tree, key) => tree[key] as Tree, full as Tree)
  const without = with_(path, undefined)
  const at = parent === "" ? without : parent.split("/").reduce((tree, key) => tree[key] as Tree, without)
  at[wrong] = value
  return without
}

test.each([
  "x-forwarded-for-another",
  "authorization",
  "x-gk-short",
  "X-GK-0123456789ABCDEF",
  "x-openclaw-scopes-1234",
])("the header of a proxy of the user's own cannot be %s", (identityHeader) => {
  expect(problems(with_("guard/own/identityHeader", identityHeader))).toEqual([
    expect.stringMatching(
      /^gatekey:guard\.own\.identityHeader: found .*; expected the name of a header: x- and 16 to 60/,
    ),
  ])
})

describe("a token that is pasted into the wrong field", () => {
  /** As gatekey makes it, and of more than one kind of letter. */
  const canaries = [strong(), `Xq${strong()}`]

  /** Every path to a value of the full configuration, lists by their index. */
  function paths(value: unknown, at: readonly string[] = []): string[] {
    if (typeof value !== "object" || value === null) return [at.join("/")]
    return Object.entries(value).flatMap(([key, each]) => [
      ...(at.length > 0 ? [[...at, key].join("/")] : []),
      ...paths(each, [...at, key]),
    ])
  }
  const all = [...new Set(paths(full))]

  test.each(all)("%s never shows it", (path) => {
    for (const canary of canaries)
      for (const value of [canary, `secret-token-${canary}`, `x ${canary}`, [canary], { [canary]: canary }]) {
        const found = parseConfig(with_(path, value))
        if ("problems" in found) expect(found.problems.join("\n")).not.toContain(canary)
        // The token itself, a hook's own text, and what a device or a certificate is known by are not names.
        else expect(path).toMatch(/adopt|hostKey|device$|tlsFingerprint/)
      }
  })

  test.each(["nodes/tw/url"])("%s rejects a user, query or fragment", (path) => {
    for (const url of [
      "ws://h:1?token=x",
      "wss://h/#x",
      "ws://h:1/?",
      "ws://u:p@h:1",
      "ws://h/;x=y",
      `ws://h:1/${canaries[0]}`,
    ])
      expect(problems(with_(path, url)).join("\n")).toMatch(
        /^gatekey:nodes\.tw\.url: found a text of \d+ characters; expected /,
      )
    expect(problems(with_(path, "ws://h:1"))).toEqual([])
  })
})

test("values without a text are problems, not errors", () => {
  const odd = { toString: 1, valueOf: 1 }
  expect(problems(with_("nodes/tw/product", odd))).toEqual([
    expect.stringMatching(/^gatekey:nodes\.tw\.product: found /),
  ])
  expect(problems(with_("nodes/tw/home", odd)).join()).toContain("gatekey:nodes.tw.home: found ")
})
