import type { Scene } from "../scene.ts"
import { certificates } from "./certificates.ts"
import { gateways } from "./gateways.ts"
import { members } from "./members.ts"
import { placements } from "./placements.ts"
import { remote } from "./remote.ts"
import { vaults } from "./vaults.ts"

/** What is tried: a resource type and an operation in each. */
export const scenes: readonly Scene[] = [...placements, ...certificates, ...members, ...remote, ...vaults, ...gateways]

/** The resource types that have no step of their own, and why. */
export const without: Readonly<Record<string, string>> = {
  ...{ Token: "the engine alone keeps it", Authority: "the engine alone keeps it" },
  ...{ TokenSource: "it copies one of the engine's values", VaultSource: "it only reads a vault" },
  ...{ Reach: "it only asks whether hosts answer", Access: "it only connects, by a guard that is another scene's" },
  ...{ Listener: "it only looks", Containers: "it only looks", ProxyCheck: "it only looks" },
  Incarnation: "it only counts: the container's owner makes another one",
}
