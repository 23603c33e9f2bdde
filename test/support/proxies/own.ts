import { join } from "node:path"
import { clientsMap, type ProxyClient } from "../../../proxies/client.ts"
import { files, guardConfiguration } from "../../../proxies/guard.ts"
import { sidecarConfiguration } from "../../../proxies/sidecar.ts"
import { lay } from "../tree.ts"
import type { Made } from "./pki.ts"

/** Where gatekey keeps a proxy of that name. */
export function proxyFolder(home: string, name: string): string {
  return join(home, ".local/state/gatekey", name)
}

/** Lays the files of a proxy in a home, as gatekey does. @returns its folder */
export function layProxy(home: string, name: string, configuration: string, own: Made, authority: string): string {
  const folder = proxyFolder(home, name)
  lay(folder, {
    [files.configuration]: configuration,
    [files.certificate]: own.pem,
    [files.authority]: authority,
    [files.clients]: "",
  })
  return folder
}

export function layGuard(
  home: string,
  {
    own,
    authority,
    ...settings
  }: Pick<Parameters<typeof guardConfiguration>[0], "port" | "gateway" | "header"> & {
    readonly clients: readonly ProxyClient[]
    readonly own: Made
    readonly authority: string
  },
): string {
  const configuration = guardConfiguration({ address: "127.0.0.1", digest: "0", ...settings })
  const folder = layProxy(home, "studio-guard", configuration, own, authority)
  lay(folder, { [files.clients]: clientsMap(settings.clients) })
  return folder
}

/** @param port its own, and that of its guard on this machine */
export function laySidecar(home: string, own: Made, authority: string, port: number, guard: number): string {
  const to = { address: "127.0.0.1", port: guard, name: "studio.test" }
  return layProxy(
    home,
    "tw-sidecar",
    sidecarConfiguration({ port, guard: to, digest: "0", auth: "mtls" }),
    own,
    authority,
  )
}
