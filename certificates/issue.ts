import { webcrypto } from "node:crypto"
import { isIP } from "node:net"
import { UserError } from "../core/errors.ts"
import { type Authority, backdated, serialNumber } from "./authority.ts"
import { commonName, type Identity, spiffeId, usages } from "./identity.ts"
import {
  AuthorityKeyIdentifierExtension,
  algorithm,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "./x509.ts"

/**
 * Signs a certificate for the key of a request. Of the request only the key counts: the names are those declared.
 * @param request PEM (PKCS #10)
 * @param lifetime milliseconds
 * @returns PEM
 * @throws UserError if the request is not signed by its own key, or the key is not of P-256
 */
export async function issue(
  authority: Authority,
  request: string,
  identity: Identity,
  { lifetime, now }: { readonly lifetime: number; readonly now: Date },
): Promise<string> {
  const publicKey = await keyIn(request)
  const issuer = new X509Certificate(authority.certificate)
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [commonName(identity)] }],
    issuer: issuer.subject,
    notBefore: backdated(now),
    notAfter: new Date(now.getTime() + lifetime),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: await signingKey(authority),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      // Without it OpenSSL takes a certificate for any use.
      new ExtendedKeyUsageExtension([usages[identity.role]], true),
      new SubjectAlternativeNameExtension([
        { type: "url", value: spiffeId(identity, authority.domain) },
        ...identity.names.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value })),
      ]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return `${certificate.toString("pem")}\n`
}

async function keyIn(request: string) {
  const problem = (what: string) => new UserError(`the host's certificate request ${what}; no certificate was issued`)
  let parsed: Pkcs10CertificateRequest
  try {
    parsed = new Pkcs10CertificateRequest(request)
  } catch {
    throw problem("cannot be read")
  }
  const { name, namedCurve } = parsed.publicKey.algorithm as { name: string; namedCurve?: string }
  if (name !== algorithm.name || namedCurve !== algorithm.namedCurve) throw problem("has a key that is not of P-256")
  if (!(await parsed.verify().catch(() => false))) throw problem("is not signed by its own key")
  return parsed.publicKey
}

function signingKey({ key }: Authority): Promise<webcrypto.CryptoKey> {
  const [bytes] = PemConverter.decode(key.reveal())
  if (!bytes) throw new Error("the state has no key of its authority")
  return webcrypto.subtle.importKey("pkcs8", bytes, algorithm, false, ["sign"])
}
