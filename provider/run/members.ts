import { normalizeHost } from "../../core/host.ts"
import type { ProductName, Role } from "../../products/product.ts"

/** A gateway or node, as its Handshake declares it. */
export interface DeclaredMember {
  readonly name: string
  readonly role: Role
  readonly product: ProductName
  /** Its own host and home. */
  readonly host: string
  readonly home: string
  /** The address of the gateway, or of the node's gateway. */
  readonly gateway: { readonly host: string; readonly port: number }
}

/** The members that this run has noted; a gateway comes before its nodes. */
export class Members {
  readonly #members: DeclaredMember[] = []

  noteMember(member: DeclaredMember): void {
    this.#members.push(member)
  }

  /** Returns the declared gateway of a node; undefined if the gateway is not visible on its host, as in a container. */
  gatewayOf({ role, gateway }: DeclaredMember): DeclaredMember | undefined {
    if (role === "gateway") return undefined
    return this.#members.find((each) => each.role === "gateway" && isSame(each.gateway, gateway))
  }

  /** Returns the name of the member that a survey found. */
  nameOf(host: string, home: string, role: Role, product: ProductName): string | undefined {
    return this.#members.find(
      (each) =>
        each.role === role &&
        each.product === product &&
        each.home === home &&
        normalizeHost(each.host) === normalizeHost(host),
    )?.name
  }
}

function isSame(one: DeclaredMember["gateway"], other: DeclaredMember["gateway"]): boolean {
  return one.port === other.port && normalizeHost(one.host) === normalizeHost(other.host)
}
