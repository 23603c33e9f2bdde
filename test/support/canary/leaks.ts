/** The ways in which a value could be printed. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString("hex"),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    ...(/^(?:[0-9a-f]{2})+$/.test(value) ? [Buffer.from(value, "hex").toString("base64")] : []),
  ]
  return [...new Set(forms)]
}

/** Where a text holds one of the values, in whatever form; the surroundings without the value. */
export function leaksIn(text: string, values: Iterable<string>): string[] {
  const leaks: string[] = []
  for (const value of values) {
    for (const form of formsOf(value)) {
      const at = text.indexOf(form)
      if (at >= 0) leaks.push(`${text.slice(Math.max(0, at - 80), at)}[LEAKED VALUE]`)
    }
  }
  return leaks
}
