/** Texts by what they have much of. */
export type Texts = { readonly [name: string]: (n: number) => string | Uint8Array }

export const x = (part: string) => (n: number) => part.repeat(n)
export const nested = (open: string, middle: string, close: string) => (n: number) =>
  open.repeat(n) + middle + close.repeat(n)
export const around =
  (before: string, part: string, after = "") =>
  (n: number) =>
    before + part.repeat(n) + after
export const each =
  (make: (i: number) => string, join = "") =>
  (n: number) =>
    Array.from({ length: n }, (_, i) => make(i)).join(join)

export const O = "OPENCLAW_GATEWAY_TOKEN"
