import { readFileSync } from "node:fs"
import { beforeAll, describe, expect, test } from "vitest"
import { type Managed, managed } from "../support/engine/managed.ts"
import type { Raw } from "../support/engine/wire.ts"
import { bench, config } from "./resources/placement/placements.ts"

const on = bench()
const { at, placement, told } = on
/** Nothing listens there; it may lag. */
const away = "ssh://me@127.0.0.1:1"
/** Nor there; it has to follow. */
const other = "ssh://me@127.0.0.1:2"
const reason = "connection refused: no ssh server listens there"

let before: Raw
beforeAll(async () => {
  await managed(on.plugin, "Preflight", "preflight").checked({ rotation: 1, hosts: {}, mayLag: [away] })
  before = { generation: on.outputs().generation, fingerprint: on.outputs().fingerprint }
})

/** A place that was written, and whose host is then called by a name under which it does not answer. */
async function gone(host: string, more: Raw = {}): Promise<{ one: Managed; path: string; news: () => Raw }> {
  const path = config()
  const one = placement()
  await one.up(at(path, { must: more.must ?? "token" }))
  if (!one.state) throw new Error("it was not made")
  one.state = {
    id: one.state.id,
    inputs: { ...one.state.inputs, host },
    outputs: { ...one.state.outputs, host },
  }
  return { one, path, news: () => at(path, { host, ...more }) }
}

const words = ({ generation, fingerprint }: Raw) => `generation ${generation} (${fingerprint})`

describe("a place on a host that may lag", () => {
  test("is passed by in a rotation, goes on saying what it held, and is mended when it answers", async () => {
    const { one, path, news } = await gone(away)
    const held = readFileSync(path, "utf8")
    const first = words(before)
    await on.token().up({ rotation: 3 })
    const second = on.words()
    const lags = `lags: ${first}; unreachable: ${reason}`
    const line = `${lags}; expected ${second}. \`pulumi up\` writes it when its host answers again`
    const since = told(one).length

    expect((await one.preview(news())).step).toBe("update")
    expect(told(one).slice(since)).toEqual([expect.stringContaining(`${away} is unreachable: ${reason}`), line])
    expect(await one.up(news())).toBe("update")
    expect(one.state?.outputs).toMatchObject({ holds: lags, last: first })

    for (let turn = 0; turn < 2; turn++) {
      expect((await one.preview(news())).step).toBe("update")
      expect(one.state?.outputs).toMatchObject({ holds: lags, last: first })
      expect(told(one).at(-1)).toBe(line)
      expect(await one.up(news())).toBe("update")
    }
    await on.token().up({ rotation: 4 })
    await one.up(news())
    expect(one.state?.outputs).toMatchObject({ holds: lags, last: first, generation: 4 })
    expect(readFileSync(path, "utf8")).toBe(held)

    // It answers again.
    if (one.state) one.state = { ...one.state, inputs: { ...one.state.inputs, host: "local" } }
    if (one.state) one.state = { ...one.state, outputs: { ...one.state.outputs, host: "local" } }
    expect((await one.preview(at(path))).step).toBe("update")
    expect(one.state?.outputs.holds).toMatch(/^generation 2, an older token \(fp:\w+\)$/)
    expect(one.state?.outputs).not.toHaveProperty("last")
    await one.up(at(path))
    expect(readFileSync(path, "utf8")).toContain(on.value())
    expect((await one.preview(at(path))).step).toBe("same")
  })

  test("that must hold nothing says no more than that it cannot be seen", async () => {
    const { one, news } = await gone(away, { must: "nothing" })
    expect((await one.preview(news())).step).toBe("update")
    await one.up(news())
    expect(one.state?.outputs.holds).toBe(`unreachable: ${reason}`)
  })
})

test("a place on any other host that does not answer is no part of a rotation", async () => {
  const { one, path, news } = await gone(other)
  const bytes = readFileSync(path)
  const { generation } = on.outputs()
  await on.token().up({ rotation: Number(generation) + 1 })
  await expect(one.up(news())).rejects.toThrow(`${other} is unreachable: ${reason}`)
  expect(readFileSync(path)).toEqual(bytes)
})

describe("what else is on it", () => {
  const service = (host: string, must = "nothing") => {
    const program = { command: ["/bin/true"] }
    const bound = { token: on.token().state?.id, ...on.outputs() }
    const { token, generation, fingerprint } = bound as Raw
    const one = { host, manager: "process", name: "x", path: "~/x.sh", variable: "X", program, must }
    return { ...one, token, generation, fingerprint }
  }

  test("a service, and a listener, fail nothing", async () => {
    const one = managed(on.plugin, "Service", "service")
    await one.up(service(away))
    expect(one.state?.outputs.definition).toMatch(/^unknown/)
    const port = managed(on.plugin, "Listener", "stray")
    await port.up({ host: away, port: 18789, role: "node" })
    expect((await port.preview({ host: away, port: 18789, role: "node" })).step).toBe("same")
  })

  test("on any other host they do", async () => {
    const one = managed(on.plugin, "Service", "another service")
    await expect(one.up(service(other, "token"))).rejects.toThrow("unreachable")
    const port = managed(on.plugin, "Listener", "another stray")
    await expect(port.up({ host: other, port: 18789, role: "node" })).rejects.toThrow("unreachable")
  })
})

describe("whether every host is reached", () => {
  test("fails for those that have to answer, and only tells of those that may lag", async () => {
    const one = managed(on.plugin, "Reach", "every host")
    const news = { hosts: [away, "ssh://ME@127.0.0.1:1"], mayLag: [away, "ssh://ME@127.0.0.1:1"] }
    await one.up(news)
    for (let turn = 0; turn < 2; turn++) {
      expect((await one.preview(news)).step).toBe("update")
      expect(await one.up(news)).toBe("update")
      expect(one.state?.outputs.reached).toMatch(/^0 of 2 hosts; not ssh:\/\/me@127\.0\.0\.1:1 \(connection refused/)
    }
    expect(told(one)).toHaveLength(2)
    expect(told(one)[0]).toMatch(/^reached 0 of 2 hosts; .*\. They may be behind: the next `pulumi up`/)
    await expect(one.up({ hosts: [away, other], mayLag: [away] })).rejects.toThrow("reached 0 of 2 hosts")
  })
})
