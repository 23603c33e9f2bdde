import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { formatCount } from "../../core/counted.ts"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { hostOf } from "../../hosts/index.ts"
import { parseConfig } from "../../stacks/config.ts"
import { declarationOf } from "../../survey/propose/declaration.ts"
import { draftData, draftText, suggestionsIn } from "../../survey/propose/draft.ts"
import type { World } from "../../survey/resolve/world.ts"
import { modeline } from "./modeline.ts"

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
  const { config, notes, byValue } = declarationOf(world)
  const gateways = config["gatekey:gateways"]
  if (Object.keys(gateways as object).length === 0)
    throw new UserError(`no gateway was found that can be declared:\n${notes.map((note) => `  ${note}`).join("\n")}`)
  // The suggestions have to be valid as well, should they be uncommented.
  const own = Object.entries(draftData(config, "with") as object)
  const parsed = parseConfig(Object.fromEntries(own.map(([key, value]) => [key.slice("gatekey:".length), value])))
  if ("problems" in parsed) throw new UserError(`what was found cannot be declared:\n${parsed.problems.join("\n")}`)
  const file = resolve(cwd, name)
  const text = `${modeline(file)}${head}${draftText({ config })}${notes.map((note) => `## ${note}\n`).join("")}`
  await hostOf("local").edit(file, (look) => {
    if (look.kind !== "absent") throw new UserError("is there already; name another: --write Pulumi.STACK.yaml")
    return { bytes: Buffer.from(text), mode: 0o644 }
  })
  const told = notes.map((note) => `  ${note}\n`).join("")
  const count = suggestionsIn(config)
  const open =
    count > 0
      ? `${formatCount(count, "entry", "entries")} in it ${count === 1 ? "is" : "are"} commented out: read why, and decide.\n`
      : ""
  const at = `--stack ${shellWord(stack)}`
  const give = byValue ? `pulumi config set --secret --path 'gatekey:token.adopt.value' ${at} && ` : ""
  const next = `Next: ${firstOf(dirname(file))}pulumi stack init ${shellWord(stack)} && ${give}pulumi preview ${at}\n`
  return `\nWrote ${shown(name)}${notes.length > 0 ? `:\n${told}` : ".\n"}${open}${next}`
}

/** What comes before Pulumi's commands: it reads a stack's file beside its project's. @param folder that of the file */
function firstOf(folder: string): string {
  const project = projectOf(folder)
  if (project === undefined) return "move it to a clone of gatekey, as this folder has no Pulumi.yaml; there: "
  if (project !== folder) return `move it beside ${shown(join(project, "Pulumi.yaml"))}, where Pulumi reads it; there: `
  return folder === resolve() ? "" : `cd ${shellWord(folder)} && `
}

/** As Pulumi finds a project: there, or in a folder above. */
function projectOf(folder: string): string | undefined {
  if (["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(folder, name)))) return folder
  return dirname(folder) === folder ? undefined : projectOf(dirname(folder))
}

const head = `## What \`gatekey scan\` found. Read it, then: pulumi preview
## What is behind # is not done unless you uncomment it; why stands above it, behind ##.
`
