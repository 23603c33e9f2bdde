import { spawnSync } from "node:child_process"
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { commentOf } from "../../../cli/report/comment.ts"
import { hasFindings, outlookOf } from "../../../cli/report/outlook.ts"
import { pageOf } from "../../../cli/report/page/page.ts"
import { previewIn } from "../../../cli/stack/preview.ts"
import { formatNotice, type Interruption, type Notice } from "../../../core/notice.ts"
import { folder } from "../../support/hosts/machine.ts"

type Properties = Readonly<Record<string, unknown>>

const urnOf = (type: string, name: string) => `urn:pulumi:dev::gatekey::gatekey:index:Fleet$${type}::${name}`
/** A member of the same name, so that the picture has it. */
const parentOf = (name: string) => urnOf("gatekey:index:Node", name)
const step = (op: string, type: string, name: string, olds: Properties, news: Properties) => ({
  op,
  urn: urnOf(type, name),
  ...(op === "create" ? {} : { oldState: { custom: true, parent: parentOf(name), inputs: olds } }),
  ...(op === "delete" ? {} : { newState: { custom: true, parent: parentOf(name), inputs: news } }),
})
const note = (severity: string, type: string, name: string, notice: string | Notice) => {
  const text = formatNotice(typeof notice === "string" ? { message: notice } : notice)
  return { urn: urnOf(type, name), severity, message: severity === "info" ? `${text}\n` : `${severity}: ${text}\n` }
}
const [placement, flip, service] = ["gatekey:index:Placement", "gatekey:index:Flip", "gatekey:index:Service"]
const generation = (number: number) => ({
  must: "token",
  generation: number,
  fingerprint: `fp:0000000${number}`,
  holds: `generation ${number} (fp:0000000${number})`,
  why: "what it presents",
})
const leftover = { must: "nothing", why: "the environment wins" }

/** A rotation: the Token, a place of a node, and the gateway's own. */
const rotation = [
  step("update", "gatekey:index:Token", "token", { rotation: 1 }, { rotation: 2 }),
  step("update", placement, "tw config", generation(1), generation(2)),
  step("update", flip, "studio secret file", generation(1), generation(2)),
]
const reloads = note("info", flip, "studio secret file", {
  message: "the gateway accepts it by secrets.reload: no restart; connected clients reconnect within about 2 s",
  restart: "reconnect",
})
const drift = (name: string, holds = "the public default clawdbot-local-dev") => ({
  steps: [step("update", placement, name, { ...leftover, holds }, { ...leftover, holds: "nothing" })],
  diagnostics: [
    note("warning", placement, name, { message: `contains ${holds}; expected nothing`, fix: "`pulumi up` removes it" }),
  ],
})
const looked = [
  { ...step("refresh", placement, "tw dotenv", {}, {}) },
  { ...step("same", "pulumi:pulumi:Stack", "gatekey-dev", {}, {}) },
]

const outlook = (steps: readonly unknown[], diagnostics: readonly unknown[] = []) =>
  outlookOf(previewIn(JSON.stringify({ steps: [...looked, ...steps], diagnostics })))

