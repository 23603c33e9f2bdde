import type { Owner } from "../../probes/listeners/owner.ts"
import type { ProductName } from "../../products/product.ts"
import { evaluateListener } from "../resources/listener/evaluate.ts"
import type { Run } from "../run/run.ts"
import type { GatewayAt } from "./session.ts"

/** Who has a gateway's port, and is not it. */
export async function strangersAt(run: Run, { host, port, product }: GatewayAt): Promise<readonly Owner[]> {
  const inputs = { host, port, product: product as ProductName, role: "gateway", owner: "" } as const
  return (await evaluateListener(run, inputs)).foreign
}

/** Whether what has its port is certainly not the gateway. */
export async function isAnothers(run: Run, at: GatewayAt): Promise<boolean> {
  return !at.published && (await strangersAt(run, at)).length > 0
}
