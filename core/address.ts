/** Whether only the host itself can reach what listens on an address, such as `127.0.0.1` or `::1`. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^\[(.*)\]$/, "$1").replace(/^::ffff:(?=\d+\.)/i, "")
  return /^127(?:\.\d{1,3}){3}$/.test(plain) || plain === "::1" || plain === "localhost"
}

/** What lsof calls `*`: every address of the machine. */
export const anyAddress = "any address"
