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
  /** The gateway's, or that of its gateway. */
  readonly gateway: { readonly host: string; readonly port: number }
}

/** Those of this run, as they come by: a gateway before its nodes. */
export class Members {
  readonly #members: DeclaredMember[] = []

  noteMember(member: DeclaredMember): void {
    this.#members.push(member)
  }

  /** The declared gateway of a node; nothing for one that is not seen from its host, such as a container. */
  gatewayOf({ role, gateway }: DeclaredMember): DeclaredMember | undefined {
    if (role === "gateway") return undefined
    return this.#members.find((each) => each.role === "gateway" && isSame(each.gateway, gateway))
  }

  /** Its name, by what a look finds. */
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
