/** What is in the file of a client's private key. The key itself never leaves its host. */
export type KeySnapshot =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "file"
      /** Permission bits. */
      readonly mode: number
      readonly isOwn: boolean
      /** Whose key its first line says it is, `laptop.g1`; absent if gatekey did not make it. */
      readonly id?: string
      /** PEM; absent if the file has no key. */
      readonly publicKey?: string
      readonly hasOpenssl: boolean
    }
