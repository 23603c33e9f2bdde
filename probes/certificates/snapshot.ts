/** What is in the file of a private key and its certificate. The key itself never leaves its host. */
export type CertificateSnapshot =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "file"
      /** Permission bits. */
      readonly mode: number
      readonly isOwn: boolean
      /** Whether the file has a key, and it is the certificate's; unknown if the host has no openssl. */
      readonly key: "match" | "other" | "none" | "unknown"
      /** PEM; absent if there is none in the file. */
      readonly certificate?: string
    }
