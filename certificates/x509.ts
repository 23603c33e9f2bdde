// The library's decorators need it, before all else.
import "reflect-metadata"
import { cryptoProvider } from "@peculiar/x509"

cryptoProvider.set(crypto)

export {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509"

/** ECDSA on P-256 with SHA-256: what every OpenSSL, LibreSSL and HAProxy in use knows. */
export const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const
