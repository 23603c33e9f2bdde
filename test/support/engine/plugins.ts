import { join } from "node:path"
import { root } from "./program.ts"

/** The plugins of others as a stack is told of them: for `plugins.providers` of Pulumi.yaml, and its environment. */
export interface Plugins {
  readonly providers: readonly { readonly name: string; readonly path: string }[]
  readonly env: Readonly<Record<string, string>>
}

/** Stand-ins of test/plugins/; with E2E_PLUGINS=real the real ones, which the engine downloads. */
export function plugins(...names: readonly ("command" | "docker" | "onepassword")[]): Plugins {
  if (process.env.E2E_PLUGINS === "real")
    return { providers: [], env: { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false" } }
  return { providers: names.map((name) => ({ name, path: join(root, "test/plugins", name) })), env: {} }
}
