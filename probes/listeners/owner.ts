import { Foreign } from "../../core/foreign.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import { listAncestors } from "./processes.ts"
import type { DeclaredService } from "./script.ts"
import type { HostProcess, PortSnapshot, PublishingContainer, Socket } from "./snapshot.ts"

/** The owner of a port. */
export type Owner =
  | { readonly kind: "container"; readonly container: PublishingContainer }
  | { readonly kind: "process"; readonly process: HostProcess }
  /** Its process cannot be read by this user. */
  | { readonly kind: "unseen"; readonly uid: number | undefined; readonly addresses: readonly string[] }

/** The declared owner of a port. */
export interface WantedOwner {
  readonly product: ProductName
  readonly declared?: DeclaredService | undefined
  /** Other owners that are accepted, in the syntax of `evict`. */
  readonly owners: readonly string[]
}

/** Programs that forward a port to a container, or to the machine that runs containers. */
const forwarders =
  /^(docker|com\.docker|containerd|rootless|slirp4netns|pasta|passt|vpnkit|gvproxy|conmon|orbstack|lima|colima|ssh)/i

/** Lists the owners of the port, each once. */
export function listOwners(snapshot: PortSnapshot): Owner[] {
  const published = snapshot.containers.find(({ publishes }) => publishes)
  const owners = new Map<string, Owner>()
  const add = (owner: Owner) => owners.set(formatKey(owner), owner)
  if (published) add({ kind: "container", container: published })
  for (const socket of snapshot.sockets) {
    const holder = findHolder(socket, snapshot.processes)
    if (published && (!holder || forwarders.test(holder.program))) continue
    if (holder) add(createOwner(holder, snapshot))
    else if (!owners.has("unseen")) add(createUnseen(socket.uid, snapshot))
  }
  return [...owners.values()]
}

/** Lists the gateways that run on the host, on any port; skips processes that may be a client command. */
export function listGateways(snapshot: PortSnapshot): Owner[] {
  const owners = new Map<string, Owner>()
  const running = [...snapshot.processes.values()].filter(
    (process) => isGateway(process) && !isLauncher(process, snapshot),
  )
  for (const process of running) {
    const owner = createOwner(process, snapshot)
    owners.set(formatKey(owner), owner)
  }
  for (const container of snapshot.containers.filter(({ publishes, gateway }) => publishes && gateway)) {
    owners.set(formatKey({ kind: "container", container }), { kind: "container", container })
  }
  return [...owners.values()]
}

/** Classifies an owner: declared or accepted, started by hand, or foreign. */
export function classifyOwner(
  owner: Owner,
  wanted: WantedOwner,
  snapshot: PortSnapshot,
): "own" | "by hand" | "foreign" {
  if (wanted.owners.some((spec) => matchesSpec(owner, spec))) return "own"
  if (owner.kind !== "process") return "foreign"
  const { pid, service, gateway } = owner.process
  const { declared, product } = wanted
  if (snapshot.declared !== undefined && [...listAncestors(pid, snapshot.processes)].includes(snapshot.declared))
    return "own"
  if (service && declared && service.manager === declared.manager && service.name === declared.name) return "own"
  if (gateway !== product || owner.process.uid !== snapshot.uid) return "foreign"
  if (!declared || declared.manager === "process") return snapshot.declared === undefined ? "own" : "foreign"
  return service ? "foreign" : "by hand"
}

/** Compares an owner with `docker:NAME`, `launchd:LABEL`, `systemd:UNIT`, or `process:PROGRAM` (or script) for one without a service. */
export function matchesSpec(owner: Owner, spec: string): boolean {
  const [kind, name] = [spec.slice(0, spec.indexOf(":")), spec.slice(spec.indexOf(":") + 1)]
  if (owner.kind === "container") return kind === "docker" && owner.container.name.is(name)
  if (owner.kind === "unseen") return false
  const { service, program, script, gateway } = owner.process
  if (service) return kind === service.manager && service.name === name
  return kind === "process" && [program, script, gateway].includes(name)
}

export function isProduct(name: string): boolean {
  return productNames.some((product) => name.includes(product))
}

/** Finds the process that started the others which have the socket open. */
function findHolder({ pids }: Socket, processes: ReadonlyMap<number, HostProcess>): HostProcess | undefined {
  const known = pids.map((pid) => processes.get(pid)).filter((process) => process !== undefined)
  return known.find(({ pid }) => ![...listAncestors(pid, processes)].slice(1).some((above) => pids.includes(above)))
}

function createOwner(process: HostProcess, { containers }: PortSnapshot): Owner {
  const { container: id } = process
  if (id === undefined) return { kind: "process", process }
  const known = containers.find((container) => container.id === id)
  return {
    kind: "container",
    container: known ?? { id, name: new Foreign(id.slice(0, 12)), publishes: false, gateway: true },
  }
}

function createUnseen(uid: number | undefined, { sockets }: PortSnapshot): Owner {
  const addresses = sockets.filter(({ pids }) => pids.length === 0).map(({ address }) => address)
  return { kind: "unseen", uid, addresses: [...new Set(addresses)] }
}

/** Checks for a wrapper such as `npm exec`, whose child is the gateway. */
function isLauncher({ pid }: HostProcess, { processes }: PortSnapshot): boolean {
  return [...processes.values()].some((process) => process.parent === pid && isGateway(process))
}

function isGateway({ gateway, mayBeCommand }: HostProcess): boolean {
  return gateway !== undefined && !mayBeCommand
}

function formatKey(owner: Owner): string {
  if (owner.kind === "container") return `container ${owner.container.id}`
  return owner.kind === "process" ? `process ${owner.process.pid}` : "unseen"
}
