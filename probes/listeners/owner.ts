import { Foreign } from "../../core/foreign.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import { ancestry } from "./processes.ts"
import type { DeclaredService } from "./script.ts"
import type { Container, PortSnapshot, Process, Socket } from "./snapshot.ts"

/** Who has the port. */
export type Owner =
  | { readonly kind: "container"; readonly container: Container }
  | { readonly kind: "process"; readonly process: Process }
  /** Whose process may not be seen from here. */
  | { readonly kind: "unseen"; readonly uid: number | undefined; readonly addresses: readonly string[] }

/** Whose port it is to be. */
export interface WantedOwner {
  readonly product: ProductName
  readonly declared?: DeclaredService | undefined
  /** Others that may have it, in the syntax of `evict`. */
  readonly owners: readonly string[]
}

/** Programs that hold a port for what runs elsewhere: in a container, or in the machine that containers run in. */
const forwarders =
  /^(docker|com\.docker|containerd|rootless|slirp4netns|pasta|passt|vpnkit|gvproxy|conmon|orbstack|lima|colima|ssh)/i

/** Everybody who has the port, each once. */
export function ownersIn(snapshot: PortSnapshot): Owner[] {
  const published = snapshot.containers.find(({ publishes }) => publishes)
  const owners = new Map<string, Owner>()
  const add = (owner: Owner) => owners.set(keyOf(owner), owner)
  if (published) add({ kind: "container", container: published })
  for (const socket of snapshot.sockets) {
    const holder = holderOf(socket, snapshot.processes)
    if (published && (!holder || forwarders.test(holder.program))) continue
    if (holder) add(ownerOf(holder, snapshot))
    else if (!owners.has("unseen")) add(unseen(socket.uid, snapshot))
  }
  return [...owners.values()]
}

/** Gateways that run here at all, whatever port they have; not what may be a command that asks one. */
export function gatewaysIn(snapshot: PortSnapshot): Owner[] {
  const owners = new Map<string, Owner>()
  const running = [...snapshot.processes.values()].filter(
    (process) => isGateway(process) && !isLauncher(process, snapshot),
  )
  for (const process of running) {
    const owner = ownerOf(process, snapshot)
    owners.set(keyOf(owner), owner)
  }
  for (const container of snapshot.containers.filter(({ publishes, gateway }) => publishes && gateway)) {
    owners.set(keyOf({ kind: "container", container }), { kind: "container", container })
  }
  return [...owners.values()]
}

/** Whether it is the declared gateway, one of the others that may have the port, or started by hand. */
export function standing(owner: Owner, wanted: WantedOwner, snapshot: PortSnapshot): "own" | "by hand" | "foreign" {
  if (wanted.owners.some((spec) => matches(owner, spec))) return "own"
  if (owner.kind !== "process") return "foreign"
  const { pid, service, gateway } = owner.process
  const { declared, product } = wanted
  if (snapshot.declared !== undefined && [...ancestry(pid, snapshot.processes)].includes(snapshot.declared))
    return "own"
  if (service && declared && service.manager === declared.manager && service.name === declared.name) return "own"
  if (gateway !== product || owner.process.uid !== snapshot.uid) return "foreign"
  if (!declared || declared.manager === "process") return snapshot.declared === undefined ? "own" : "foreign"
  return service ? "foreign" : "by hand"
}

/** `docker:NAME`, `launchd:LABEL`, `systemd:UNIT`, `process:PROGRAM` or its script, where no service starts it again. */
export function matches(owner: Owner, spec: string): boolean {
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

/** The one that started the others which hold it too. */
function holderOf({ pids }: Socket, processes: ReadonlyMap<number, Process>): Process | undefined {
  const known = pids.map((pid) => processes.get(pid)).filter((process) => process !== undefined)
  return known.find(({ pid }) => ![...ancestry(pid, processes)].slice(1).some((above) => pids.includes(above)))
}

function ownerOf(process: Process, { containers }: PortSnapshot): Owner {
  const { container: id } = process
  if (id === undefined) return { kind: "process", process }
  const known = containers.find((container) => container.id === id)
  return {
    kind: "container",
    container: known ?? { id, name: new Foreign(id.slice(0, 12)), publishes: false, gateway: true },
  }
}

function unseen(uid: number | undefined, { sockets }: PortSnapshot): Owner {
  const addresses = sockets.filter(({ pids }) => pids.length === 0).map(({ address }) => address)
  return { kind: "unseen", uid, addresses: [...new Set(addresses)] }
}

/** A wrapper, `npm exec` and the like: what it started is the gateway. */
function isLauncher({ pid }: Process, { processes }: PortSnapshot): boolean {
  return [...processes.values()].some((process) => process.parent === pid && isGateway(process))
}

function isGateway({ gateway, mayBeCommand }: Process): boolean {
  return gateway !== undefined && !mayBeCommand
}

function keyOf(owner: Owner): string {
  if (owner.kind === "container") return `container ${owner.container.id}`
  return owner.kind === "process" ? `process ${owner.process.pid}` : "unseen"
}
