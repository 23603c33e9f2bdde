import { PlaceError } from "../../core/errors.ts"
import { describeKind } from "../../core/kind.ts"
import type { Value } from "./value.ts"

/** Where a locator looks: in which key of the top dictionary, and for what in there. */
export interface Target {
  readonly holder: "EnvironmentVariables" | "ProgramArguments"
  readonly kind: "dict" | "array"
  scan(holder: Value): Occurrence[]
  /** The strings that write `text` where nothing stands yet. */
  fresh(text: string): string[]
}

export interface Occurrence {
  readonly value: string
  /** The position to set; undefined where a flag is the last argument, so that its value is still to be added. */
  readonly slot: number | undefined
  /** What precedes the value in its string: `--token=`. */
  readonly prefix: string
  /** All positions that go when it is dropped. */
  readonly span: readonly number[]
}

export function targetOf(locator: string): Target {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(locator)) return variable(locator)
  if (/^--[A-Za-z0-9][A-Za-z0-9._-]*$/.test(locator)) return flag(locator)
  throw new PlaceError("bad-locator", `the locator of a plist is NAME or --flag, not ${describeKind(locator)}`)
}

function variable(name: string): Target {
  return {
    holder: "EnvironmentVariables",
    kind: "dict",
    fresh: (text) => [name, text],
    scan: (holder) =>
      [...holder.entries().entries()]
        .filter(([, entry]) => entry.key === name)
        .map(([at, entry]) => ({ value: textOf(entry.value, name), slot: at, prefix: "", span: [at] })),
  }
}

function flag(name: string): Target {
  return {
    holder: "ProgramArguments",
    kind: "array",
    fresh: (text) => [name, text],
    scan(holder) {
      const args = holder.items()
      const found: Occurrence[] = []
      for (let at = 0; at < args.length; at++) {
        const arg = args[at]?.text ?? ""
        if (arg.startsWith(`${name}=`)) {
          found.push({ value: arg.slice(name.length + 1), slot: at, prefix: `${name}=`, span: [at] })
        } else if (arg === name) {
          // As option parsers do, what follows is the value, whatever it looks like.
          const next = args[at + 1]
          if (next === undefined) found.push({ value: "", slot: undefined, prefix: "", span: [at] })
          else found.push({ value: textOf(next, name), slot: at + 1, prefix: "", span: [at, at + 1] })
          at++
        }
      }
      return found
    },
  }
}

function textOf(held: Value, name: string): string {
  if (held.kind === "string") return held.text
  throw new PlaceError("wrong-shape", `${name} holds something other than a string (${held.where()})`)
}
