import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { formatCount } from "../../core/counted.ts"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { hostOf } from "../../hosts/index.ts"
import { parseConfig } from "../../stacks/config.ts"
import { declarationOf } from "../../survey/propose/declaration.ts"
import { draftData, draftText, Suggestion, suggestionsIn } from "../../survey/propose/draft.ts"
import type { World } from "../../survey/resolve/world.ts"
import { filledStack } from "./filled-stack.ts"
import { modeline } from "./modeline.ts"

/**
 * Writes what was found to a stack's file: a new one, or one that has no configuration yet, as `pulumi stack init` leaves it.
 * @returns the report, with the next command; @throws UserError if the file has a configuration, or nothing was found
 */
export async function writeStack(cwd: string, name: string, world: World): Promise<string> {
  const stack = /^Pulumi\.([A-Za-z0-9][\w.-]*)\.yaml$/.exec(name.slice(name.lastIndexOf("/") + 1))?.[1]
  if (stack === undefined)
    throw new UserError(
      `"${shown(name)}" is not a valid name of a stack's file: use Pulumi.STACK.yaml, such as Pulumi.home.yaml`,
    )
  if (world.gateways.length === 0)
    throw new UserError("no gateway was found, so there is nothing to declare; name its host: --host ssh://…")
  const { config, notes, byValue } = declarationOf(world)
  const gateways = config["gatekey:gateways"]
  if (Object.keys(gateways as object).length === 0)
    throw new UserError(`no gateway was found that can be declared:\n${notes.map((note) => `  ${note}`).join("\n")}`)
  // The suggestions must be valid too, in case the user uncomments them.
  const own = Object.entries(draftData(config, "with") as object)
  const parsed = parseConfig(Object.fromEntries(own.map(([key, value]) => [key.slice("gatekey:".length), value])))
  if ("problems" in parsed) throw new UserError(`what was found cannot be declared:\n${parsed.problems.join("\n")}`)
  const file = resolve(cwd, name)
  const line = modeline(file)
  const text = `${head}${draftText({ config })}${notes.map((note) => `## ${note}\n`).join("")}`
  const exists = existsSync(file)
  await hostOf("local").edit(file, (found) => {
    if (found.kind === "absent") return { bytes: Buffer.from(line + text), mode: 0o644 }
    if (found.kind !== "file") throw new UserError("is not a regular file; name another: --write Pulumi.STACK.yaml")
    return { bytes: Buffer.from(filledStack(found.bytes.toString(), line, text)) }
  })
  const list = notes.map((note) => `  ${note}\n`).join("")
  const count = suggestionsIn(config)
  const open =
    count > 0
      ? `${formatCount(count, "entry", "entries")} in it ${count === 1 ? "is" : "are"} commented out: read the reasons, and decide.\n`
      : ""
  const at = `--stack ${shellWord(stack)}`
  const give = byValue ? `pulumi config set --secret --path 'gatekey:token.adopt.value' ${at} && ` : ""
  const init = exists ? "" : `pulumi stack init ${shellWord(stack)} && `
  const gatewayFirst = Object.values(gateways as object).every((each) => each instanceof Suggestion)
  const decide = gatewayFirst ? "uncomment its gateway once the reason is settled, then " : ""
  const next = `Next: ${decide}${projectHint(dirname(file))}${init}${give}pulumi preview ${at}\n`
  return `\nWrote ${shown(name)}${notes.length > 0 ? `:\n${list}` : ".\n"}${open}${next}`
}

/** Returns what to do before Pulumi's commands, which read a stack's file beside its project's. @param folder of the file */
function projectHint(folder: string): string {
  const project = projectOf(folder)
  if (project === undefined) return "move it to a clone of gatekey, because this folder has no Pulumi.yaml; there: "
  if (project !== folder) return `move it beside ${shown(join(project, "Pulumi.yaml"))}, where Pulumi reads it; there: `
  return folder === resolve() ? "" : `cd ${shellWord(folder)} && `
}

/** Finds a project as Pulumi does: in the folder, or above it. */
function projectOf(folder: string): string | undefined {
  if (["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(folder, name)))) return folder
  return dirname(folder) === folder ? undefined : projectOf(dirname(folder))
}

const head = `## What \`gatekey scan\` found. Read it, then: pulumi preview
## What is behind # is not done unless you uncomment it; the reason is above it, behind ##.
`
