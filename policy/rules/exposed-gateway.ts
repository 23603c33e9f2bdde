import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import { products } from "../../products/index.ts"
import type { Rule, Violation } from "../rule.ts"
import { docker, entriesOrEmpty, gatekey, listOrEmpty, type Subject, stringOrUndefined } from "../subject.ts"

export const exposedGateway: Rule = {
  name: "exposed-gateway",
  description: "A gateway that is reachable over the network speaks TLS, or is protected otherwise.",
  fix: "Bind it to `127.0.0.1`, give it TLS and its `tlsFingerprint`, or list it in the setting `guarded`.",
  level: "mandatory",
  settings: {
    guarded: {
      type: "array",
      description: "Gateways that something else protects (a proxy with TLS, a firewall, a VPN), each `HOST|PORT`.",
      default: [],
      items: { type: "string", pattern: "^.+\\|[0-9]+$" },
    },
  },
  evaluate(stack, { guarded }) {
    const safe = new Set([...listOrEmpty(guarded), ...stack.flatMap(gatewaysWithTls)])
    return stack
      .flatMap((subject) => [
        ...listenerEndpoints(subject),
        ...containerEndpoints(subject),
        ...serviceEndpoints(subject),
      ])
      .filter(({ host, port, address }) => !isLoopback(address) && !safe.has(`${host}|${port}`))
      .map(violation)
  },
}

/** An address at which a gateway listens, or will. */
interface Endpoint {
  readonly subject: Subject
  readonly host: string
  readonly port: number
  readonly address: string
}

function violation({ subject, host, port, address }: Endpoint): Violation {
  const where = `port ${port} on ${shown(address)}`
  return {
    subject,
    message: `the gateway's ${where} is open beyond this host, without TLS: bind it to 127.0.0.1, give it TLS and its tlsFingerprint, or declare that something else protects it (guarded: ["${shown(host)}|${port}"])`,
  }
}

/** Lists the gateways with TLS: with a declared fingerprint, gatekey connects only by TLS. */
function gatewaysWithTls({ props: { host, port, tlsFingerprint, gateway } }: Subject): string[] {
  const own = tlsFingerprint === undefined ? [] : [`${host}|${port}`]
  const served = entriesOrEmpty(gateway)
  return [...own, ...(served.tlsFingerprint === undefined ? [] : [`${host}|${served.port}`])]
}

/** Lists the addresses that a Listener found. */
function listenerEndpoints(subject: Subject): Endpoint[] {
  const { host, port, addresses, role } = subject.props
  if (subject.type !== gatekey.listener || role === "node") return []
  return listOrEmpty(addresses).map((address) => ({
    subject,
    host: String(host),
    port: Number(port),
    address: String(address),
  }))
}

/** Lists the addresses that a container publishes. */
function containerEndpoints(subject: Subject): Endpoint[] {
  if (subject.type === gatekey.incarnation) {
    return listOrEmpty(subject.props.ports).flatMap((words) => {
      const [, address = "", port] = /^(.*):(\d+)->\d+$/.exec(String(words)) ?? []
      return port ? [{ subject, host: String(subject.props.host), port: Number(port), address }] : []
    })
  }
  if (subject.type !== docker.container || isMadeByUs(subject) || !isProduct(subject)) return []
  const host = "docker"
  if (subject.props.networkMode === "host")
    return commandEndpoints(subject, host, listOrEmpty(subject.props.command).map(String))
  return listOrEmpty(subject.props.ports)
    .map(entriesOrEmpty)
    .filter(({ internal }) => Object.values(products).some(({ port }) => port === internal))
    .map(({ internal, external = internal, ip }) => ({
      subject,
      host,
      port: Number(external),
      address: stringOrUndefined(ip) || "0.0.0.0",
    }))
}

/** Checks for a container made by gatekey, whose Incarnation reports the same ports. */
function isMadeByUs({ props: { labels } }: Subject): boolean {
  return listOrEmpty(labels).some((each) => entriesOrEmpty(each).label === "gatekey.incarnation")
}

function isProduct({ props: { image, name } }: Subject): boolean {
  return [image, name].some((words) =>
    Object.keys(products).some((product) => stringOrUndefined(words)?.includes(product)),
  )
}

/** Lists the addresses in the declared program of a service. */
function serviceEndpoints(subject: Subject): Endpoint[] {
  const words = listOrEmpty(entriesOrEmpty(subject.props.program).command).map(String)
  return subject.type === gatekey.service ? commandEndpoints(subject, String(subject.props.host), words) : []
}

function commandEndpoints(subject: Subject, host: string, words: readonly string[]): Endpoint[] {
  const address = flagValue(words, "--bind")
  if (!words.includes("gateway") || words.includes("--tls") || address === undefined || address === "loopback")
    return []
  const port = flagValue(words, "--port") ?? entriesOrEmpty(subject.props.gateway).port ?? products.openclaw.port
  return [{ subject, host, port: Number(port), address }]
}

/** Returns the value of `--flag VALUE` or `--flag=VALUE`. */
function flagValue(words: readonly string[], name: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${name}=`))
  if (joined) return joined.slice(name.length + 1)
  const at = words.indexOf(name)
  return at < 0 ? undefined : words[at + 1]
}
