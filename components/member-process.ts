import type { ServiceSettings } from "./create-service.ts"
import type { ServiceArgs } from "./service.ts"

/** A plain process of a member, as data. */
export interface MemberProcess {
  readonly name: string
  readonly args: ServiceSettings & { readonly variable: string; readonly home?: string }
  readonly known: Pick<ServiceArgs, "host" | "manager" | "name" | "path" | "must">
}
