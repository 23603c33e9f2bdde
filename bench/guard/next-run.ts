import { type Managed, managed } from "../../test/support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../test/support/engine/plugin.ts"
import { whenFinished } from "../../test/support/finished.ts"

/** Another process of the provider, as the next command of the engine has. */
export interface NextRun {
  readonly plugin: Plugin
  /** A resource in its hands, with the state that it has. */
  take(resource: Managed): Managed
}

/** @param variables of its environment */
export async function nextRun(authority: Managed, variables: NodeJS.ProcessEnv = {}): Promise<NextRun> {
  const plugin = await startPlugin(variables)
  whenFinished(() => plugin.stop())
  const take: NextRun["take"] = ({ urn, state }) => {
    const [, type = "", name = ""] = /:(\w+)::([^:]*)$/.exec(urn) ?? []
    const own = managed(plugin, type as Parameters<typeof managed>[1], name)
    own.state = state
    return own
  }
  await take(authority).refresh()
  return { plugin, take }
}
