import { PlaceError } from "../../core/errors.ts"
import { quoteForShell } from "../../core/shell.ts"
import { appended } from "../common/lines.ts"
import { refuseNoName, variables } from "../common/variables.ts"
import type { Format } from "../format.ts"
import { shellFlags } from "./flags.ts"
import { shellVariables } from "./variables.ts"

/**
 * A file that sh, bash or zsh sources, or a script of theirs: the locator is a variable that it exports, or a `--flag` of
 * the commands in it. A carriage return is an ordinary character to them: it belongs to a value before it,
 * and a new line never gets one.
 */
export const shell: Format = variables({
  name: "shell",
  refuseLocator,
  occurrences: (text, locator) => (isFlag(locator) ? shellFlags(text, locator) : shellVariables(text, locator)),
  add(text, locator, value) {
    if (!isFlag(locator)) return appended(text, `export ${locator}=${quoteForShell(value)}`, "\n")
    throw new PlaceError("wrong-shape", `no command here has ${locator}`)
  },
})

function isFlag(locator: string): boolean {
  return /^--[a-z][a-z-]*$/.test(locator)
}

function refuseLocator(locator: string): void {
  if (!isFlag(locator)) refuseNoName(locator)
}
