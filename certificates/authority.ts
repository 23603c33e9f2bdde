import { randomBytes, webcrypto } from "node:crypto"
import { Secret } from "../core/secret.ts"
import {
  algorithm,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "./x509.ts"

/** A certificate authority: who has its key can make any certificate of the stack. */
export interface Authority {
  /** PEM. */
  readonly certificate: string
  /** PKCS #8, PEM. */
  readonly key: Secret
  /** The trust domain of its certificates' names, such as `home`. */
  readonly domain: string
}

const years = 10

/**
 * Makes a key and a certificate that is its own issuer, valid for ten years.
 * @param generation is part of its name, so that two of one stack differ
 */
export async function createAuthority(domain: string, now: Date, generation = 1): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
  const until = new Date(now)
  until.setUTCFullYear(now.getUTCFullYear() + years)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`gatekey ${domain} CA g${generation}`] }],
    notBefore: backdated(now),
    notAfter: until,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: new Secret(`${PemConverter.encode(key, PemConverter.PrivateKeyTag)}\n`),
    domain,
  }
}

/** A positive integer of 127 bits, as hex digits: RFC 5280 allows 20 bytes. */
export function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString("hex")
}

/** Five minutes before: clocks differ. */
export function backdated(now: Date): Date {
  return new Date(now.getTime() - 5 * 60_000)
}
