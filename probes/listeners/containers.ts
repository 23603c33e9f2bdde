import { Foreign } from "../../core/foreign.ts"
import type { Container } from "./snapshot.ts"

/** `ID NAMES IMAGE PORTS`, parted by tabs: a line of `docker ps`. */
export function containerIn(line: string, port: number): Container | undefined {
  const [id, names = "", image = "", ports = ""] = line.split("\t")
  if (!id || !/^[0-9a-f]{12,64}$/.test(id)) return undefined
  // Names with a slash are how a link calls it.
  const name = names.split(",").find((each) => !each.includes("/")) ?? id.slice(0, 12)
  const gateway = /openclaw|clawdbot|moltbot/.test(`${name} ${image}`)
  return {
    id,
    name: new Foreign(name),
    publishes: publishedIn(ports).some(([from, to]) => from <= port && port <= to),
    gateway,
  }
}

/** `0.0.0.0:18789-18790->18789-18790/tcp, :::80->80/tcp, 9000/tcp`: the host's TCP ports. */
function publishedIn(ports: string): [number, number][] {
  return [...ports.matchAll(/:(\d+)(?:-(\d+))?->[\d-]+\/tcp/g)].map(([, from, to]) => [
    Number(from),
    Number(to ?? from),
  ])
}