describe("the headline", () => {
  const serviceStep = step("update", service, "tw service", {}, {})
  const serviceSays = (message: string, plan: string, restart: Interruption) =>
    note("info", service, "tw service", { message, plan, restart })
  test.each([
    ["nothing changes", [], []],
    ["rotation 1 → 2, no restart, connected clients reconnect within about 2 s", rotation, [reloads]],
    ["rotation 1 → 2", rotation, []],
    [
      "rotation 1 → 2, a gap of about a second expected",
      rotation,
      [
        note("info", flip, "studio secret file", {
          message: "the gateway accepts it by its watched config: it restarts itself, a gap of about a second",
          restart: "gap",
        }),
      ],
    ],
    [
      "rotation 1 → 2, 1 restarts once, an interruption of each is expected",
      [...rotation, serviceStep],
      [reloads, serviceSays("generation 1 => generation 2", "`pulumi up` restarts it once", "once")],
    ],
    [
      "rotation 1 → 2, 1 restarted only if it must be",
      [...rotation, serviceStep],
      [reloads, serviceSays("its places change", "it is restarted only if it must be", "perhaps")],
    ],
    [
      "rotation 1 → 2, no restart, connected clients reconnect within about 2 s",
      [...rotation, serviceStep],
      [reloads, serviceSays("generation 1 => generation 2", "`pulumi up` changes it without a restart", "none")],
    ],
    [
      "no place changes, 1 finding",
      [serviceStep],
      [
        note("warning", service, "tw service", {
          message: "not running",
          fix: "`pulumi up` cannot fix it: it is masked; run: systemctl unmask, which restarts it",
          restart: "none",
        }),
      ],
    ],
    ["1 place differs", drift("tw dotenv").steps, drift("tw dotenv").diagnostics],
    ["2 places differ", [...drift("tw dotenv").steps, ...drift("mini dotenv").steps], drift("tw dotenv").diagnostics],
    [
      "rotation 1 → 2, 1 place differs, no restart, connected clients reconnect within about 2 s",
      [...rotation, ...drift("tw dotenv").steps],
      [reloads, ...drift("tw dotenv").diagnostics],
    ],
    ["1 place changes", [step("update", placement, "x", { ...generation(1) }, { ...leftover, holds: "nothing" })], []],
    [
      "1 created, 1 restarts once, an interruption of each is expected",
      [step("create", placement, "studio config", {}, {})],
      [
        note("info", placement, "studio config", {
          message: "the gateway studio restarts itself once for this (no mode)",
          plan: "about 10 s without an answer; `pulumi up` waits until it is back",
          restart: "once",
        }),
      ],
    ],
    ["1 created, 1 removed", [step("create", placement, "a", {}, {}), step("delete", placement, "b", {}, {})], []],
    [
      "nothing changes, 1 finding",
      [],
      [note("warning", "gatekey:index:Token", "token", "generation 1 is due since 2026-01-01; rotate: raise it")],
    ],
    ["the preview failed", [], [{ severity: "error", message: "error: Pulumi.dev.yaml cannot be used:\n  a\n  b\n" }]],
  ])("%s", (headline, steps, diagnostics) => {
    expect(outlook(steps, diagnostics).headline).toBe(headline)
  })
})

test("a first up says how many places it writes", () => {
  const first = outlook([step("create", placement, "a", {}, {}), step("create", service, "b", {}, {})])
  expect(first.firstPlaces).toBe(1)
  expect(pageOf(first)).toMatch(/Places that change<\/dt><dd>1 <span class="muted">1 for the first time<\/span>/)
})

test("a warning of a service that does not tell what `up` does to it is no restart", () => {
  const reported = (notice: string | Notice) =>
    outlook([step("update", service, "tw service", {}, {})], [note("warning", service, "tw service", notice)]).impacts
  expect(reported("unknown: Cannot connect to the Docker daemon")).toEqual([])
  expect(reported({ message: "not running", fix: "`pulumi up` starts it", restart: "none" })).toEqual([
    { name: "tw service", restart: "none", words: "`pulumi up` starts it" },
  ])
})

describe("a finding", () => {
  test.each([
    ["a change that was asked for is none", false, rotation, [reloads]],
    ["a place that differs, told once for its whole host", true, drift("x", "unreachable: timed out").steps, []],
    ["a warning", true, [], drift("x").diagnostics],
  ])("%s", (_, expected, steps, diagnostics) => {
    expect(hasFindings(outlook(steps, diagnostics))).toBe(expected)
  })

  test("says apart what mends it", () => {
    expect(outlook([], drift("tw dotenv").diagnostics).findings).toEqual([
      {
        severity: "warning",
        name: "tw dotenv",
        message: "contains the public default clawdbot-local-dev; expected nothing",
        remedy: "`pulumi up` removes it",
      },
    ])
  })
})

