/** Decodes UTF-8, and keeps a byte order mark. Throws if the bytes are not valid. */
export const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
