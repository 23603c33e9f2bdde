import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { Managed } from "../../../support/engine/managed.ts"
import type { Raw } from "../../../support/engine/wire.ts"
import { type DockerEngine, noDockerEngine, startDockerEngine } from "../../../support/hosts/docker-engine.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { busyboxRoot } from "../../../support/hosts/ssh-machine.ts"
import { which } from "../../../tools/checkout.ts"
import { serviceBench, variable } from "./services.ts"

const noCompose = process.env.CI || which("docker-compose") ? undefined : "docker-compose is not installed"
const image = "gatekey/busybox:1"

describe.skipIf(noDockerEngine)(`a container [${noDockerEngine ?? "a Docker engine of its own"}]`, () => {
  let engine: DockerEngine
  let name = ""
  let names = 0
  beforeEach(() => {
    name = `openclaw-gateway-${++names}`
  })
  beforeAll(async () => {
    engine = await startDockerEngine()
    engine.image(image, busyboxRoot, ["ENV PATH=/bin"])
  })
  const on = serviceBench(() => ({ ...process.env, ...engine.env }))
  afterEach(() => engine.clear())
  afterAll(() => engine?.stop(), 60_000)

  const run = (...options: string[]) =>
    engine.docker("run", "-d", "--stop-timeout=1", "--name", name, ...options, image, "sleep", "1000")
  const news = (more: Raw = {}) =>
    on.with({ manager: "container", name, variable, must: "nothing", optional: true, ...more })
  const told = <T>(format: string) => JSON.parse(engine.docker("inspect", "-f", `{{json ${format}}}`, name)) as T
  const identity = () => [told(".Id"), told(".State.StartedAt")]

  async function settled(one: Managed, wanted: Raw): Promise<void> {
    const before = identity()
    on.told(one)
    expect([(await one.preview(wanted)).step, await one.up(wanted), on.told(one)]).toEqual(["same", "same", []])
    expect(identity()).toEqual(before)
  }

  test("that runs without a token is left alone", async () => {
    run()
    const one = on.service()
    expect(await one.up(news())).toBe("create")
    expect(on.shown(one)).toEqual({ definition: "loaded", process: "running", runsWith: "no token (device pairing)" })
    await settled(one, news())
  })

  test("that is not there, and nobody asked for, is right", async () => {
    const one = on.service()
    await one.up(news())
    expect(on.told(one)).toEqual([])
  })

  test("that was stopped is started, the same one", async () => {
    const id = run()
    const one = on.service()
    await one.up(news())
    engine.docker("stop", name)
    expect((await one.preview(news())).step).toBe("update")
    expect(on.told(one)).toEqual([expect.stringMatching(/^not running \(exit \d+\)\. `pulumi up` starts it$/)])
    expect(await one.up(news())).toBe("update")
    expect([told(".Id"), told(".State.Running")]).toEqual([id, true])
    await settled(one, news())
  })

  test("that reads its token from a file is started anew, once, for another one", async () => {
    const reads = join(folder(), "token")
    writeFileSync(reads, on.previous(), { mode: 0o600 })
    const id = run()
    const one = on.service()
    const wanted = news({ reads })
    // Clocks tell whole seconds of a file.
    await pause(2100)
    writeFileSync(reads, on.value())
    await one.preview(wanted)
    expect(on.told(one)).toEqual([
      expect.stringMatching(/^runs with a token from before .*`pulumi up` restarts it once$/),
    ])
    await one.up(wanted)
    expect([told(".Id"), on.shown(one).runsWith]).toEqual([id, on.words()])
    await settled(one, wanted)
  })

  test("that carries another token in its environment, and belongs to no Compose project: says what mends it", async () => {
    run("-e", `${variable}=clawdbot-local-dev`)
    const one = on.service()
    await expect(one.up(news({ must: "token" }))).rejects.toThrow(
      /belongs to no Compose project.*docker rm -f openclaw-gateway-/,
    )
  })

  describe.skipIf(noCompose)(`of a Compose project [${noCompose ?? "docker-compose"}]`, () => {
    function project(value: string): { folder: string; up(): void; write(value: string): void } {
      const at = folder()
      const write = (value: string) => {
        const environment = { [variable]: value }
        const service = { image, container_name: name, command: "sleep 1000", stop_grace_period: "1s", environment }
        writeFileSync(
          join(at, "docker-compose.yml"),
          JSON.stringify({ version: "2.4", services: { gateway: service } }),
        )
      }
      write(value)
      const env = { ...process.env, ...engine.env }
      const up = () => void execFileSync("docker-compose", ["up", "-d"], { cwd: at, env, stdio: "pipe" })
      return { folder: at, up, write }
    }

    test("runs with what its file said before: is made anew by Compose, once", async () => {
      const compose = project(on.previous())
      compose.up()
      compose.write(on.value())
      const one = on.service()
      const wanted = news({ must: "token" })
      await one.preview(wanted)
      expect(on.told(one)).toEqual([
        expect.stringMatching(/the previous token.*`pulumi up` reloads it, which restarts it once$/),
      ])
      const before = told(".Id")
      await one.up(wanted)
      expect(told(".Id")).not.toBe(before)
      expect(on.shown(one).runsWith).toBe(on.words())
      await settled(one, wanted)
    })

    test("whose file is right and which runs with it is left alone", async () => {
      project(on.value()).up()
      const one = on.service()
      await one.up(news({ must: "token" }))
      await settled(one, news({ must: "token" }))
    })
  })
})
