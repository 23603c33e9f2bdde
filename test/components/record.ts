import * as pulumi from "@pulumi/pulumi"

export interface Recorded {
  readonly type: string
  readonly name: string
  readonly parent: string
  readonly inputs: { readonly [key: string]: unknown }
  /** Names of the resources that must be there first. */
  readonly after: readonly string[]
  readonly protect: boolean
  /** The outputs that are secret whatever a provider says. */
  readonly secretOutputs: readonly string[]
  readonly replaceOnChanges: readonly string[]
}

interface Request {
  getType(): string
  getName(): string
  getParent(): string
  getDependenciesList(): string[]
  getProtect(): boolean
  getAdditionalsecretoutputsList(): string[]
  getReplaceonchangesList(): string[]
  getObject(): { toJavaScript(): Recorded["inputs"] } | undefined
}

/** What every program's resources say of themselves. */
const made: { readonly [type: string]: object } = { "gatekey:index:Incarnation": { incarnation: 1 } }

/**
 * What a program registers, in the order in which it does, on Pulumi's mocks.
 * @param outputs of resources, by their type, besides their inputs
 */
export async function record(
  program: () => unknown,
  outputs: { readonly [type: string]: object } = {},
): Promise<Recorded[]> {
  const recorded: Recorded[] = []
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: { ...inputs, ...made[type], ...outputs[type] },
      }),
      call: () => ({}),
    },
    "gatekey",
    "test",
  )
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource(...args: unknown[]): void }
  const register = monitor.registerResource.bind(monitor)
  monitor.registerResource = (...args) => {
    const request = args[0] as Request
    recorded.push({
      type: request.getType(),
      name: request.getName(),
      parent: nameOf(request.getParent()),
      inputs: request.getObject()?.toJavaScript() ?? {},
      after: request.getDependenciesList().map(nameOf),
      protect: request.getProtect(),
      secretOutputs: request.getAdditionalsecretoutputsList(),
      replaceOnChanges: request.getReplaceonchangesList(),
    })
    register(...args)
  }
  program()
  await pulumi.runtime.disconnect()
  return recorded
}

/** The placements as sorted lines `name: path locator what-it-must-hold`; in which order they register is not fixed. */
export function placements(recorded: readonly Recorded[]): string[] {
  return recorded
    .filter(isPlace)
    .map(({ name, inputs: { path, locator, must } }) => `${name}: ${path} ${locator} ${must}`)
    .sort()
}

/** A gateway's own place is a Flip. */
export function isPlace({ type }: Pick<Recorded, "type">): boolean {
  return ["gatekey:index:Placement", "gatekey:index:Flip"].includes(type)
}

/** The components and their placements, indented. */
export function tree(recorded: readonly Recorded[], parent = "", indent = ""): string[] {
  return recorded
    .filter((one) => one.parent === parent)
    .flatMap((one) => [
      `${indent}${one.type.split(":").at(-1)} ${one.name}`,
      ...(isPlace(one) ? [] : tree(recorded, one.name, `${indent}  `)),
    ])
}

export function named(recorded: readonly Recorded[], name: string): Recorded {
  const found = recorded.find((one) => one.name === name)
  if (!found) throw new Error(`no resource is named "${name}"; there are ${recorded.map((one) => one.name).join(", ")}`)
  return found
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? ""
}
