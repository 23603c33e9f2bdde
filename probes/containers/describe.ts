import type { Client, Container } from "./snapshot.ts"

/** What it is, and whether it comes back: `docker container NAME (running, restarts always)`. */
export function describeContainer({ name, running, returns, state }: Container, client: Client): string {
  const life = running ? "running" : returns ? `${state}, but starts again by itself` : `${state}`
  return `${client} container ${name} (${life})`
}

/** What becomes of a container that is not wanted. */
export function removeCommand({ name }: Container, client: Client): string {
  return `${client} rm -f ${name.word}`
}
