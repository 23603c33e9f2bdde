import { join } from "node:path"
import { stringify } from "yaml"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { hostOf } from "../hosts/index.ts"
import { parseConfig } from "../stacks/config.ts"
import { declarationOf } from "../survey/declaration.ts"
import type { World } from "../survey/world.ts"

/**
 * Writes a stack's file that declares what was found.
 * @returns what to tell, and what comes next; @throws UserError when the file is there already, or nothing was found
 */
export async function writeStack(cwd: string, name: string, world: World): Promise<string> {
  const stack = /^Pulumi\.([A-Za-z0-9][\w.-]*)\.yaml$/.exec(name.slice(name.lastIndexOf("/") + 1))?.[1]
  if (stack === undefined)
    throw new UserError(`"${shown(name)}" is no stack's file: name it Pulumi.STACK.yaml, such as Pulumi.home.yaml`)
  if (world.gateways.length === 0)
    throw new UserError(
      "no gateway was found, and without one there is nothing to declare; name its host: --host ssh://…",
    )
  const { config, notes } = declarationOf(world)
  const own = Object.entries(config).map(([key, value]) => [key.slice("gatekey:".length), value])
  const parsed = parseConfig(Object.fromEntries(own))
  if ("problems" in parsed) throw new UserError(`what was found cannot be declared:\n${parsed.problems.join("\n")}`)
  const text = `# What \`gatekey scan\` found. Read it, then: pulumi preview\n${stringify({ config }, { lineWidth: 0 })}${notes.map((note) => `# ${note}\n`).join("")}`
  await hostOf("local").edit(join(cwd, name), (look) => {
    if (look.kind !== "absent") throw new UserError("is there already; name another: --write Pulumi.STACK.yaml")
    return { bytes: Buffer.from(text), mode: 0o644 }
  })
  const told = notes.map((note) => `  ${note}\n`).join("")
  return `\nWrote ${shown(name)}${notes.length > 0 ? `:\n${told}` : ".\n"}Next: pulumi stack init ${shellWord(stack)} && pulumi preview --stack ${shellWord(stack)}\n`
}
