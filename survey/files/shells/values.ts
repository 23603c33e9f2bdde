import type { Command } from "../../../places/shell/commands.ts"
import { familyOf } from "../../../places/shell/family.ts"
import { heldInCommands, heldInFishVariables, type ScriptValue, unknownIn } from "../script-text.ts"
import { cshCommands } from "./csh.ts"
import { fishCommands } from "./fish.ts"

/** The values of a fish or csh file, and variables whose value is only known at run time. */
interface FamilyValues {
  readonly held: readonly ScriptValue[]
  readonly unknown: ReturnType<typeof unknownIn>
}

/** Returns the shell family of a script, by its interpreter or its name. */
export function familyOfScript(path: string, text: string): ReturnType<typeof familyOf> {
  const [, name] = /^#!.*\b(fish|t?csh)\b/.exec(text) ?? []
  return name === undefined ? familyOf(path) : name === "fish" ? name : "csh"
}

/** Finds the values in a file. @throws PlaceError if it cannot be parsed */
export function valuesInFamily(family: "fish" | "csh", path: string, text: string): FamilyValues {
  if (path.endsWith("/fish_variables")) return { held: heldInFishVariables(text), unknown: [] }
  const commands: readonly Command[] = (family === "fish" ? fishCommands : cshCommands)(text)
  return { held: heldInCommands(commands, text), unknown: unknownIn(commands) }
}
