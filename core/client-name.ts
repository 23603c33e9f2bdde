/** Explains why a name cannot be a guard's or a client's: part of a common name, a SPIFFE ID and a token; undefined if it can. */
export function nameProblem(name: string): string | undefined {
  return /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(name)
    ? undefined
    : "must be 1 to 32 lower-case letters, digits and hyphens, such as tw"
}
