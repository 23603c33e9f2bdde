import * as pulumi from "@pulumi/pulumi"

/** As many resources as the fleet that it is the floor of, in the same tree, each with nothing to do. */
interface Shape {
  readonly type: "component" | "custom"
  readonly name: string
  readonly parent?: string
}

class Noop extends pulumi.CustomResource {}

const shapes = new pulumi.Config("noop").requireObject<Shape[]>("shapes")
const made = new Map<string, pulumi.Resource>()
for (const { type, name, parent } of shapes) {
  const options = parent === undefined ? {} : { parent: made.get(parent) as pulumi.Resource }
  const resource =
    type === "component"
      ? new pulumi.ComponentResource("noop:index:Component", name, {}, options)
      : new Noop("noop:index:Noop", name, { name }, options)
  made.set(name, resource)
}
