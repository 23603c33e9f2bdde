import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { stringify } from "yaml"
import type { GatewayContainerArgs } from "../../../components/index.ts"
import { inlineProgram } from "./inline-program.ts"
import { plugins } from "./plugins.ts"
import { root } from "./program.ts"
import { type Workspace, workspace } from "./workspace.ts"

/** A stack that declares containers. */
export interface DockerStack {
  readonly space: Workspace
  /** A folder for `data`, with what a container of the tests serves. */
  data(name: string, served: string): string
  declare(containers: { readonly [name: string]: Omit<GatewayContainerArgs, "token"> }, rotation?: number): void
  /** Runs one command. @returns what it printed @throws when it does not end with this code */
  says(code: number, ...args: string[]): Promise<string>
  remove(): Promise<void>
}

/** @param env tells where Docker is */
export async function dockerStack(env: Readonly<Record<string, string>>): Promise<DockerStack> {
  const docker = plugins("docker")
  const space = await workspace({ places: {} }, () => ({ ...env, ...docker.env }))
  const providers = [{ name: "gatekey", path: join(root, "provider") }, ...docker.providers]
  const runtime = { name: "nodejs", options: { typescript: false } }
  writeFileSync(join(space.project, "Pulumi.yaml"), stringify({ name: "engine", runtime, plugins: { providers } }))
  writeFileSync(join(space.project, "index.ts"), program)
  const inline = inlineProgram(join(space.project, "index.ts"), { cwd: space.project, env: space.env })
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
      const { code, output } = await space.run(...args, ...(await inline.wordsFor(args[0])))
      if (code !== expected) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`)
      return output
    },
    async remove() {
      await inline.end()
      space.remove()
    },
  }
}

/** Serves the container's files where the official image's gateway listens, and ends when it is told to. */
export const serve: readonly string[] = ["sh", "-c", "trap exit TERM; httpd -f -p 18789 -h / & wait"]

const module = (name: string) => JSON.stringify(pathToFileURL(resolve(root, "components", name)).href)

const program = `
import * as pulumi from "@pulumi/pulumi"
import { GatewayContainer } from ${module("gateway-container.ts")}
import { Token } from ${module("token.ts")}

const { token: { rotation }, containers } = new pulumi.Config().requireObject("fleet")
const token = new Token("token", { rotation }, { protect: false })
for (const [name, args] of Object.entries(containers)) new GatewayContainer(name, { token, ...args })
`
