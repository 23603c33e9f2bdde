import * as pulumi from "@pulumi/pulumi"
import { Placement, Preflight, Reach, Token } from "../../components/index.ts"
import { places } from "./places.ts"

// As stacks/index.ts does.
Error.prepareStackTrace = undefined as never

interface Node {
  readonly host: string
  /** In place of `~`, for nodes on this machine. */
  readonly home?: string
}

/** One token and the four places of each node, built as a Fleet is; but exactly these. */
const nodes = new pulumi.Config("bench").requireObject<{ readonly [name: string]: Node }>("nodes")
const fleet = new pulumi.ComponentResource("bench:index:Fleet", "fleet")
const token = new Token("token", { rotation: 1 }, { parent: fleet, protect: false, dependsOn: preflight() })
for (const [name, { host, home = "~" }] of Object.entries(nodes)) {
  const node = new pulumi.ComponentResource("bench:index:Node", name, {}, { parent: fleet })
  for (const { name: place, path, locator } of places) {
    const at = { host, path: path.replace("~", home), locator }
    new Placement(`${name} ${place}`, { token, ...at }, { parent: node })
  }
}

function preflight(): pulumi.Resource[] {
  const remote = Object.values(nodes).flatMap(({ host }) => (host === "local" ? [] : [host]))
  if (remote.length === 0) return []
  new Reach("every host", { hosts: remote }, { parent: fleet })
  const hosts = Object.fromEntries(remote.map((host) => [host, places.map(({ path }) => path)]))
  return [new Preflight("preflight", { rotation: 1, hosts }, { parent: fleet })]
}
