import type { ServiceArgs } from "./service.ts"
import type { Serviced } from "./serviced.ts"

/** A plain process of a member, as data. */
export interface MemberProcess {
  readonly name: string
  readonly args: Serviced & { readonly variable: string; readonly home?: string }
  readonly known: Pick<ServiceArgs, "host" | "manager" | "name" | "path" | "must">
}
