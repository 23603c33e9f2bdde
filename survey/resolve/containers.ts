import { Secret } from "../../core/secret.ts"
import type { Container } from "../../probes/containers/snapshot.ts"
import { type ContainerToken, listContainerTokens } from "../../probes/containers/tokens.ts"
import type { World } from "./world.ts"
import { tokensOf } from "./world.ts"

/** A token in a container. */
export interface ContainerCopy {
  readonly container: Container
  readonly value: Secret
  readonly where: string
}

/** Finds tokens in containers, by name or by the value of a token that was found elsewhere. */
export function heldByContainers(
  containers: readonly Container[],
  { world }: { readonly world: World },
): ContainerCopy[] {
  const known = new Set(world.surveys.flatMap(tokensOf).map((token) => token.reveal()))
  const isToken = (value: string) => value.length >= 8 && known.has(value)
  return containers.flatMap((container) =>
    listContainerTokens(container, isToken).map(({ value, where }: ContainerToken) => ({
      container,
      value: new Secret(value),
      where,
    })),
  )
}
