import { existsSync, readFileSync } from "node:fs"
import { WebSocket } from "ws"
import type { Fleet } from "../engine/program.ts"
import type { Workspace } from "../engine/workspace.ts"
import { headerIn, keySecrets } from "./guard-secrets.ts"

/** The ports of one guard with its sidecars. */
interface Site {
  readonly gateway: number
  readonly guarded: number
  /** Of a sidecar with a certificate, and of one that sends a bearer. */
  readonly way: number
  readonly other: number
  /** Of a gateway that does not run. */
  readonly closed: number
}

const below = ".local/state/gatekey"

export const guardFolder: string = `${below}/guard`

const keyFiles = [
  `${guardFolder}/own.pem`,
  `${below}/tw-sidecar/own.pem`,
  `${below}/n2-sidecar/client.key`,
  `${below}/laptop/client.key`,
]

/** Where secrets of a guard are; the gateway's config is among the other places. */
export const guardFiles: readonly string[] = [...keyFiles, `${guardFolder}/proxy.cfg`]

/** A guard with a node by certificate, one by bearer, and a client. @param generation of all but `tw`, who is gone then */
export function guardFleet(
  { gateway, guarded, way, other }: Site,
  { header, generation = 1 }: { readonly header: number; readonly generation?: number },
): Omit<Fleet, "token" | "places"> {
  const guard = { address: "127.0.0.1", port: guarded, name: "studio.test" }
  const tw = { name: "tw" }
  return {
    guards: {
      guard: {
        ...{ manager: "process", listen: { address: "127.0.0.1", port: guarded }, names: ["studio.test"], gateway },
        ...{ header, clients: generation === 1 ? [tw] : [] },
      },
    },
    clients: { laptop: { auth: "jwt", audience: "guard", generation } },
    sidecars: {
      "tw sidecar": { manager: "process", client: tw, port: way, guard },
      "n2 sidecar": {
        ...{
          manager: "process",
          client: { name: "n2", auth: "jwt", generation },
          port: other,
          guard,
          audience: "guard",
        },
      },
    },
  }
}

/** The switch of its gateway. */
export function trust({ closed }: Site, header: number): Pick<Fleet, "trusts"> {
  const identities = [{ identity: "node:n2" }, { identity: "client:laptop", scopes: ["operator.read"] }]
  return { trusts: { trust: { config: "~/.openclaw/openclaw.json", port: closed, header, identities } } }
}

/** The secrets of the guard and its clients that are in files now. */
export function guardSecrets({ at }: Workspace): (readonly [name: string, value: string])[] {
  const read = (name: string) => readFileSync(at(name), "utf8")
  const keys = keyFiles.filter((name) => existsSync(at(name))).flatMap((name) => keySecrets(name, read(name)))
  return [...keys, ["the header", headerIn(read(`${guardFolder}/proxy.cfg`)).slice("x-gk-".length)]]
}

/** What a WebSocket by a sidecar is answered. */
export function statusBy(port: number): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    const end = (status: number) => {
      socket.terminate()
      resolve(status)
    }
    socket.once("unexpected-response", (_request, { statusCode = 0 }) => end(statusCode))
    socket.once("open", () => end(101))
    socket.on("error", () => resolve(0))
  })
}
