/** Parses the first column of `ls -l`, such as `-rw-r-----`, to permission bits. */
export function modeOf(text: string): number {
  const bits = [...text.slice(1, 10)].map((letter) => (letter === "-" || letter === "S" || letter === "T" ? "0" : "1"))
  return Number.parseInt(bits.join("") || "0", 2)
}
