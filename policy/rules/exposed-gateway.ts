import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import { products } from "../../products/index.ts"
import type { Rule, Violation } from "../rule.ts"
import { docker, entries, gatekey, list, type Subject, text } from "../subject.ts"

export const exposedGateway: Rule = {
  name: "exposed-gateway",
  description: "A gateway that others can reach over the network speaks TLS, or stands behind a guard.",
  level: "mandatory",
  settings: {
    guarded: {
      type: "array",
      description: "Gateways that something else guards (a proxy with TLS, a firewall, a VPN), each `HOST|PORT`.",
      default: [],
      items: { type: "string", pattern: "^.+\\|[0-9]+$" },
    },
  },
  judge(stack, { guarded }) {
    const safe = new Set([...list(guarded), ...stack.flatMap(encrypted)])
    return stack
      .flatMap((subject) => [...listening(subject), ...published(subject), ...started(subject)])
      .filter(({ host, port, address }) => !isLoopback(address) && !safe.has(`${host}|${port}`))
      .map(violation)
  },
}

/** Where a gateway listens, or will. */
interface Endpoint {
  readonly of: Subject
  readonly host: string
  readonly port: number
  readonly address: string
}

function violation({ of, host, port, address }: Endpoint): Violation {
  const where = `port ${port} on ${shown(address)}`
  return {
    of,
    message: `the gateway's ${where} is open beyond this host, without TLS: bind it to 127.0.0.1, give it TLS and its tlsFingerprint, or name what guards it (guarded: ["${shown(host)}|${port}"])`,
  }
}

/** Whoever is told the fingerprint of a gateway's certificate speaks TLS with it, and with nothing else. */
function encrypted({ props: { host, port, tlsFingerprint, gateway } }: Subject): string[] {
  const own = tlsFingerprint === undefined ? [] : [`${host}|${port}`]
  const served = entries(gateway)
  return [...own, ...(served.tlsFingerprint === undefined ? [] : [`${host}|${served.port}`])]
}

/** As its listener saw it. */
function listening(of: Subject): Endpoint[] {
  const { host, port, addresses, role } = of.props
  if (of.type !== gatekey.listener || role === "node") return []
  return list(addresses).map((address) => ({ of, host: String(host), port: Number(port), address: String(address) }))
}

/** As a container publishes it. */
function published(of: Subject): Endpoint[] {
  if (of.type === gatekey.incarnation) {
    return list(of.props.ports).flatMap((words) => {
      const [, address = "", port] = /^(.*):(\d+)->\d+$/.exec(String(words)) ?? []
      return port ? [{ of, host: String(of.props.host), port: Number(port), address }] : []
    })
  }
  if (of.type !== docker.container || isMadeByUs(of) || !isProduct(of)) return []
  const host = "docker"
  if (of.props.networkMode === "host") return bound(of, host, list(of.props.command).map(String))
  return list(of.props.ports)
    .map(entries)
    .filter(({ internal }) => Object.values(products).some(({ port }) => port === internal))
    .map(({ internal, external = internal, ip }) => ({
      of,
      host,
      port: Number(external),
      address: text(ip) || "0.0.0.0",
    }))
}

/** Its Incarnation tells the same. */
function isMadeByUs({ props: { labels } }: Subject): boolean {
  return list(labels).some((each) => entries(each).label === "gatekey.incarnation")
}

function isProduct({ props: { image, name } }: Subject): boolean {
  return [image, name].some((words) => Object.keys(products).some((product) => text(words)?.includes(product)))
}

/** As its declared program starts it. */
function started(of: Subject): Endpoint[] {
  const words = list(entries(of.props.program).command).map(String)
  return of.type === gatekey.service ? bound(of, String(of.props.host), words) : []
}

function bound(of: Subject, host: string, words: readonly string[]): Endpoint[] {
  const address = flag(words, "--bind")
  if (!words.includes("gateway") || words.includes("--tls") || address === undefined || address === "loopback")
    return []
  const port = flag(words, "--port") ?? entries(of.props.gateway).port ?? products.openclaw.port
  return [{ of, host, port: Number(port), address }]
}

/** The value of `--flag VALUE` or `--flag=VALUE`. */
function flag(words: readonly string[], name: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${name}=`))
  if (joined) return joined.slice(name.length + 1)
  const at = words.indexOf(name)
  return at < 0 ? undefined : words[at + 1]
}
