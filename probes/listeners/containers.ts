import { Foreign } from "../../core/foreign.ts"
import type { PublishingContainer } from "./snapshot.ts"

/** Parses a line of `docker ps`: `ID NAMES IMAGE PORTS`, separated by tabs. */
export function parsePublishingContainer(line: string, port: number): PublishingContainer | undefined {
  const [id, names = "", image = "", ports = ""] = line.split("\t")
  if (!id || !/^[0-9a-f]{12,64}$/.test(id)) return undefined
  // A name with a slash is that of a link.
  const name = names.split(",").find((each) => !each.includes("/")) ?? id.slice(0, 12)
  const gateway = /openclaw|clawdbot|moltbot/.test(`${name} ${image}`)
  return {
    id,
    name: new Foreign(name),
    publishes: parsePublished(ports).some(([from, to]) => from <= port && port <= to),
    gateway,
  }
}

/** Parses the host's TCP ports: `0.0.0.0:18789-18790->18789-18790/tcp, :::80->80/tcp, 9000/tcp`. */
function parsePublished(ports: string): [number, number][] {
  return [...ports.matchAll(/:(\d+)(?:-(\d+))?->[\d-]+\/tcp/g)].map(([, from, to]) => [
    Number(from),
    Number(to ?? from),
  ])
}
