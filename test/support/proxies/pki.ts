import { webcrypto } from "node:crypto"
import { type Authority, createAuthority } from "../../../certificates/authority.ts"
import type { Identity } from "../../../certificates/identity.ts"
import { issue } from "../../../certificates/issue.ts"
import { algorithm, PemConverter, Pkcs10CertificateRequestGenerator } from "../../../certificates/x509.ts"

const day = 86_400_000

export interface Made {
  readonly key: string
  readonly certificate: string
  /** Both, as a proxy's file has them. */
  readonly pem: string
}

export interface Pki {
  readonly authority: Authority
  /** @param begun when it was issued, in days from now */
  make(identity: Partial<Identity>, begun?: number, lifetime?: number): Promise<Made>
}

/** An authority, and whatever it signs. */
export async function pki(domain = "home"): Promise<Pki> {
  return pkiOf(await createAuthority(domain, new Date(Date.now() - 1000 * day)))
}

/** Whatever an authority signs. */
export function pkiOf(authority: Authority): Pki {
  const make: Pki["make"] = async (identity, begun = 0, lifetime = 30) => {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
    const request = await Pkcs10CertificateRequestGenerator.create({
      name: "CN=any",
      keys,
      signingAlgorithm: algorithm,
    })
    const whole: Identity = { name: "tw", generation: 1, role: "node", names: [], ...identity }
    const certificate = await issue(authority, request.toString("pem"), whole, {
      lifetime: lifetime * day,
      now: new Date(Date.now() + begun * day),
    })
    const bytes = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)
    const key = `${PemConverter.encode(bytes, PemConverter.PrivateKeyTag)}\n`
    return { key, certificate, pem: key + certificate }
  }
  return { authority, make }
}
