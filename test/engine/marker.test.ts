import { execFileSync } from "node:child_process"
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import type { Receipt } from "../../core/receipt.ts"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { endLeftBehind, killDuring } from "../support/engine/kill.ts"
import { root } from "../support/engine/program.ts"
import { generationsIn, secretsIn } from "../support/engine/state.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { freePort } from "../support/products/listener.ts"

const markerFile = ".local/state/gatekey/gatekey.dev.json"
const secretFile = ".openclaw/gatekey/gateway-token"
const port = await freePort()

/** A gateway and a node in two homes of this machine. */
async function fleet() {
  const stack = await fleetStack()
  const homes = ["studio", "tw"].map((name) => join(stack.folder, name))
  for (const home of homes) mkdirSync(home)
  const [studio = "", tw = ""] = homes
  const common = { host: "local", manager: "process", service: "none", predecessor: false }
  const node = { ...common, home: tw, stray: false }
  let printed = ""
  const self = {
    ...stack,
    stack: stack.pulumi,
    homes,
    declare(rotation: number, more: object = {}) {
      const token = { rotation, keep: 5, protect: false }
      stack.declare({ token, gateways: { studio: { ...common, home: studio, port } }, nodes: { tw: node }, ...more })
    },
    async says(expected: number, ...args: string[]) {
      const { code, output } = await stack.pulumi(...args)
      printed += output
      expect(code, output).toBe(expected)
      return output
    },
    settled: () => self.says(0, "preview", "--expect-no-changes"),
    /** What the state keeps of each resource. */
    all: () =>
      self
        .state()
        .deployment.resources?.map(({ urn, inputs, outputs }) => JSON.stringify([urn, inputs, outputs]))
        .sort(),
    outputs: (type: string) =>
      self.state().deployment.resources?.find((one) => one.type === `gatekey:index:${type}`)?.outputs ?? {},
    receipts: () => self.outputs("Receipt").receipts as Receipt[],
    marks: () => homes.map((home) => JSON.parse(readFileSync(join(home, markerFile), "utf8"))),
    token: () => readFileSync(join(studio, secretFile), "utf8").trim(),
    /** Every file with its inode, time and content. */
    look: () =>
      homes.flatMap((home) =>
        (readdirSync(home, { recursive: true }) as string[]).sort().map((name) => {
          const { ino, mtimeNs } = lstatSync(join(home, name), { bigint: true })
          const content = lstatSync(join(home, name)).isFile() ? readFileSync(join(home, name), "base64") : ""
          return `${name} ${ino} ${mtimeNs} ${content}`
        }),
      ),
    printed: () => printed,
  }
  return self
}

type Fleet = Awaited<ReturnType<typeof fleet>>

