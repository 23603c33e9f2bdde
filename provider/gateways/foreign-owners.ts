import type { Owner } from "../../probes/listeners/owner.ts"
import type { ProductName } from "../../products/product.ts"
import { evaluateListener } from "../resources/listener/evaluate.ts"
import type { Run } from "../run/run.ts"
import type { GatewayAt } from "./session.ts"

/** Lists the owners of a gateway's port that are not the gateway. */
export async function foreignOwnersAt(run: Run, { host, port, product }: GatewayAt): Promise<readonly Owner[]> {
  const inputs = { host, port, product: product as ProductName, role: "gateway", owner: "" } as const
  return (await evaluateListener(run, inputs)).foreign
}

/** Checks whether the port's owner is certainly not the gateway. */
export async function hasForeignOwner(run: Run, at: GatewayAt): Promise<boolean> {
  return !at.published && (await foreignOwnersAt(run, at)).length > 0
}
