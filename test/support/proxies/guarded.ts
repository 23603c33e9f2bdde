import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { clientsMap, type ProxyClient } from "../../../proxies/client.ts"
import { files, guardConfiguration } from "../../../proxies/guard.ts"
import { keyFiles } from "../../../proxies/keys.ts"
import { folder } from "../hosts/machine.ts"
import { freePort } from "../products/listener.ts"
import { type Answer, type Attempt, attempt } from "./attempt.ts"
import { type Haproxy, startHaproxy } from "./haproxy.ts"
import type { Made, Pki } from "./pki.ts"

/** A guard that runs. */
export interface Guarded extends Pick<Haproxy, "log" | "ask" | "workers"> {
  readonly folder: string
  readonly port: number
  /** One request, with one of the certificates or none. */
  try(more: Partial<Attempt> & { readonly as?: string | undefined }): Promise<Answer>
  /** Takes a client out of the list of the running process, as `pulumi up` does. */
  remove(id: string): Promise<unknown>
}

interface Settings {
  readonly own: Pki
  /** By name; `guard` is its own. */
  readonly shown: Readonly<Record<string, Made>>
  readonly clients: readonly ProxyClient[]
  readonly header: string
  readonly gateway: number
  /** A defect that is planted. */
  readonly change?: (configuration: string) => string
}

/** What the bearers of the tests' clients are for. */
export const bearerSettings = { domain: "home", audience: "studio" } as const

/** Starts a guard with the configuration that gatekey writes; it ends with the test. */
export async function startGuard({ own, shown, clients, header, gateway, change }: Settings): Promise<Guarded> {
  const at = folder()
  const port = await freePort()
  const authority = own.authority.certificate
  mkdirSync(join(at, "keys"))
  const texts = [
    [files.certificate, shown.guard?.pem ?? ""],
    [files.authority, authority],
    [files.clients, clientsMap(clients)],
    ...keyFiles(clients),
  ] as const
  for (const [name, text] of texts) writeFileSync(join(at, name), text)
  const listen = { address: "127.0.0.1", port, gateway, digest: "0".repeat(64) }
  const configuration = guardConfiguration({ ...listen, header, clients, bearer: bearerSettings })
  const { log, ask, workers } = await startHaproxy(at, change?.(configuration) ?? configuration)
  return {
    ...{ folder: at, port, log, ask, workers },
    try: ({ as, ...more }) => attempt({ port, authority, ...(as ? { shows: shown[as] as Made } : {}), ...more }),
    remove: async (id) => Promise.all((await workers()).map((worker) => ask(`@!${worker} del map clients.map ${id}`))),
  }
}
