import type { FileSnapshot } from "../../hosts/host.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import type { File } from "../files/home-snapshot.ts"
import type { NodeStore } from "./member.ts"

/** The record of each product at every start of its node: a row of its database, or a file. */
const storePatterns: { readonly [name in ProductName]: { readonly file: RegExp; readonly text: RegExp } } = {
  openclaw: { file: /\/state\/openclaw\.sqlite(?:-wal)?$/, text: /nodeHost\.config\{[^\0\n]{0,4000}/g },
  clawdbot: { file: /\/node\.json$/, text: /^\s*\{[\s\S]{0,4000}/g },
}

/** Reads from the products' stores whether a node ever ran here, and its last URL. */
export function nodesIn(
  files: readonly File[],
  looks: ReadonlyMap<string, FileSnapshot>,
): ReadonlyMap<ProductName, NodeStore> {
  return new Map(
    productNames.flatMap((product) => {
      const { file, text } = storePatterns[product]
      const found = files.flatMap(({ kind, path, product: of }) => {
        const look = looks.get(path)
        if (kind !== "device store" || of !== product || !file.test(path) || look?.kind !== "file") return []
        return Buffer.from(look.bytes).toString("latin1").match(text) ?? []
      })
      const last = found.at(-1)
      return last === undefined ? [] : [[product, storeIn(last)] as const]
    }),
  )
}

/** Reads a node's last URL from its store; undefined if it never ran. */
export function urlInStore(product: ProductName, text: string): string | undefined {
  const last = text.match(storePatterns[product].text)?.at(-1)
  return last === undefined ? undefined : storeIn(last).url
}

function storeIn(text: string): NodeStore {
  const gateway = /"gateway"\s*:\s*\{([^{}]*)/.exec(text)?.[1] ?? ""
  const host = /"host"\s*:\s*"([^"\\]+)"/.exec(gateway)?.[1]
  const port = /"port"\s*:\s*(\d+)/.exec(gateway)?.[1]
  const scheme = /"tls"\s*:\s*true/.test(gateway) ? "wss" : "ws"
  return host === undefined || port === undefined ? {} : { url: `${scheme}://${host}:${port}` }
}
