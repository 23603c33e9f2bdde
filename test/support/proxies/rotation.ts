import { readFileSync } from "node:fs"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { WebSocket } from "ws"
import { type AuthorityStep, issuerOf, planOf } from "../../../core/authority-phase.ts"
import { type Managed, managed } from "../engine/managed.ts"
import type { Plugin } from "../engine/plugin.ts"
import { type Raw, unknown } from "../engine/wire.ts"
import { folder } from "../hosts/machine.ts"
import { freePort } from "../products/listener.ts"
import { attempt } from "./attempt.ts"
import { startEcho } from "./echo.ts"
import { startHaproxy } from "./haproxy.ts"
import type { Made } from "./pki.ts"

/** A guard, a sidecar, and a client without one, of one authority; every proxy runs. */
export interface RotationSite {
  readonly authority: Managed
  readonly guard: Managed
  readonly sidecar: Managed
  /** Of the node, beside its sidecar. */
  readonly certificate: Managed
  readonly home: string
  readonly guardPort: number
  readonly sidecarPort: number
  /** What `pulumi up` does: all Reads, the authority, and what depends on it in this order. */
  step(to: AuthorityStep, order?: readonly Part[]): Promise<void>
  /** What a preview says of the authority. @throws when it is refused */
  preview(to: AuthorityStep): Promise<string>
  /** The key and certificate in a file of the site. */
  shown(file: "tw" | "laptop"): Made
  /** The certificates that the state's authority has now. */
  ca(): string
}

export type Part = "guard" | "tw" | "laptop"
const names = { studio: "guard", tw: "node", laptop: "client" } as const

/** @param forget makes the authority's state one of before there were generations */
export async function rotationSite(plugin: Plugin, forget = false): Promise<RotationSite> {
  const home = folder()
  const suffix = home.split("/").at(-1)
  const of = (type: "Authority" | "Certificate" | "Haproxy", name: string) => managed(plugin, type, `${name} ${suffix}`)
  const [echo, guardPort, sidecarPort] = [await startEcho(), await freePort(), await freePort()]
  const authority = of("Authority", "home")
  const certificates = {
    studio: of("Certificate", "studio"),
    tw: of("Certificate", "tw"),
    laptop: of("Certificate", "laptop"),
  }
  const [guard, sidecar] = [of("Haproxy", "guard"), of("Haproxy", "sidecar")]
  const folders = { studio: join(home, "guard"), tw: join(home, "sidecar"), laptop: join(home, "laptop") }

  const signed = (): Raw => ({ authority: authority.state?.id ?? unknown, host: "local" })
  const upCertificate = (name: keyof typeof names, to: AuthorityStep) => {
    const own: Raw = { name, role: names[name], ...(name === "studio" ? { names: ["studio.test"] } : {}) }
    const path = join(folders[name], "own.pem")
    return certificates[name].up({ ...signed(), path, ...own, issuer: issuerOf(planOf(to), names[name]) })
  }
  const upProxy = (proxy: Managed, name: "studio" | "tw", to: AuthorityStep, more: Raw) => {
    const digest = certificates[name].state?.outputs.digest ?? unknown
    return proxy.up({ ...signed(), folder: folders[name], digest, trusts: [...planOf(to).trusted], ...more })
  }
  const guarded = { address: "127.0.0.1", port: guardPort, gateway: echo.port }
  const clients = [{ name: "tw" }, { name: "laptop", role: "client" }]
  const way = { port: sidecarPort, guard: "127.0.0.1", guardPort, guardName: "studio.test" }
  const parts = {
    guard: async (to: AuthorityStep) => {
      await upCertificate("studio", to)
      await upProxy(guard, "studio", to, { guard: guarded, header: 1, clients })
    },
    tw: async (to: AuthorityStep) => {
      await upCertificate("tw", to)
      await upProxy(sidecar, "tw", to, { sidecar: way })
    },
    laptop: async (to: AuthorityStep) => {
      await upCertificate("laptop", to)
    },
  }
  const refresh = async () => {
    for (const each of [authority, ...Object.values(certificates), guard, sidecar]) await each.refresh()
  }
  const declared = ({ generation, phase }: AuthorityStep): Raw => ({
    domain: "home",
    generation,
    ...(phase ? { phase } : {}),
  })
  const step: RotationSite["step"] = async (to, order = ["guard", "tw", "laptop"]) => {
    await refresh()
    await authority.up(declared(to))
    for (const each of order) await parts[each](to)
  }

  await authority.up({ domain: "home" })
  if (forget) {
    forgetGenerations(authority)
    await authority.refresh()
  }
  for (const each of ["guard", "tw", "laptop"] as const) await parts[each]({ generation: 1 })
  if (forget) for (const each of [...Object.values(certificates), guard, sidecar]) forgetGenerations(each)
  await startHaproxy(folders.studio)
  await startHaproxy(folders.tw)
  return {
    ...{ authority, guard, sidecar, certificate: certificates.tw, home, guardPort, sidecarPort, step },
    async preview(to) {
      await refresh()
      const before = plugin.messages.length
      await authority.preview(declared(to))
      const own = plugin.messages.slice(before).filter(({ urn }) => urn === authority.urn)
      return own.map(({ text }) => text).join("\n")
    },
    shown(file) {
      const pem = readFileSync(join(folders[file], "own.pem"), "utf8")
      const start = pem.indexOf("-----BEGIN CERTIFICATE-----")
      return { key: pem.slice(0, start), certificate: pem.slice(start), pem }
    },
    ca: () => String(authority.state?.outputs.certificate),
  }
}

/** Makes a state one of before there were generations of an authority. */
function forgetGenerations(one: Managed): void {
  const earlier = (all: Raw): Raw => {
    const { seed, trusts, issuer, ...rest } = all
    return rest
  }
  if (one.state) one.state = { ...one.state, inputs: earlier(one.state.inputs), outputs: earlier(one.state.outputs) }
}

/** Connects again and again, as the node by its sidecar and as the client by its certificate, until it is asked for the result. */
export function connectContinuously(site: RotationSite): () => Promise<{ connects: number; refused: string[] }> {
  let isOver = false
  let connects = 0
  const refused: string[] = []
  const note = (problem: string | undefined) => (problem === undefined ? connects++ : refused.push(problem))
  const run = async (connect: () => Promise<string | undefined>) => {
    while (!isOver) note(await connect())
  }
  const byCertificate = async () => {
    const { guardPort: port } = site
    const { status, error } = await attempt({ port, authority: site.ca(), shows: site.shown("laptop") })
    return status === 101 ? undefined : `laptop: ${error ?? status}`
  }
  const done = Promise.all([run(() => openBySidecar(site).then(close, String)), run(byCertificate)])
  onTestFinished(() => {
    isOver = true
  })
  return async () => {
    isOver = true
    await done
    return { connects, refused }
  }
}

function close(socket: WebSocket): undefined {
  socket.terminate()
}

/** Opens a WebSocket by the sidecar. */
export async function openBySidecar({ sidecarPort }: Pick<RotationSite, "sidecarPort">): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${sidecarPort}`)
  await new Promise((resolve, reject) => {
    socket.once("message", resolve)
    socket.once("error", reject)
  })
  return socket
}
