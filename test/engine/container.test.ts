import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { type DockerStack, dockerStack, serve } from "../support/engine/docker-stack.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { plugins } from "../support/engine/plugins.ts"
import { generationsIn } from "../support/engine/state.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { type DockerEngine, noDockerEngine, startDockerEngine } from "../support/hosts/docker-engine.ts"
import { folder } from "../support/hosts/machine.ts"
import { busyboxRoot } from "../support/hosts/ssh-machine.ts"

const image = "gatekey/gateway:1"
const withDocker = noDockerEngine ? describe.skip : describe

describeEngine("a gateway's container", () => {
  withDocker(noDockerEngine ?? "on a Docker engine", () => {
    let engine: DockerEngine

    beforeAll(async () => {
      engine = await startDockerEngine()
      engine.image(image, busyboxRoot, ["ENV PATH=/bin"])
    })
    afterAll(() => engine?.stop())

    async function opened(): Promise<DockerStack> {
      const stack = await dockerStack(engine.env)
      onTestFinished(async () => {
        for (const id of ids()) engine.docker("rm", "--force", id)
        await stack.remove()
      })
      return stack
    }
    const declared = (stack: DockerStack, more: object = {}) => ({
      host: "local" as const,
      name: "oc",
      role: "gateway" as const,
      image,
      command: serve,
      data: stack.data("data", "served\n"),
      ...more,
    })
    const ids = () => engine.docker("ps", "--all", "--quiet", "--no-trunc").split("\n").filter(Boolean)
    const told = <T>(format: string) =>
      JSON.parse(engine.docker("inspect", "--format", `{{json ${format}}}`, "oc")) as T

    test("a container is created as declared, is reachable on its host only, and then has no changes", async () => {
      const stack = await opened()
      stack.declare({ studio: declared(stack) })
      expect(await stack.says(0, "preview")).toMatch(/docker:index:Container +studio container +create/)
      expect(ids()).toEqual([])
      await stack.says(0, "up", "--yes", "--skip-preview")
      const patient = ["--retry", "20", "--retry-all-errors", "--retry-delay", "0"]
      expect(engine.within("curl", "-sf", ...patient, "http://127.0.0.1:18789/home/node/.openclaw/index.html")).toBe(
        "served\n",
      )
      expect(engine.within("ss", "-ltnH", "sport = 18789")).toMatch(/127\.0\.0\.1:18789/)
      expect(told(".HostConfig.RestartPolicy.Name")).toBe("unless-stopped")

      const before = [ids(), told(".State.StartedAt")]
      await stack.says(0, "preview", "--expect-no-changes")
      await stack.says(0, "preview", "--refresh", "--expect-no-changes")
      await stack.says(0, "up", "--yes", "--skip-preview")
      expect([ids(), told(".State.StartedAt")]).toEqual(before)
      await stack.says(0, "destroy", "--yes")
      expect(ids()).toEqual([])
      expect(engine.docker("image", "ls", "--quiet", image)).not.toBe("")
    })

    test("a container recreated by hand with another environment is reported, and recreated once by `up`", async () => {
      const stack = await opened()
      stack.declare({ studio: declared(stack) })
      await stack.says(0, "up", "--yes", "--skip-preview")
      engine.docker("rm", "--force", "oc")
      const publish = "--publish=127.0.0.1:18789:18789"
      const token = "--env=OPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev"
      engine.docker("run", "-d", "--name=oc", "--restart=unless-stopped", "--init", publish, token, image, ...serve)
      const preview = await stack.says(0, "preview")
      expect(preview).toContain("container oc: holds the public default clawdbot-local-dev, image gatekey/gateway:1")
      expect(preview).toMatch(/studio container +replace +\[diff: ~labels\]/)
      const [byHand] = ids()
      // They have one name and one port: had the new one come first, it would have failed.
      expect(await stack.says(0, "up", "--yes")).not.toContain("deleting failed")
      expect(ids()).toHaveLength(1)
      expect(ids()).not.toContain(byHand)
      expect(told('(index .Config.Labels "gatekey.incarnation")')).toBe("2")
      expect(told<string[]>(".Config.Env").join()).not.toContain("GATEWAY_TOKEN")
      const [made] = ids()
      await stack.says(0, "preview", "--expect-no-changes")
      await stack.says(0, "up", "--yes", "--skip-preview")
      expect(ids()).toEqual([made])
    })

    test("a container removed by hand is recreated by a plain `up`", async () => {
      const stack = await opened()
      stack.declare({ studio: declared(stack) })
      await stack.says(0, "up", "--yes", "--skip-preview")
      engine.docker("rm", "--force", "oc")
      expect(await stack.says(0, "preview")).toContain("container oc: absent; expected holds nothing")
      await stack.says(0, "up", "--yes", "--skip-preview")
      expect(ids()).toHaveLength(1)
      await stack.says(0, "preview", "--expect-no-changes")
    })

    test("an openclaw container has no token: a rotation writes its file and restarts the same container", async () => {
      const stack = await opened()
      stack.declare({ studio: declared(stack) })
      await stack.says(0, "up", "--yes", "--skip-preview")
      const held = () => readFileSync(join(stack.space.at("data"), "gatekey-token"), "utf8").trim()
      const before = { ids: ids(), started: told(".State.StartedAt"), held: held() }
      await stack.says(0, "up", "--yes", "--skip-preview")
      expect({ ids: ids(), started: told(".State.StartedAt"), held: held() }).toEqual(before)
      stack.declare({ studio: declared(stack) }, 2)
      await stack.says(0, "up", "--yes", "--skip-preview")
      expect(ids()).toEqual(before.ids)
      expect(told(".State.StartedAt")).not.toBe(before.started)
      expect(held() === tokens(stack).at(-1)).toBe(true)
      expect(leaksIn(engine.docker("inspect", "oc"), tokens(stack))).toEqual([])
      await stack.says(0, "preview", "--expect-no-changes")
    })

    test("a clawdbot container has the current token, which Pulumi neither prints nor stores in the clear", async () => {
      const stack = await opened()
      const clawdbot = declared(stack, { product: "clawdbot" })
      const printed: string[] = []
      const says = async (...args: string[]) => printed.push(await stack.says(0, ...args))
      for (const rotation of [1, 2]) {
        stack.declare({ studio: clawdbot }, rotation)
        await says("preview", "--diff")
        await says("up", "--yes", "--diff")
        expect(printed.at(-1)).toContain("[secret]")
        await says("refresh", "--yes", "--diff")
        await says("preview", "--expect-no-changes")
        const token = tokens(stack).at(-1)
        const held = told<string[]>(".Config.Env").map((entry) => entry.split("=", 2))
        expect(held.find(([name]) => name === "CLAWDBOT_GATEWAY_TOKEN")?.[1] === token).toBe(true)
      }
      const all = tokens(stack)
      expect(all).toHaveLength(2)
      expect(leaksIn(printed.join("\n"), all)).toEqual([])
      expect(leaksIn(await stack.says(0, "stack", "export"), all)).toEqual([])
      const files = readdirSync(stack.space.backend, { recursive: true, withFileTypes: true })
      for (const file of files.filter((file) => file.isFile()))
        expect(leaksIn(readFileSync(join(file.parentPath, file.name), "utf8"), all)).toEqual([])
    })

    test("a container that gatekey did not make is rejected in the first preview, and not changed", async () => {
      const stack = await opened()
      engine.docker("run", "--detach", "--name=oc", image, ...serve)
      const [other] = ids()
      stack.declare({ studio: declared(stack) })
      expect(await stack.says(255, "preview")).toContain("was not made by gatekey. Remove it: docker rm -f oc")
      expect(await stack.says(255, "up", "--yes")).toContain("or set overwrite: true")
      expect(ids()).toEqual([other])
      stack.declare({ studio: declared(stack, { overwrite: true }) })
      await stack.says(0, "up", "--yes", "--skip-preview")
      expect(ids()).toHaveLength(1)
      await stack.says(0, "preview", "--expect-no-changes")
    })

    test("a stopped container runs again after an `up`, the same one", async () => {
      const stack = await opened()
      stack.declare({ studio: declared(stack) })
      await stack.says(0, "up", "--yes", "--skip-preview")
      const before = ids()
      engine.docker("kill", "oc")
      expect(await stack.says(0, "preview")).toMatch(/studio service +update +\[diff: ~process\]/)
      await stack.says(0, "up", "--yes", "--skip-preview")
      expect([ids(), told(".State.Running")]).toEqual([before, true])
      await stack.says(0, "preview", "--refresh", "--expect-no-changes")
    })

    test("a container whose port is in use does not start; once the port is free, a refresh and an `up` recreate it", async () => {
      const stack = await opened()
      stack.declare({ studio: declared(stack) })
      engine.docker("run", "--detach", "--name=forgotten", "--publish=18789:18789", image, ...serve)
      expect(await stack.says(255, "up", "--yes", "--skip-preview")).toMatch(/Unable to start container: .*18789/)
      expect(ids()).toHaveLength(2)
      engine.docker("rm", "--force", "forgotten")
      await stack.says(0, "up", "--yes", "--refresh")
      expect(told(".State.Running")).toBe(true)
      expect(ids()).toHaveLength(1)
      await stack.says(0, "preview", "--expect-no-changes")
    })

    test("a container declared in the stack's configuration, beside an undeclared one", async () => {
      const { providers, env } = plugins("docker")
      const stack = await fleetStack({ ...engine.env, ...env }, providers)
      onTestFinished(async () => {
        for (const id of ids()) engine.docker("rm", "--force", id)
        await stack.remove()
      })
      const data = folder()
      const studio = { host: "local", name: "oc", role: "gateway", image, pull: false, data, command: [...serve] }
      stack.declare({ token: { rotation: 1, protect: false }, gateways: {}, containers: { studio } })
      const token = "--env=CLAWDBOT_GATEWAY_TOKEN=clawdbot-local-dev"
      engine.docker("run", "--detach", "--name=forgotten", "--stop-timeout=1", token, image, ...serve)
      const says = async (...args: string[]) => {
        const { code, output } = await stack.pulumi(...args)
        expect(code, output).toBe(0)
        return output
      }
      expect(await says("up", "--yes")).toContain("fix: remove it: docker rm -f forgotten")
      await says("preview", "--expect-no-changes")
      expect(ids()).toHaveLength(2)
      await says("destroy", "--yes")
      expect(ids()).toHaveLength(1)
      expect(readdirSync(data)).toEqual(["openclaw.json"])
    })

    test("an engine that does not answer fails the preview, also over ssh", async () => {
      const stack = await dockerStack({ ...engine.env, DOCKER_HOST: "unix:///nonexistent/docker.sock" })
      onTestFinished(() => stack.remove())
      stack.declare({ studio: declared(stack) })
      expect(await stack.says(255, "preview")).toMatch(/failed to connect to any docker daemon|docker does not answer/)
      stack.declare({ studio: declared(stack, { host: "ssh://127.0.0.1:1" }) })
      expect(await stack.says(255, "preview")).toContain("ssh://127.0.0.1:1 is unreachable")
    })
  })
})

/** Every generation's value, the one in force last. */
function tokens({ space }: DockerStack): string[] {
  const { kept, current } = generationsIn(space.state())
  return kept.filter(({ generation }) => generation <= current).map(({ value }) => value)
}
