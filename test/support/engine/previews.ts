/** Previews as `pulumi preview --json` prints them, made by hand. */
type Properties = Readonly<Record<string, unknown>>

/** One of a member's resources. */
export interface Resource {
  readonly type: string
  readonly name: string
  /** Default: it is looked at, and does not change. */
  readonly op?: string
  readonly olds?: Properties
  readonly news?: Properties
  readonly outputs?: Properties
  /** What is warned of. */
  readonly warning?: string
  readonly error?: string
}

const fleet = "gatekey:index:Fleet"

/** @param members by `Node tw`: the component's type and name */
export function previewOf(
  members: { readonly [member: string]: readonly Resource[] },
  alone: readonly Resource[] = [],
) {
  const all = [
    ...Object.entries(members).flatMap(([member, resources]) => {
      const [type = "", ...name] = member.split(" ")
      return resources.map((resource) => ({ resource, type: `${fleet}$gatekey:index:${type}`, parent: name.join(" ") }))
    }),
    ...alone.map((resource) => ({ resource, type: fleet, parent: "home" })),
  ].map(({ resource, type, parent }) => ({
    ...{ op: "refresh", olds: {}, news: resource.olds ?? {}, outputs: {}, ...resource },
    urn: `urn:pulumi:dev::gatekey::${type}$gatekey:index:${resource.type}::${resource.name}`,
    parent: `urn:pulumi:dev::gatekey::${type}::${parent}`,
  }))
  return JSON.stringify({
    steps: all.map(({ op, urn, parent, olds, news, outputs }) => ({
      op,
      urn,
      ...(op === "create" ? {} : { oldState: { custom: true, parent, inputs: olds, outputs } }),
      ...(op === "delete" ? {} : { newState: { custom: true, parent, inputs: news } }),
    })),
    diagnostics: all.flatMap(({ urn, warning, error }) => [
      ...(warning === undefined ? [] : [{ urn, severity: "warning", message: `warning: ${warning}\n` }]),
      ...(error === undefined ? [] : [{ urn, severity: "error", message: `error: ${error}\n` }]),
    ]),
  })
}

export const held = {
  must: "token",
  generation: 1,
  fingerprint: "fp:00000001",
  holds: "generation 1 (fp:00000001)",
  host: "local",
}
const coming = {
  ...held,
  generation: 2,
  fingerprint: "fp:00000002",
  holds: "generation 2 (fp:00000002)",
  why: "what it presents",
}

export const place = (name: string, more: Partial<Resource> = {}): Resource => ({
  type: "Placement",
  name,
  olds: held,
  ...more,
})
export const rotated = (name: string): Resource => place(name, { op: "update", news: coming })
/** The gateway's own. */
export const handshake = (name: string, verdict = "accepted", more: Partial<Resource> = {}): Resource => ({
  type: "Handshake",
  name,
  olds: { host: "local", port: 18789, verdict },
  ...more,
})
/** A node's. */
export const way = (name: string, verdict = "accepted", more: Partial<Resource> = {}): Resource => ({
  ...handshake(name, verdict, more),
  olds: { host: "local", port: 18789, from: "ssh://me@tw.local", verdict },
})

/** A fleet of so many nodes, whose names are made of a text. */
export function crowd(nodes: number, name = "node"): string {
  const all = Array.from({ length: nodes }, (_, at) => [
    `Node ${name} ${at}`,
    [at % 3 === 0 ? rotated(`${name} ${at} config`) : place(`${name} ${at} config`), way(`${name} ${at} handshake`)],
  ])
  const gateway = [place(`${name} secret file`), handshake(`${name} handshake`)]
  const container = [place(`${name} compose environment`, { warning: `holds ${name}. \`pulumi up\` removes it` })]
  return previewOf({ ...Object.fromEntries(all), [`Gateway ${name}`]: gateway, [`Container ${name} box`]: container })
}
