import { container } from "./container.ts"
import { image } from "./image.ts"
import type { Kind } from "./kind.ts"
import { network } from "./network.ts"
import { volume } from "./volume.ts"

const kinds: { readonly [type: string]: Kind } = {
  "docker:index/container:Container": container,
  "docker:index/remoteImage:RemoteImage": image,
  "docker:index/network:Network": network,
  "docker:index/volume:Volume": volume,
}

/** The resource's part of `urn:pulumi:stack::project::parent$type::name`. */
export function kindOf(urn: string): Kind {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? ""
  const kind = kinds[type]
  if (!kind) throw new Error(`the stand-in for docker has no type ${type}: add it, or set E2E_PLUGINS=real`)
  return kind
}