describe("the comment", () => {
  test("has a table of the places, the restarts, and what is created and removed", () => {
    const created = step("create", placement, "new place", {}, {})
    expect(commentOf(outlook([...rotation, created, step("delete", service, "old", {}, {})], [reloads]))).toBe(
      `### gatekey dev: rotation 1 → 2, 1 created, 1 removed, no restart, connected clients reconnect within about 2 s

**Places**

| place | before | after | why |
|---|---|---|---|
| tw config | generation 1 &#40;fp&#58;00000001&#41; | generation 2 &#40;fp&#58;00000002&#41; | what it presents |
| studio secret file | generation 1 &#40;fp&#58;00000001&#41; | generation 2 &#40;fp&#58;00000002&#41; | what it presents |

**Restarts and interruption**

- studio secret file: the gateway accepts it by secrets&#46;reload&#58; no restart; connected clients reconnect within about 2 s

**Created**

- new place

**Removed**

- old &#40;Service&#41;
`,
    )
  })

  test("folds what is longer than ten, and cuts what a comment cannot hold", () => {
    const many = (count: number) =>
      commentOf(outlook(Array.from({ length: count }, (_, at) => step("create", placement, `place ${at}`, {}, {}))))
    expect(many(10)).not.toContain("<details>")
    expect(many(11)).toContain("<details><summary>Created: 11</summary>\n\n- place 0\n")
    expect(many(150)).toContain("- place 99\n\nand 50 more\n\n</details>")
  })

  test("what only the `up` will know is the new token", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    const { places } = outlook([step("update", placement, "x", generation(1), { must: "token", holds: unknown })])
    expect(places[0]?.after).toBe("the new token")
  })

  test("has no markup, no control character and no token of anybody else's, and neither has --json", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(..."|<>&`*_[]()!@#$:/.~\\\n\r\u001b\u202e\u200b aé", "</details>", "\n### ", "| x |", "::"),
      maxLength: 40,
    })
    const token = fc
      .tuple(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.constantFrom("hex", "base64url", "base64") as fc.Arbitrary<BufferEncoding>,
      )
      .filter(([bytes]) => new Set(bytes).size > 16)
      .map(([bytes, encoding]) => Buffer.from(bytes).toString(encoding))
    const text = fc.tuple(hostile, token, hostile).map((parts) => parts.join(" "))
    fc.assert(
      fc.property(
        text,
        text,
        token,
        fc.constantFrom("update", "create", "delete", "replace"),
        (one, two, secret, op) => {
          const place = { must: "nothing", holds: one, why: two }
          const said = outlook(
            [step(op, placement, one, place, { ...place, holds: secret }), step(op, flip, two, place, place)],
            [note("warning", placement, one, two), note("info", flip, two, `the gateway accepts ${one}`)],
          )
          const [comment, json, page] = [commentOf(said), JSON.stringify(said), pageOf(said)]
          for (const value of [secret, ...tokensIn(one), ...tokensIn(two)]) {
            expect(read(comment)).not.toContain(value)
            expect(read(page)).not.toContain(value)
            expect(json).not.toContain(value)
          }
          expect(`${comment.replaceAll("\n", "")}${json}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
          // What is left of markup is ours alone.
          const rest = comment
            .replace(/&#\d+;/g, "")
            .replace(
              /^### gatekey|^\|---\|---\|---\|---\||^\*\*(?:Findings|Places|Restarts and interruption|Created|Removed)\*\*$/gm,
              "",
            )
            .replace(/^- (?:\*\*(?:warning|error)\*\*)?/gm, "")
            .replace(/^\| .* \|$/gm, (line) => (line.split(" | ").length === 4 ? line.replaceAll("|", "") : line))
          expect(rest).not.toMatch(/[\\`*_{}[\]()#+!|<>&~$@/]/)
        },
      ),
      { numRuns: 300 },
    )
  })
})

/** The parts of a hostile text that are whole tokens. */
function tokensIn(text: string): readonly string[] {
  return text.split(" ").filter((part) => part.length >= 32 && /^[A-Za-z0-9+/_=-]+$/.test(part))
}

/** As a reader sees it. */
function read(comment: string): string {
  return comment.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}

