import { execFileSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { noDockerEngine, startDockerEngine } from "../support/hosts/docker-engine.ts"
import { noSshHosts, startFarm } from "../support/hosts/ssh-farm.ts"
import { busyboxRoot } from "../support/hosts/ssh-machine.ts"
import { commandOf, environmentOf, noProduct } from "../support/products/gateway.ts"

const missing = noDockerEngine ?? noSshHosts ?? noProduct("openclaw")
const forgotten = "clawdbot-gateway-secure"
const image = "clawdbot-gateway:1"

describeEngine("the incident", () => {
  // A host of its own, with a real Docker engine and a real gateway, so that the port is nobody else's.
  test.skipIf(missing)(
    `a forgotten container on the gateway's port is named with its token, and evicted [${missing ?? "real Docker, real gateway"}]`,
    async () => {
      const farm = await startFarm(1)
      onTestFinished(() => farm.stop())
      const { home, name, namespace } = farm.host(1)
      const engine = await startDockerEngine(namespace)
      onTestFinished(() => engine.stop())
      engine.image(image, busyboxRoot, ["ENV PATH=/bin"])
      // The host's user has a context, as on a real machine; nothing of the environment tells where the engine is.
      const context = (...args: string[]) =>
        execFileSync("docker", ["context", ...args], { env: { PATH: process.env.PATH, HOME: home }, stdio: "pipe" })
      context("create", "own", "--docker", `host=${engine.env.DOCKER_HOST}`)
      context("use", "own")
      const serve = ["sh", "-c", "mkdir /w && echo stale > /w/index.html && exec httpd -f -p 18789 -h /w"]
      const published = ["--publish=127.0.0.1:18789:18789", "--env=CLAWDBOT_GATEWAY_TOKEN=clawdbot-local-dev"]
      engine.docker(
        "run",
        "-d",
        "--name",
        forgotten,
        "--restart=always",
        "--stop-timeout=1",
        ...published,
        image,
        ...serve,
      )

      const stack = await fleetStack({ GATEKEY_SSH_CONFIG: farm.config })
      onTestFinished(() => stack.remove())
      mkdirSync(join(home, "tmp"))
      const declare = (evict: string[]) =>
        stack.declare({
          token: { rotation: 1, protect: false },
          gateways: {
            studio: {
              host: `ssh://${name}`,
              manager: "process",
              predecessor: false,
              program: {
                command: commandOf("openclaw", "gateway", "run", "--port", "18789", "--allow-unconfigured"),
                environment: environmentOf("openclaw", home),
                restartDelay: 1,
              },
              evict,
            },
          },
        })
      const says = async (expected: number, ...args: string[]) => {
        const { code, output } = await stack.pulumi(...args)
        expect(code, output).toBe(expected)
        return output
      }

      declare([])
      const preview = await says(0, "preview")
      expect(preview).toContain(
        `docker container ${forgotten} (running) publishes port 18789 and holds the public default clawdbot-local-dev (CLAWDBOT_GATEWAY_TOKEN in its environment)`,
      )
      expect(preview).toMatch(
        new RegExp(`port 18789 is used by docker container ${forgotten} instead of the gateway\\n *fix: stop it:`),
      )
      declare([`docker:${forgotten}`])
      await says(0, "up", "--yes", "--skip-preview")
      expect(engine.docker("inspect", "-f", "{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}", forgotten)).toBe(
        "exited no",
      )
      const patient = ["--retry", "120", "--retry-all-errors", "--retry-delay", "1"]
      expect(engine.within("curl", "-sf", ...patient, "http://127.0.0.1:18789/readyz")).toContain('"ready":true')
      await says(0, "preview", "--expect-no-changes")
      await says(0, "destroy", "--yes")
    },
    600_000,
  )
})
