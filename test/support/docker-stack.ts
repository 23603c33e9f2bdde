import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { stringify } from "yaml"
import type { GatewayContainerArgs } from "../../components/index.ts"
import { root } from "./engine-program.ts"
import { type Workspace, workspace } from "./workspace.ts"

const real = process.env.E2E_PLUGINS === "real"

/** Where Pulumi finds the plugin of @pulumi/docker: our stand-in, or, with E2E_PLUGINS=real, where it finds any plugin. */
const dockerPlugin = real ? [] : [{ name: "docker", path: join(root, "test/plugins/docker") }]
const acquisition: Readonly<Record<string, string>> = real
  ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false" }
  : {}

/** A stack that declares containers. */
export interface DockerStack {
  readonly space: Workspace
  /** A folder for `data`, with what a container of the tests serves. */
  data(name: string, served: string): string
  declare(containers: { readonly [name: string]: Omit<GatewayContainerArgs, "token"> }, rotation?: number): void
  /** Runs one command. @returns what it printed @throws when it does not end with this code */
  says(code: number, ...args: string[]): Promise<string>
  remove(): void
}

/** @param env tells where Docker is */
export async function dockerStack(env: Readonly<Record<string, string>>): Promise<DockerStack> {
  const space = await workspace({ places: {} }, () => ({ ...env, ...acquisition }))
  const providers = [{ name: "gatekey", path: join(root, "provider") }, ...dockerPlugin]
  const runtime = { name: "nodejs", options: { typescript: false } }
  writeFileSync(join(space.project, "Pulumi.yaml"), stringify({ name: "engine", runtime, plugins: { providers } }))
  writeFileSync(join(space.project, "index.ts"), program)
  return {
    space,
    data(name, served) {
      const folder = space.at(name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, "index.html"), served)
      chmodSync(folder, 0o755)
      return folder
    },
    declare: (containers, rotation = 1) => space.declare({ places: {}, token: { rotation }, containers } as never),
    async says(expected, ...args) {
      const { code, output } = await space.run(...args)
      if (code !== expected) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`)
      return output
    },
    remove: () => space.remove(),
  }
}

/** Serves the container's files where the official image's gateway listens. */
export const serve: readonly string[] = ["httpd", "-f", "-p", "18789", "-h", "/"]

const module = (name: string) => JSON.stringify(pathToFileURL(resolve(root, "components", name)).href)

const program = `
import * as pulumi from "@pulumi/pulumi"
import { GatewayContainer } from ${module("gateway-container.ts")}
import { Token } from ${module("token.ts")}

const { token: { rotation }, containers } = new pulumi.Config().requireObject("fleet")
const token = new Token("token", { rotation }, { protect: false })
for (const [name, args] of Object.entries(containers)) new GatewayContainer(name, { token, ...args })
`
