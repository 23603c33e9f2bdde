/** Decodes bytes that are UTF-8, and keeps a mark at their beginning. Throws for others. */
export const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
