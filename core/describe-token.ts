import { shown } from "./escape.ts"
import type { Finding } from "./finding.ts"
import { computeFingerprint, type Recognised, type Ring, recognise, recogniseFingerprint } from "./ring.ts"
import { isPublicDefault } from "./strength.ts"

/** Describes a token by its value. */
export function describeValue(value: string, ring: Ring | undefined): Finding {
  const known = ring && recognise(ring, value)
  if (ring && known) return describeRecognised(known, computeFingerprint(ring.key, value))
  if (isPublicDefault(value)) return { code: "default", message: `the public default ${shown(value)}` }
  const mark = ring ? ` (${computeFingerprint(ring.key, value)})` : ""
  return { code: "foreign", message: `another token${mark}` }
}

/** Describes a token by its fingerprint. */
export function describeFingerprint(fingerprintText: string, ring: Ring | undefined): string {
  const known = ring && recogniseFingerprint(ring, fingerprintText)
  return known ? describeRecognised(known, fingerprintText).message : `another token (${fingerprintText})`
}

function describeRecognised(known: Recognised, fingerprintText: string): Finding {
  if (known.role === "next") return { code: "next", message: `the next token (${fingerprintText}), not in force yet` }
  const name = `generation ${known.generation}`
  if (known.role === "current") return { code: "current", message: `${name} (${fingerprintText})` }
  if (known.role === "previous")
    return { code: "previous", message: `${name}, the previous token (${fingerprintText})` }
  return {
    code: "older",
    message: `${name}, ${known.role === "older" ? "an older" : "a newer"} token (${fingerprintText})`,
  }
}
