import { PlaceError } from "../../core/errors.ts"
import { describeKind } from "../../core/kind.ts"
import { refuseNoName, variables } from "../common/variables.ts"
import type { Format } from "../format.ts"
import { addUnitVariable, unitVariables } from "./environment.ts"
import { addUnitFlag, unitFlags } from "./flags.ts"

/** A unit or drop-in of systemd: a variable of `Environment=`, or, where the locator begins with `--`, a flag of `ExecStart=`. */
export const systemd: Format = variables({
  name: "systemd",
  refuseLocator(locator) {
    if (!locator.startsWith("--")) refuseNoName(locator)
    else if (!/^--[A-Za-z0-9][A-Za-z0-9_-]*$/.test(locator)) {
      throw new PlaceError("bad-locator", `a locator that is a flag looks like "--token", not ${describeKind(locator)}`)
    }
  },
  occurrences: (text, locator) => (locator.startsWith("--") ? unitFlags : unitVariables)(text, locator),
  add: (text, locator, value) => (locator.startsWith("--") ? addUnitFlag : addUnitVariable)(text, locator, value),
})
