/** A certificate of an Authority, as its Read of this run found it. */
export interface SeenCertificate {
  /** Of its resource. */
  readonly name: string
  readonly role: string
  /** The generation of the authority that issued it; undefined if there is no certificate of the stack. */
  readonly issuer?: number
  readonly digest?: string
  /** Why it is not known. */
  readonly problem?: string
}

/** An HAProxy that verifies by an Authority, as its Read of this run found it. */
export interface SeenProxy {
  /** Of its resource. */
  readonly name: string
  readonly kind: "guard" | "sidecar"
  /** The generations of the authorities that it trusts. */
  readonly trusts: readonly number[]
  /** Of the certificate that it runs with; undefined if it shows none. */
  readonly digest?: string
  /** Why it is not known, or that it is not as its state says. */
  readonly problem?: string
}

/** What the Reads of a run found of the certificates and proxies of an Authority, by their ids (`HOST|PATH`). */
export interface Observed {
  readonly certificates: ReadonlyMap<string, SeenCertificate>
  readonly proxies: ReadonlyMap<string, SeenProxy>
}
