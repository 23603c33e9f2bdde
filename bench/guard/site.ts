import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type AuthorityStep, issuerOf, planOf } from "../../core/authority-phase.ts"
import type { ProxyClient } from "../../proxies/client.ts"
import { files } from "../../proxies/guard.ts"
import { type Managed, managed, type Step } from "../../test/support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../test/support/engine/plugin.ts"
import { type Raw, unknown } from "../../test/support/engine/wire.ts"
import { whenFinished } from "../../test/support/finished.ts"
import { folder } from "../../test/support/hosts/machine.ts"
import { freePort } from "../../test/support/products/listener.ts"
import type { Made } from "../../test/support/proxies/pki.ts"

/** A guard and its sidecars, made by gatekey's own provider; what runs them is the bench's. */
export interface Site {
  readonly plugin: Plugin
  readonly authority: Managed
  /** The resources of the guard, and its folder. */
  readonly guard: Signed & { readonly configuration: Managed }
  readonly port: number
  /** Makes a resource of the provider. */
  fresh(type: Parameters<typeof managed>[1]): Managed
  /** What all signed resources have. */
  signed(): Raw
  /** The inputs of the guard's configuration. */
  inputs(clients: readonly Raw[]): Raw
  /** Lets these clients in, and no others. */
  up(clients: readonly Raw[]): Promise<void>
  /** Has an `up` take the authority to a step of its rotation, and all that depends on it. */
  rotate(to: AuthorityStep): Promise<void>
  /** A certificate that the provider makes. */
  shows(client: Pick<ProxyClient, "name"> & Partial<ProxyClient>): Promise<Made>
  /** A sidecar's folder and port. */
  sidecar(name: string): Promise<Sidecar>
  ca(): string
  /** The name of the header between guard and gateway. */
  header(): string
}

/** A folder with a key and certificate. */
interface Signed {
  readonly folder: string
  readonly certificate: Managed
  /** What an `up` does with its certificate. */
  renew(): Promise<Step>
}

export interface Sidecar extends Signed {
  readonly port: number
  readonly configuration: Managed
  /** Has it load the certificate that it has now. */
  up(): Promise<void>
}

let resources = 0

/** By which its clients reach the guard. */
export const guardNames: readonly string[] = ["studio.test", "127.0.0.1"]

/** @param gateway its port @param audience of clients that send bearers */
export async function openSite(gateway: number, audience?: string): Promise<Site> {
  const home = folder()
  const plugin = await startPlugin()
  whenFinished(() => plugin.stop())
  const fresh: Site["fresh"] = (type) => managed(plugin, type, `${type} ${++resources}`)
  const authority = fresh("Authority")
  await authority.up({ domain: "home" })
  let [step, listed]: [AuthorityStep, readonly Raw[]] = [{ generation: 1 }, []]
  const sidecars: Sidecar[] = []
  const signed = () => ({ authority: authority.state?.id ?? unknown, host: "local" })
  const issuedTo = (role: string) => ({ ...signed(), issuer: issuerOf(planOf(step), role) })
  const trusting = () => ({ ...signed(), trusts: [...planOf(step).trusted] })
  const at = join(home, "guard")
  mkdirSync(at)
  const certificate = fresh("Certificate")
  const own = { path: join(at, files.certificate), name: "studio", role: "guard", names: [...guardNames] }
  const renew = () => certificate.up({ ...issuedTo("guard"), ...own })
  await renew()
  const port = await freePort()
  const configuration = fresh("Haproxy")
  const digestOf = ({ state }: Managed) => state?.outputs.digest ?? unknown
  const inputs = (clients: readonly Raw[]): Raw => ({
    ...{ ...trusting(), folder: at, digest: digestOf(certificate), header: 1, clients: [...clients] },
    guard: { address: "127.0.0.1", port, gateway, ...(audience === undefined ? {} : { audience }) },
  })
  return {
    ...{ plugin, authority, port, fresh, signed, inputs },
    guard: { folder: at, certificate, configuration, renew },
    async up(clients) {
      listed = clients
      await configuration.up(inputs(clients))
    },
    async rotate(to) {
      const parts = [{ certificate, configuration }, ...sidecars].flatMap((each) => [
        each.certificate,
        each.configuration,
      ])
      for (const each of [authority, ...parts]) await each.refresh()
      step = to
      const { generation, phase } = to
      await authority.up({ domain: "home", generation, ...(phase === undefined ? {} : { phase }) })
      await renew()
      await configuration.up(inputs(listed))
      for (const sidecar of sidecars) {
        await sidecar.renew()
        await sidecar.up()
      }
    },
    async shows({ name, generation = 1, role = "node" }) {
      const path = join(home, `${name}.${generation}.pem`)
      if (!existsSync(path)) await fresh("Certificate").up({ ...signed(), path, name, generation, role })
      const pem = readFileSync(path, "utf8")
      const start = pem.indexOf("-----BEGIN CERTIFICATE-----")
      return { key: pem.slice(0, start), certificate: pem.slice(start), pem }
    },
    async sidecar(name) {
      const [folder, own] = [join(home, `${name}-sidecar`), await freePort()]
      mkdirSync(folder)
      const [certificate, configuration] = [fresh("Certificate"), fresh("Haproxy")]
      const renew = () => certificate.up({ ...issuedTo("node"), path: join(folder, files.certificate), name })
      await renew()
      const to = { port: own, guard: "127.0.0.1", guardPort: port, guardName: "studio.test" }
      const up = async () =>
        void (await configuration.up({ ...trusting(), folder, digest: digestOf(certificate), sidecar: to }))
      await up()
      const made = { folder, port: own, certificate, configuration, renew, up }
      sidecars.push(made)
      return made
    },
    ca: () => String(authority.state?.outputs.certificate),
    header: () => /set-header (x-gk-\w+) /.exec(readFileSync(join(at, files.configuration), "utf8"))?.[1] ?? "none",
  }
}
