/** The parts of `urn:pulumi:stack::project::parent$type::name`. */
export interface UrnParts {
  readonly stack: string
  /** The resource's own type, without those that it stands in. */
  readonly type: string
  readonly name: string
}

/** Takes a URN apart; a part that is not there is empty. */
export function urnParts(urn: string): UrnParts {
  const [head = "", , types = "", ...name] = urn.split("::")
  return { stack: head.split(":")[2] ?? "", type: types.split("$").at(-1) ?? "", name: name.join("::") }
}
