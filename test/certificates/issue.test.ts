import { execFileSync, spawnSync } from "node:child_process"
import { X509Certificate } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { createAuthority } from "../../certificates/authority.ts"
import type { Identity } from "../../certificates/identity.ts"
import { issue } from "../../certificates/issue.ts"
import { readAuthority, readCertificate } from "../../certificates/read.ts"
import { UserError } from "../../core/errors.ts"
import { folder } from "../support/hosts/machine.ts"

const now = new Date()
const day = 86_400_000
const node: Identity = { name: "tw", generation: 2, role: "node", names: [] }
const authority = await createAuthority("home", now)

/** A request as a host's openssl makes it. */
function request(options: readonly string[] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]): string {
  const key = join(folder(), "key")
  return execFileSync("openssl", ["req", "-new", ...options, "-nodes", "-keyout", key, "-subj", "/CN=whatever"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
}

function openssl(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" })
  return stdout + stderr
}

function saved(pem: string): string {
  const file = join(folder(), "x.pem")
  writeFileSync(file, pem)
  return file
}

const made = async (identity = node, lifetime = 365 * day) =>
  issue(authority, request(), identity, { lifetime, now: new Date() })

describe("a certificate", () => {
  test.each([
    ["sslclient", node],
    ["sslclient", { ...node, role: "client" }],
    ["sslserver", { ...node, role: "guard", names: ["studio.local", "10.0.0.2", "fd00::2"] }],
  ] as const)("is accepted by openssl as %s, strictly, and for nothing else", async (purpose, identity) => {
    const file = saved(await made(identity))
    const verify = (as: string) =>
      openssl("verify", "-x509_strict", "-purpose", as, "-CAfile", saved(authority.certificate), file)
    expect(verify(purpose)).toContain("x.pem: OK")
    const other = purpose === "sslclient" ? "sslserver" : "sslclient"
    expect(verify(other)).toMatch(/unsuitable certificate purpose|unsupported certificate purpose/i)
  })

  test("has the declared name and generation, whatever the request says", async () => {
    const pem = await made()
    expect(openssl("x509", "-in", saved(pem), "-noout", "-subject", "-issuer")).toMatch(
      /subject=CN = tw\.g2\nissuer=CN = gatekey home CA/,
    )
    expect(readCertificate(pem, authority.certificate)).toMatchObject({
      commonName: "tw.g2",
      names: ["URI:spiffe://home/node/tw"],
      usages: ["1.3.6.1.5.5.7.3.2"],
      isIssuedByOurs: true,
    })
  })

  test("is valid from five minutes ago until its lifetime is over", async () => {
    const begun = Date.now()
    const facts = readCertificate(await made(node, 7 * day), authority.certificate)
    expect(Number(facts?.from)).toBeGreaterThan(begun - 5 * 60_000 - 2000)
    expect(Number(facts?.from)).toBeLessThan(begun)
    expect(Math.abs(Number(facts?.until) - begun - 7 * day)).toBeLessThan(60_000)
  })

  test("has a serial number of its own", async () => {
    const serials = await Promise.all([1, 2, 3].map(async () => new X509Certificate(await made()).serialNumber))
    expect(new Set(serials).size).toBe(3)
  })

  test("is not taken for one of another authority of the same name", async () => {
    const other = await createAuthority("home", now)
    expect(readCertificate(await made(), other.certificate)).toMatchObject({ isIssuedByOurs: false })
  })
})

describe("a request is refused", () => {
  const tampered = () => {
    const der = Buffer.from(request().replace(/-----[^\n]*\n?/g, ""), "base64")
    der[der.length - 4] = (der[der.length - 4] ?? 0) ^ 1
    return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`
  }
  test.each<[string, () => string, RegExp]>([
    ["whose signature is not of its key", tampered, /is not signed by its own key|cannot be read/],
    ["with an RSA key", () => request(["-newkey", "rsa:2048"]), /not of P-256/],
    ["with a key of P-384", () => request(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]), /not of P-256/],
    ["that is none", () => "hello", /cannot be read/],
    ["that is empty", () => "", /cannot be read/],
  ])("%s", async (_what, text, reason) => {
    const refused = issue(authority, text(), node, { lifetime: day, now })
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(reason)
  })
})

test("an authority is valid for ten years, and shows no key", async () => {
  const { until } = readAuthority(authority.certificate)
  expect(until.getUTCFullYear()).toBe(now.getUTCFullYear() + 10)
  expect(`${authority.key} ${JSON.stringify(authority)}`).not.toContain("PRIVATE")
  const key = saved(authority.key.reveal())
  const certificate = saved(authority.certificate)
  expect(openssl("pkey", "-in", key, "-pubout")).toBe(openssl("x509", "-in", certificate, "-noout", "-pubkey"))
  expect(readFileSync(certificate, "utf8")).not.toContain("PRIVATE")
})
