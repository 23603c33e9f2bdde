/** The parts of `urn:pulumi:stack::project::parent$type::name`. */
export interface UrnParts {
  readonly stack: string
  /** The resource's own type, without its parents'. */
  readonly type: string
  readonly name: string
}

/** Parses a URN; a missing part is empty. */
export function parseUrn(urn: string): UrnParts {
  const [head = "", , types = "", ...name] = urn.split("::")
  return { stack: head.split(":")[2] ?? "", type: types.split("$").at(-1) ?? "", name: name.join("::") }
}
