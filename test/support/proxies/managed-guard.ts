import { once } from "node:events"
import { readFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { connect } from "node:tls"
import { Secret } from "../../../core/secret.ts"
import { type GatewayRoute, openSession } from "../../../gateways/gateway.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { identityHeader } from "../../../proxies/header.ts"
import type { Managed } from "../engine/managed.ts"
import { revealed, unknown } from "../engine/wire.ts"
import { folder } from "../hosts/machine.ts"
import { freePort } from "../products/listener.ts"
import { startHaproxy } from "./haproxy.ts"

interface Guarded {
  readonly authority: Managed
  readonly gateway: { readonly port: number }
  make(type: "Certificate" | "Haproxy"): Managed
}

/** A real guard in front of a gateway, and a client that connects by it without a pause. */
export async function guardOf({ authority, gateway, make }: Guarded) {
  const [at, port] = [folder(), await freePort()]
  const signed = { authority: authority.state?.id ?? unknown, host: "local" }
  const [own, laptop, proxy] = [make("Certificate"), make("Certificate"), make("Haproxy")]
  const path = `${at}/laptop.pem`
  await own.up({ ...signed, path: `${at}/own.pem`, name: "studio", role: "guard", names: ["studio.test"] })
  await laptop.up({ ...signed, path, name: "laptop", role: "client" })
  const up = (header: number) =>
    proxy.up({
      ...{ ...signed, folder: at, digest: own.state?.outputs.digest ?? unknown, header },
      clients: [{ name: "laptop", role: "client" }],
      guard: { address: "127.0.0.1", port, gateway: gateway.port },
    })
  await up(1)
  await startHaproxy(at)
  const pem = readFileSync(path, "utf8")
  const dial = async () => {
    const socket = connect({
      ...{ host: "127.0.0.1", port, servername: "studio.test" },
      ...{ ca, cert: pem, key: pem },
    })
    await once(socket, "secureConnect")
    return socket
  }
  const ca = String(authority.state?.outputs.certificate)
  const { seed } = authority.state?.outputs ?? {}
  const nameOf = (header: number) => identityHeader({ seed: new Secret(revealed(seed)) }, header)
  const verdictOf = async (way: Pick<GatewayRoute, "dial" | "headers">) => {
    const { verdict, session } = await openSession({ product: "openclaw", port, ...way }, undefined, ["operator.read"])
    session?.close()
    return verdict
  }
  /** openclaw closes what is open, and what is just connecting, when it loads its config: a client tries again, as a node does. */
  const verdictOnceLoaded = async () => {
    for (let tries = 1; ; tries++) {
      const verdict = await verdictOf({ dial })
      if (!/\(4001 /.test(describeVerdict(verdict)) || tries === 10) return verdict
      await pause(100)
    }
  }
  return {
    up,
    /** Connects past the guard, with the name of the header that a generation has. */
    async direct(header: number) {
      const said = { "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", [nameOf(header)]: "client:laptop" }
      return (await verdictOf({ dial: () => hostOf("local").dial("127.0.0.1", gateway.port), headers: said })).kind
    },
    connectContinuously() {
      const all: Promise<Verdict>[] = []
      let isOver = false
      const done = (async () => {
        while (!isOver) {
          const connect = verdictOnceLoaded()
          all.push(connect)
          // At most some at a time, however busy the machine is.
          await Promise.all([pause(50), all.at(-4)])
        }
      })()
      return async () => {
        isOver = true
        await done
        const found = await Promise.all(all)
        const refused = found.filter(({ kind }) => kind !== "accepted").map(describeVerdict)
        return { connects: found.length, refused }
      }
    },
  }
}
