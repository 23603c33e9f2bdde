import { PlaceError } from "../core/errors.ts"
import { describeKind } from "../core/kind.ts"
import { onBytes, textOf } from "./common/text.ts"
import { type Format, missing, value } from "./format.ts"

/** A whole file that is one secret: the locator is `*`; a trailing newline is not part of the value. */
export const file: Format = {
  name: "file",
  ...onBytes({
    find(text, locator) {
      whole(locator)
      const held = text.replace(/\r?\n$/, "")
      return held === "" ? missing : value(held)
    },
    put(text, locator, content) {
      whole(locator)
      const wanted = textOf(content, "file")
      if (/[\r\n]/.test(wanted)) throw new PlaceError("unwritable-value", "a secret file holds one line")
      const ending = text === "" ? "\n" : (/\r?\n$/.exec(text)?.[0] ?? "")
      return wanted + ending
    },
    drop(_text, locator) {
      whole(locator)
      return ""
    },
  }),
}

function whole(locator: string): void {
  if (locator !== "*")
    throw new PlaceError("bad-locator", `the locator of a whole file is "*", not ${describeKind(locator)}`)
}
