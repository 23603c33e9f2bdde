/** Checks whether only the host itself can connect to an address, such as `127.0.0.1` or `::1`. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^\[(.*)\]$/, "$1").replace(/^::ffff:(?=\d+\.)/i, "")
  return /^127(?:\.\d{1,3}){3}$/.test(bare) || bare === "::1" || bare === "localhost"
}

/** Every address of the machine, `*` in lsof. */
export const anyAddress = "any address"

/** Checks for an address in place of a name. */
export function isAddress(text: string): boolean {
  return /^[\d.]+$|:/.test(text)
}
