import { formatCount } from "../../core/counted.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { parseConfig } from "../../stacks/config.ts"
import { declarationOf } from "../../survey/propose/declaration.ts"
import { draftData, draftText, Suggestion, suggestionsIn } from "../../survey/propose/draft.ts"
import type { World } from "../../survey/resolve/world.ts"

/** A stack's configuration that declares what was found. */
export interface FoundStack {
  /** The text of the file, without the line for editors. */
  readonly text: string
  /** What could not be declared, a line each. */
  readonly notes: string
  /** How many entries the user has to decide on; empty if there is none. */
  readonly open: string
  /** Whether the token in use must be given by value. */
  readonly byValue: boolean
  /** Whether no gateway is declared until the user has decided. */
  readonly waits: boolean
}

/** Declares what was found. @throws UserError if no gateway was found, or none that can be declared */
export function declareFound(world: World): FoundStack {
  if (world.gateways.length === 0)
    throw new UserError("no gateway was found, so there is nothing to declare; name its host: --host ssh://…")
  const { config, notes, byValue } = declarationOf(world)
  const gateways = Object.values(config["gatekey:gateways"] as object)
  if (gateways.length === 0)
    throw new UserError(`no gateway was found that can be declared:\n${notes.map((note) => `  ${note}`).join("\n")}`)
  // The suggestions must be valid too, in case the user uncomments them.
  const own = Object.entries(draftData(config, "with") as object)
  const parsed = parseConfig(Object.fromEntries(own.map(([key, value]) => [key.slice("gatekey:".length), value])))
  if ("problems" in parsed) throw new UserError(`what was found cannot be declared:\n${parsed.problems.join("\n")}`)
  const count = suggestionsIn(config)
  return {
    text: `${head}${draftText({ config })}${notes.map((note) => `## ${note}\n`).join("")}`,
    notes: notes.map((note) => `  ${note}\n`).join(""),
    open:
      count > 0
        ? `${formatCount(count, "entry", "entries")} in it ${count === 1 ? "is" : "are"} commented out: read the reasons, and decide.\n`
        : "",
    byValue,
    waits: gateways.every((each) => each instanceof Suggestion),
  }
}

/** Reads the stack in a file's name. @throws UserError if it is not the name of a stack's file */
export function readStackName(file: string): string {
  const stack = /^Pulumi\.([A-Za-z0-9][\w.-]*)\.yaml$/.exec(file.slice(file.lastIndexOf("/") + 1))?.[1]
  if (stack !== undefined) return stack
  throw new UserError(
    `"${shown(file)}" is not a valid name of a stack's file: use Pulumi.STACK.yaml, such as Pulumi.home.yaml`,
  )
}

const head = `## What \`gatekey scan\` found. Read it, then: pulumi preview
## What is behind # is not done unless you uncomment it; the reason is above it, behind ##.
`
