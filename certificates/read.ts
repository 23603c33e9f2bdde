import { X509Certificate } from "node:crypto"

/** What a certificate says, and whether its issuer signed it. */
export interface CertificateFacts {
  readonly commonName: string
  /** `DNS:studio.local`, `IP Address:10.0.0.2`, `URI:spiffe://home/node/tw`, in the certificate's order. */
  readonly names: readonly string[]
  /** Object identifiers of the extended key usages. */
  readonly usages: readonly string[]
  readonly from: Date
  readonly until: Date
  /** SHA-256 of the certificate, in lower-case hex. */
  readonly digest: string
  readonly isIssuedByOurs: boolean
}

/**
 * Reads a certificate.
 * @param pem may have other blocks before and after it
 * @param authority PEM
 * @returns undefined if it is not a certificate
 */
export function readCertificate(pem: string, authority: string): CertificateFacts | undefined {
  const certificate = parsed(pem)
  const issuer = parsed(authority)
  if (!certificate || !issuer) return undefined
  return {
    commonName: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? "",
    names: certificate.subjectAltName?.split(", ") ?? [],
    usages: certificate.keyUsage ?? [],
    from: new Date(certificate.validFrom),
    until: new Date(certificate.validTo),
    digest: digestOf(certificate),
    isIssuedByOurs: certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey),
  }
}

/** Tells when an authority's certificate ends, and its digest. @throws Error if it is not a certificate */
export function readAuthority(pem: string): { readonly digest: string; readonly until: Date } {
  const certificate = parsed(pem)
  if (!certificate) throw new Error("the state's authority has no certificate")
  return { digest: digestOf(certificate), until: new Date(certificate.validTo) }
}

function digestOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(":", "").toLowerCase()
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}
