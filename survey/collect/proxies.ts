import { type CertificateFacts, readCertificate } from "../../certificates/read.ts"
import { shellScript } from "../../core/shell.ts"
import { hostOf } from "../../hosts/index.ts"
import { parseCertificateFile } from "../../probes/certificates/parse.ts"
import { certificateScript } from "../../probes/certificates/script.ts"
import type { CertificateSnapshot } from "../../probes/certificates/snapshot.ts"
import { parseProxy } from "../../probes/proxies/parse.ts"
import { proxyScript } from "../../probes/proxies/script.ts"
import type { ProxySnapshot } from "../../probes/proxies/snapshot.ts"
import { prelude } from "../../probes/services/script.ts"
import { files, mark } from "../../proxies/guard.ts"
import { type GuardFacts, type ProxyFacts, parseConfiguration, type SidecarFacts } from "../../proxies/parse.ts"
import { runProbe, runScript } from "./run-probe.ts"

/** A guard or a sidecar that gatekey made in a home. */
export interface OwnProxy {
  /** Absolute. */
  readonly folder: string
  /** Of its configuration; absent if that is not as gatekey writes it, or cannot be read. */
  readonly facts?: ProxyFacts
  /** The permission bits of its configuration. */
  readonly mode: number
  /** What is in the file of its key and certificate. */
  readonly certificate: CertificateSnapshot
  /** What its certificate says; absent if there is none. */
  readonly validity?: CertificateFacts
  /** The authorities that it trusts, PEM. */
  readonly authority?: string
  readonly process: ProxySnapshot
}

export interface OwnGuard extends OwnProxy {
  readonly facts: GuardFacts
}

export interface OwnSidecar extends OwnProxy {
  readonly facts: SidecarFacts
}

/** A process of a program that is usually a proxy; which ports it forwards to is not known. */
interface ProxyProcess {
  readonly pid: number
  readonly program: string
}

export interface Proxies {
  readonly own: readonly OwnProxy[]
  /** Those that gatekey did not make. */
  readonly others: readonly ProxyProcess[]
}

const look = shellScript("look-proxies.sh", import.meta.url)

/** Finds the proxies of a home; no key leaves the host. @param home absolute @throws Unreachable, and UserError */
export async function proxiesIn(host: string, home: string): Promise<Proxies> {
  const answer = await runProbe(host, { script: `${prelude}${look}`, args: [home, mark] })
  const own = await Promise.all(answer.all("own").map((folder) => inspect(host, folder)))
  const folders = new Set(own.map(({ folder }) => folder))
  const others = answer.all("proxy").flatMap((line): ProxyProcess[] => {
    const [, pid, program = "", folder = ""] = /^(\d+) (\S+) ?(.*)$/.exec(line) ?? []
    return folders.has(folder) || pid === undefined ? [] : [{ pid: Number(pid), program }]
  })
  return { own, others: firstOfEach(others) }
}

/** A master and its workers are one. */
function firstOfEach(processes: readonly ProxyProcess[]): ProxyProcess[] {
  return processes.filter(({ program }, at) => at === processes.findIndex((each) => each.program === program))
}

async function inspect(host: string, folder: string): Promise<OwnProxy> {
  const [configuration, trusted, certificate, process] = await Promise.all([
    hostOf(host).readFirstSnapshot(`${folder}/${files.configuration}`),
    hostOf(host).readFirstSnapshot(`${folder}/${files.authority}`),
    runScript(host, certificateScript(`${folder}/${files.certificate}`), parseCertificateFile),
    runScript(host, proxyScript(folder), parseProxy),
  ])
  const isFile = configuration.kind === "file"
  const facts = isFile ? parseConfiguration(Buffer.from(configuration.bytes).toString("utf8")) : undefined
  const authority = trusted.kind === "file" ? Buffer.from(trusted.bytes).toString("utf8") : undefined
  const validity = certificate.kind === "file" ? validityOf(certificate.certificate, authority) : undefined
  return {
    folder,
    mode: isFile ? configuration.mode : 0,
    ...(facts ? { facts } : {}),
    certificate,
    ...(validity ? { validity } : {}),
    ...(authority ? { authority } : {}),
    process,
  }
}

/** Reads a certificate, by the one of the authorities that signed it. */
function validityOf(pem: string | undefined, authorities: string | undefined): CertificateFacts | undefined {
  if (pem === undefined) return undefined
  const each = authorities?.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  const read = [...each, pem].flatMap((authority) => readCertificate(pem, authority) ?? [])
  return read.find(({ isIssuedByOurs }) => isIssuedByOurs) ?? read[0]
}
