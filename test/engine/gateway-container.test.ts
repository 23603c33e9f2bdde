import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { dockerStack } from "../support/engine/docker-stack.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { generationsIn } from "../support/engine/state.ts"
import { noDockerEngine, startDockerEngine } from "../support/hosts/docker-engine.ts"
import { commandOf, environmentOf, noProduct } from "../support/products/gateway.ts"

const missing = noDockerEngine ?? noProduct("openclaw")
const image = "gatekey/openclaw:1"
const products = resolve(import.meta.dirname, "../../.tools/products")

describeEngine("a real openclaw gateway in a container", () => {
  test.skipIf(missing)(
    `takes the rotated token from its file, and is the same container [${missing ?? "real Docker, real gateway"}]`,
    async () => {
      const engine = await startDockerEngine()
      onTestFinished(() => engine.stop())
      engine.image(image, layout, ["ENV PATH=/usr/bin:/bin"])
      const stack = await dockerStack(engine.env)
      onTestFinished(() => stack.remove())
      const data = stack.data("data", "")
      writeFileSync(join(data, "openclaw.json"), '{ gateway: { mode: "local" } } // mine\n')
      const { HOME: _, PATH: __, TMPDIR: ___, ...environment } = environmentOf("openclaw", "/")
      // Node, the product and what they need of the system are this machine's.
      const own = ["/usr", dirname(dirname(process.execPath)), products].map((source) => ({
        source,
        target: source,
        readOnly: true,
      }))
      const declare = (rotation: number) =>
        stack.declare(
          {
            studio: {
              host: "local",
              name: "oc",
              role: "gateway",
              image,
              data,
              environment,
              volumes: own,
              command: commandOf("openclaw", "gateway", "run", "--bind", "lan", "--port", "18789"),
            },
          },
          rotation,
        )
      const ids = () => engine.docker("ps", "-aq", "--no-trunc")
      const ready = () => {
        const patient = ["--retry", "240", "--retry-all-errors", "--retry-delay", "1"]
        expect(engine.within("curl", "-sf", ...patient, "http://127.0.0.1:18789/readyz")).toContain('"ready":true')
      }
      const header = stack.space.at("header")
      /** The cheapest question that needs the token; it reaches curl in a file. */
      const verdict = (token: string) => {
        writeFileSync(header, `Authorization: Bearer ${token}\nContent-Type: application/json\n`, { mode: 0o600 })
        const ask = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", `@${header}`, "-d", '{"tool":"__probe__"}']
        return engine.within("curl", ...ask, "http://127.0.0.1:18789/tools/invoke")
      }
      const token = () => {
        const { kept, current } = generationsIn(stack.space.state())
        return kept.find(({ generation }) => generation === current)?.value ?? ""
      }

      declare(1)
      await stack.says(0, "up", "--yes", "--skip-preview")
      ready()
      const first = { id: ids(), token: token() }
      expect(verdict(first.token)).toBe("404")
      declare(2)
      await stack.says(0, "up", "--yes", "--skip-preview")
      ready()
      expect(ids()).toBe(first.id)
      expect([verdict(token()), verdict(first.token)]).toEqual(["404", "401"])
      await stack.says(0, "preview", "--expect-no-changes")
    },
    600_000,
  )
})

/** A merged /usr, which is mounted; Docker puts its init into /sbin. */
function layout(root: string): void {
  for (const name of ["usr", "etc", "tmp", "sbin", "home/node"]) mkdirSync(join(root, name), { recursive: true })
  for (const name of ["bin", "lib", "lib64"]) symlinkSync(`usr/${name}`, join(root, name))
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/home/node:/bin/sh\n")
}