describeEngine("what the fleet remembers of its rotations", () => {
  let one: Fleet
  beforeAll(async () => {
    one = await fleet()
    one.declare(1)
    await one.says(0, "up", "--yes", "--skip-preview")
  })
  afterAll(() => one?.remove())

  test("writes a receipt in the state and a marker in every home, and changes neither without a rotation", async () => {
    expect(one.marks()).toMatchObject([
      { stack: "gatekey/dev", generation: 1, highest: 1 },
      { stack: "gatekey/dev", generation: 1, highest: 1 },
    ])
    const absent = "no gateway: connection refused"
    const verdicts = [`studio: ${absent}`, `tw: the gateway's own: ${absent}`]
    expect(one.receipts()).toMatchObject([{ generation: 1, places: 12, verdicts }])
    await one.settled()
    const [files, state] = [one.look(), one.all()]
    const up = await one.says(0, "up", "--yes")
    expect(up).not.toMatch(/Diagnostics:|to (?:create|update)/)
    expect(one.look()).toEqual(files)
    expect(one.all()).toEqual(state)
  })

  test("each rotation, forward or back, adds a receipt with its user and commit", async () => {
    one.declare(2)
    const preview = await one.says(0, "preview")
    expect(preview).toMatch(/~ .*gatekey:index:Receipt +receipt +update +\[diff: ~generation\]/)
    await one.says(0, "up", "--yes", "--skip-preview")
    await one.settled()
    one.declare(1)
    await one.says(0, "up", "--yes", "--skip-preview")
    await one.settled()
    const receipts = one.receipts()
    expect(receipts.map(({ from, generation }) => [from, generation])).toEqual([
      [undefined, 1],
      [1, 2],
      [2, 1],
    ])
    const { at, who, commit } = receipts.at(-1) as Receipt
    expect(who).toMatch(/^[^@\s]+@[^@\s]+$/)
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000)
    expect(commit).toBe(head())
    expect(one.outputs("Receipt").last).toContain(`generation 1 by ${who} at ${at}`)
    expect((await one.says(0, "stack", "output", "receipt")).trim()).toBe(one.outputs("Receipt").last)
    expect(one.marks()).toMatchObject([
      { generation: 1, highest: 2 },
      { generation: 1, highest: 2 },
    ])
  })

  test("a missing marker is reported, and written again", async () => {
    rmSync(join(one.homes[1] ?? "", markerFile))
    const preview = await one.says(255, "preview", "--expect-no-changes")
    expect(preview).toMatch(
      /\(receipt\):\n +warning: the generation in force is recorded on every host but in \/.*\/tw\/\.local\/state\/gatekey\/gatekey\.dev\.json \(missing\)\n *fix: `pulumi up` writes it/,
    )
    await one.says(0, "up", "--yes", "--skip-preview")
    expect(one.marks()).toMatchObject([{ generation: 1 }, { generation: 1, highest: 2 }])
    await one.settled()
  })

  test("a removed member is reported with the tokens that it still knows", async () => {
    one.declare(1, { nodes: {} })
    const line =
      "warning: tw (node on local) gets the token no more; its machine, and anybody who copied it there, still knows it. Rotate: npx --no -- gatekey rotate, or raise gatekey:token.rotation to 3"
    expect(await one.says(0, "preview")).toContain(`(preflight):\n    ${line}`)
    expect(await one.says(0, "up", "--yes")).toContain(line)
    await one.settled()
    expect(existsSync(join(one.homes[1] ?? "", markerFile))).toBe(false)
    one.declare(1)
    await one.says(0, "up", "--yes", "--skip-preview")
    await one.settled()
  })

  test("destroy reports which machines knew the token, and removes the markers: the next stack starts from generation 1", async () => {
    const preview = await one.says(0, "destroy", "--preview-only")
    expect(preview).toContain(
      "warning: destroy removes the token from its places; these machines, and anybody who copied it there, still know it: studio (gateway on local), tw (node on local). To make it worthless, rotate first: npx --no -- gatekey rotate, or raise gatekey:token.rotation to 3",
    )
    await one.says(0, "destroy", "--yes")
    expect(one.homes.filter((home) => existsSync(join(home, markerFile)))).toEqual([])
    await one.says(0, "up", "--yes", "--skip-preview")
    await one.settled()
  })

  test("receipts and markers contain no secret", async () => {
    const secrets = secretsIn(one.state())
    expect(secrets.length).toBeGreaterThan(3)
    const { output } = await one.stack("stack", "export", "--show-secrets")
    expect(one.state().deployment, "what the tests read is what Pulumi exports").toEqual(JSON.parse(output).deployment)
    const marks = JSON.stringify([one.marks(), one.outputs("Receipt"), one.outputs("Preflight")])
    expect(leaksIn(marks + one.printed(), secrets)).toEqual([])
  })
})

describeEngine("kill -9 while a rotation is remembered", () => {
  test.each([
    ["provider", 2],
    ["both", 4],
    ["engine", 7],
  ] as const)("%s, at change %i: no state is called older, and the next `up` finishes", async (victim, event) => {
    const one = await fleet()
    onTestFinished(() => one.remove())
    one.declare(1)
    await one.says(0, "up", "--yes", "--skip-preview")
    one.declare(2)
    const where = join(one.homes[0] ?? "", markerFile, "..")
    const { killed, events } = await killDuring(one, ["up", "--yes", "--skip-preview"], victim, { event, in: where })
    expect(killed, events.join(", ")).toBe(true)
    await endLeftBehind(one.folder)
    await one.stack("cancel", "--yes")
    expect(await one.says(0, "up", "--yes")).not.toContain("newer generation")
    await one.settled()
    expect(one.marks()).toMatchObject([
      { generation: 2, highest: 2 },
      { generation: 2, highest: 2 },
    ])
    expect(one.receipts().map(({ generation }) => generation)).toEqual([1, 2])
  })
})

