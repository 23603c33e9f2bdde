import type { Notice } from "../../../core/notice.ts"
import type { Properties } from "../../wire.ts"
import { right } from "./inputs.ts"

/** Describes what an `up` does for a proxy that is not as declared. @param olds what was found, by its last read */
export function describeChange({ configured, loaded }: Properties, revoked: readonly string[]): Notice {
  const found = [
    ...(configured === right.configured ? [] : [String(configured)]),
    ...(loaded === right.loaded ? [] : [`its process runs with ${String(loaded)}`]),
  ]
  const cut = revoked.length > 0 ? `, and cuts off ${revoked.join(", ")}` : ""
  return {
    message: found.length > 0 ? found.join("; ") : "its declaration changes",
    plan: `\`pulumi up\` writes and loads it; no other connection is dropped${cut}`,
    restart: "none",
  }
}
