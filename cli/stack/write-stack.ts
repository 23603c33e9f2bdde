import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { hostOf } from "../../hosts/index.ts"
import type { World } from "../../survey/resolve/world.ts"
import { filledStack } from "./filled-stack.ts"
import { declareFound, readStackName } from "./found-stack.ts"
import { modeline } from "./modeline.ts"

/**
 * Writes what was found to a stack's file: a new one, or one that has no configuration yet, as `pulumi stack init` leaves it.
 * @returns the report, with the next command; @throws UserError if the file has a configuration, or nothing was found
 */
export async function writeStack(cwd: string, name: string, world: World): Promise<string> {
  const stack = readStackName(name)
  const { text, notes, open, byValue, waits } = declareFound(world)
  const file = resolve(cwd, name)
  const line = modeline(file)
  const exists = existsSync(file)
  await hostOf("local").edit(file, (found) => {
    if (found.kind === "absent") return { bytes: Buffer.from(line + text), mode: 0o644 }
    if (found.kind !== "file") throw new UserError("is not a regular file; name another: --write Pulumi.STACK.yaml")
    return { bytes: Buffer.from(filledStack(Buffer.from(found.bytes).toString(), line, text)) }
  })
  const at = `--stack ${shellWord(stack)}`
  const give = byValue ? `pulumi config set --secret --path 'gatekey:token.adopt.value' ${at} && ` : ""
  const init = exists ? "" : `pulumi stack init ${shellWord(stack)} && `
  const decide = waits ? "uncomment its gateway once the reason is settled, then " : ""
  const next = `Next: ${decide}${projectHint(dirname(file))}${init}${give}pulumi preview ${at}\n`
  return `\nWrote ${shown(name)}${notes === "" ? ".\n" : `:\n${notes}`}${open}${next}`
}

/** Returns what to do before Pulumi's commands, which read a stack's file beside its project's. @param folder of the file */
function projectHint(folder: string): string {
  const project = projectOf(folder)
  const at = folder === resolve() ? "" : ` ${shellWord(folder)}`
  if (project === undefined)
    return `make a project around it, as there is no Pulumi.yaml: ${gatekeyCommand} init${at}; there: `
  if (project !== folder) return `move it beside ${shown(join(project, "Pulumi.yaml"))}, where Pulumi reads it; there: `
  return at === "" ? "" : `cd${at} && `
}

/** Finds a project as Pulumi does: in the folder, or above it. */
function projectOf(folder: string): string | undefined {
  if (["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(folder, name)))) return folder
  return dirname(folder) === folder ? undefined : projectOf(dirname(folder))
}
