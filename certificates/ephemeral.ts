import { webcrypto } from "node:crypto"
import type { Authority } from "./authority.ts"
import type { Identity } from "./identity.ts"
import { issue } from "./issue.ts"
import { algorithm, PemConverter, Pkcs10CertificateRequestGenerator } from "./x509.ts"

/** A certificate and its key that are in memory only; both PEM. */
export interface EphemeralCertificate {
  readonly certificate: string
  readonly key: string
}

/** As long as a check may take. */
const lifetime = 10 * 60_000

/** Makes a key and its certificate for a check; neither is written anywhere. */
export async function issueEphemeral(
  authority: Authority,
  identity: Omit<Identity, "names">,
  now: Date,
): Promise<EphemeralCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: "CN=check",
    keys,
    signingAlgorithm: algorithm,
  })
  const certificate = await issue(
    authority,
    request.toString("pem"),
    { ...identity, names: [] },
    {
      lifetime,
      now,
    },
  )
  const key = PemConverter.encode(
    await webcrypto.subtle.exportKey("pkcs8", keys.privateKey),
    PemConverter.PrivateKeyTag,
  )
  return { certificate, key }
}
