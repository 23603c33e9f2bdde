import type { Container, ContainerClient } from "./snapshot.ts"

/** Describes a container and its restart: `docker container NAME (running, restarts always)`. */
export function describeContainer({ name, running, returns, state }: Container, client: ContainerClient): string {
  const life = running ? "running" : returns ? `${state}, but starts again by itself` : `${state}`
  return `${client} container ${name} (${life})`
}

/** Formats the command that removes a container. */
export function removeCommand({ name }: Container, client: ContainerClient): string {
  return `${client} rm -f ${name.word}`
}