describe("gatekey report", () => {
  const gatekey = (input: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      resolve(import.meta.dirname, "../../../cli/gatekey"),
      ["report", ...args],
      {
        input,
        encoding: "utf8",
      },
    )
    return { code: status, stdout, stderr }
  }
  const json = (steps: readonly unknown[], diagnostics: readonly unknown[] = []) =>
    JSON.stringify({ steps, diagnostics })

  const said = (...args: Parameters<typeof json>) => outlookOf(previewIn(json(...args)))

  test("ends with 0 for a rotation that was asked for, and reads a file as well", () => {
    const file = join(folder(), "preview.json")
    writeFileSync(file, json(rotation, [reloads]))
    const piped = gatekey(json(rotation, [reloads]))
    expect(piped).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^### gatekey dev: rotation 1 → 2, no/),
    })
    expect(gatekey("", file)).toEqual(piped)
  })

  test("ends with 1 for a place that differs; --json is the same for machines", () => {
    const { steps, diagnostics } = drift("tw dotenv")
    const { code, stdout } = gatekey(json(steps, diagnostics), "--json")
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(said(steps, diagnostics))))
  })

  test("--html writes the page as well: in place of another, readable by its user alone, and nothing else", () => {
    const [top, input] = [folder(), json(rotation, [reloads])]
    const page = join(top, "report.html")
    const first = gatekey(input, "--html", page)
    expect(first).toEqual(gatekey(input))
    expect(readFileSync(page, "utf8")).toBe(pageOf(said(rotation, [reloads])))
    expect(statSync(page).mode & 0o777).toBe(0o600)
    chmodSync(page, 0o644)
    const { steps, diagnostics } = drift("tw dotenv")
    expect(gatekey(json(steps, diagnostics), "--json", "--html", page).code).toBe(1)
    expect(readFileSync(page, "utf8")).toBe(pageOf(said(steps, diagnostics)))
    expect(statSync(page).mode & 0o777).toBe(0o644)
    expect(readdirSync(top)).toEqual(["report.html"])
  })

  test("--html writes nothing where there is nothing to report, or the page is no page's name", () => {
    const top = folder()
    const [page, preview] = [join(top, "report.html"), join(top, "preview.json")]
    writeFileSync(page, "before")
    writeFileSync(preview, json(rotation))
    for (const [input, args, message] of [
      ["no JSON", ["--html", page], "is not JSON; run: pulumi preview --json | npx --no -- gatekey report"],
      ["", ["--html", page, join(top, "none.json")], `${top}/none.json: no such file or directory`],
      [
        json(rotation),
        ["--html", preview],
        `option '--html <page.html>' argument '${preview}' is invalid. Expected the name of the page to write, such as report.html; see: gatekey report --help`,
      ],
      [
        json(rotation),
        ["--html", join(preview, "x.html")],
        `${preview}/x.html: a part of its path is a file, not a directory`,
      ],
    ] as const) {
      expect(gatekey(input, ...args)).toEqual({ code: 2, stdout: "", stderr: `gatekey report: ${message}\n` })
    }
    expect([readFileSync(page, "utf8"), readFileSync(preview, "utf8")]).toEqual(["before", json(rotation)])
    expect(readdirSync(top)).toEqual(["preview.json", "report.html"])
  })

  test("--html tells of a preview that failed as well", () => {
    const page = join(folder(), "report.html")
    const failed = [{ severity: "error", message: "error: cannot be used:\n  a\n" }]
    expect(gatekey(json([], failed), "--html", page)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("### "),
    })
    expect(readFileSync(page, "utf8")).toContain("cannot be used: a")
  })

  test.each([
    ["no JSON", "error: no stack\n", "is not JSON; run: pulumi preview --json | npx --no -- gatekey report"],
    ["nothing", "", "is not JSON; run: pulumi preview --json | npx --no -- gatekey report"],
    ["other JSON", "[null]", "is not the output of `pulumi preview --json`: it has no steps"],
    ["null", "null", "is not the output of `pulumi preview --json`: it has no steps"],
  ])("ends with 2 for %s", (_, input, message) => {
    expect(gatekey(input)).toEqual({ code: 2, stdout: "", stderr: `gatekey report: ${message}\n` })
  })

  test("ends with 2, and tells why, for a preview that failed", () => {
    const { code, stdout, stderr } = gatekey(
      json([], [{ severity: "error", message: "error: cannot be used:\n  a\n  b\n" }]),
    )
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "### gatekey: the preview failed\n\n**Findings**\n\n- **error** cannot be used&#58; a; b\n",
      stderr: "gatekey report: the preview failed: what follows its errors was not checked\n",
    })
  })

  test.each([
    [["a", "b"], "too many arguments for 'report'. Expected 1 argument but got 2: a, b; see: gatekey report --help"],
    [["--page"], "unknown option '--page'; see: gatekey report --help"],
    [["/nowhere/x.json"], "/nowhere/x.json: no such file or directory"],
  ])("ends with 2 for %j", (args, message) => {
    expect(gatekey("", ...args)).toEqual({ code: 2, stdout: "", stderr: `gatekey report: ${message}\n` })
  })
})