describeEngine("a state that is restored from an earlier backup", () => {
  /** The fleet is at generation 3, and the state that of generation 2; both saw the rotations before. */
  async function restored() {
    const one = await fleet()
    onTestFinished(() => one.remove())
    const backup = join(one.folder, "backup.json")
    for (const rotation of [1, 2, 3]) {
      one.declare(rotation)
      await one.says(0, "up", "--yes", "--skip-preview")
      if (rotation === 2) await one.says(0, "stack", "export", "--file", backup)
    }
    const value = one.token()
    await one.says(0, "stack", "import", "--file", backup)
    return { one, value }
  }
  const found =
    /a newer generation is in place: local has seen generation 3 \(\d{4}-\S+Z\); this state knows 2 at most\. Nothing was changed\. Restore the newer state \(pulumi stack import\); or, if it is lost, raise gatekey:token\.rotation to 4 and set gatekey:rotation\.supersede: 3/

  test("is told by a plain preview, and nothing is changed until it is told, and then under a new number", async () => {
    const { one, value } = await restored()
    const before = one.look()
    const refused = async (rotation: number, steps: readonly string[][], more: object = {}) => {
      one.declare(rotation, more)
      const generations = generationsIn(one.state())
      for (const args of steps) {
        const output = await one.says(255, ...args)
        expect(output).toMatch(/\(preflight\):\n +error: [\s\S]*a newer generation is in place: /)
        expect(output).not.toContain("    at ")
      }
      expect(one.look()).toEqual(before)
      expect(generationsIn(one.state())).toEqual(generations)
    }
    expect(await one.says(255, "preview")).toMatch(found)
    await refused(2, [["up", "--yes"]])
    await refused(3, [["preview"], ["up", "--yes", "--skip-preview"]])
    await refused(3, [["up", "--yes"]], { rotation: { supersede: 3 } })
    await refused(4, [["up", "--yes"]], { rotation: { supersede: 2 } })

    one.declare(4, { rotation: { supersede: 3 } })
    expect(await one.says(0, "preview")).toMatch(/Preflight +preflight +update +\[diff: ~newer,rotation\]/)
    await one.says(0, "up", "--yes", "--skip-preview")
    await one.settled()
    const { kept } = generationsIn(one.state())
    expect(kept.map(({ generation }) => generation)).toEqual([1, 2, 4])
    expect([one.token()]).toEqual([kept.at(-1)?.value])
    expect(one.token(), "the lost generation's token is not called by another number").not.toBe(value)
    expect(one.marks()).toMatchObject([
      { generation: 4, highest: 4 },
      { generation: 4, highest: 4 },
    ])
    // The word may stay, or go.
    one.declare(4)
    await one.settled()
    one.declare(2)
    await one.says(0, "up", "--yes", "--skip-preview")
    await one.settled()
  })

  test("after the newer state is restored, nothing has changed", async () => {
    const one = await fleet()
    onTestFinished(() => one.remove())
    const file = (name: string) => join(one.folder, `${name}.json`)
    for (const rotation of [1, 2]) {
      one.declare(rotation)
      await one.says(0, "up", "--yes", "--skip-preview")
      await one.says(0, "stack", "export", "--file", file(`state-${rotation}`))
    }
    await one.says(0, "stack", "import", "--file", file("state-1"))
    await one.says(255, "preview")
    await one.says(0, "stack", "import", "--file", file("state-2"))
    await one.settled()
  })

  test("after a lost state, a new stack of the same name is rejected too", async () => {
    const one = await fleet()
    onTestFinished(() => one.remove())
    one.declare(3)
    await one.says(0, "up", "--yes", "--skip-preview")
    await one.says(0, "stack", "rm", "--force", "--yes", "--preserve-config")
    await one.says(0, "stack", "init", "dev")
    expect(await one.says(255, "up", "--yes")).toMatch(
      /has seen generation 3 \(.*\); this state knows none\. Nothing was changed/,
    )
  })

  test("an unreadable marker is reported, and does not prevent repairs", async () => {
    const one = await fleet()
    onTestFinished(() => one.remove())
    one.declare(1)
    await one.says(0, "up", "--yes", "--skip-preview")
    writeFileSync(join(one.homes[0] ?? "", markerFile), "no marker")
    writeFileSync(join(one.homes[0] ?? "", secretFile), "0".repeat(64))
    const preview = await one.says(255, "preview", "--expect-no-changes")
    expect(preview).toContain("gatekey.dev.json (unreadable: it is no marker)")
    expect(preview).toContain("(studio secret file):\n    warning: contains another token")
    await one.says(0, "up", "--yes", "--skip-preview")
    await one.settled()
    // One that cannot be written fails the `up`, after all else was healed; and no rotation begins.
    rmSync(join(one.homes[0] ?? "", markerFile))
    mkdirSync(join(one.homes[0] ?? "", markerFile))
    writeFileSync(join(one.homes[0] ?? "", secretFile), "0".repeat(64))
    expect(await one.says(255, "up", "--yes")).toMatch(
      /\(receipt\):\n +error: [\s\S]*cannot write the rotation's markers: .*is a directory/,
    )
    expect(one.token()).not.toBe("0".repeat(64))
    one.declare(2)
    expect(await one.says(255, "up", "--yes")).toContain(
      "cannot rotate: some hosts cannot be updated; nothing was changed. ",
    )
  })
})

function head(): string | undefined {
  try {
    return execFileSync("git", ["-C", root, "rev-parse", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim()
  } catch {
    return undefined
  }
}
