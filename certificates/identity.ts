/** What a certificate is for: `node` and `client` show it to a guard, which shows its own. */
export const roles = ["node", "client", "guard"] as const
export type Role = (typeof roles)[number]

/** Who a certificate is for, as it is declared. */
export interface Identity {
  readonly name: string
  /** Raised to make every earlier certificate of that name worthless. */
  readonly generation: number
  readonly role: Role
  /** DNS names and addresses by which a guard is reached. */
  readonly names: readonly string[]
}

/** The common name: the name and its generation, `tw.g1`. */
export function commonName({ name, generation }: Pick<Identity, "name" | "generation">): string {
  return `${name}.g${generation}`
}

/** The name as a SPIFFE ID, by which other software can take a guard's place. */
export function spiffeId({ name, role }: Pick<Identity, "name" | "role">, domain: string): string {
  return `spiffe://${domain}/${role}/${name}`
}

/** Object identifiers of the extended key usages. */
export const usages: { readonly [role in Role]: string } = {
  node: "1.3.6.1.5.5.7.3.2",
  client: "1.3.6.1.5.5.7.3.2",
  guard: "1.3.6.1.5.5.7.3.1",
}
