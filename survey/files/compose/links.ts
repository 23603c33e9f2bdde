import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml"
import { allPairs, follow, keyOf, pairOf, rangeOf, type Yaml } from "../../../places/compose/yaml-document.ts"

/** A file that a Compose file names, as it is written there. */
export interface Link {
  readonly path: string
  readonly as: "compose" | "variables" | "raw variables" | "secret"
  /** The key that names it, such as `services.gw.env_file`. */
  readonly by: string
  /** The offset in the text. */
  readonly at: number
}

const ownNames = /openclaw|clawdbot|moltbot|gateway|token/i

/** Lists the files of variables, services and secrets that a document names. */
export function linksIn(yaml: Yaml): Link[] {
  const root = yaml.doc.contents as Node | null
  if (!isMap(root)) return []
  const services = children(yaml, get(yaml, root, "services"))
  return [
    ...services.flatMap(([name, service]) => [
      ...envFiles(yaml, get(yaml, service, "env_file"), `services.${name}.env_file`),
      ...texts(yaml, get(yaml, get(yaml, service, "extends"), "file"), "compose", `services.${name}.extends`),
    ]),
    ...items(yaml, get(yaml, root, "include")).flatMap((item) => [
      ...texts(yaml, isMap(item) ? get(yaml, item, "path") : item, "compose", "include"),
      ...envFiles(yaml, get(yaml, item, "env_file"), "include.env_file"),
    ]),
    ...(["secrets", "configs"] as const).flatMap((section) => {
      const used = secretsInUse(yaml, services, section)
      return children(yaml, get(yaml, root, section)).flatMap(([name, entry]) => {
        const files = texts(yaml, get(yaml, entry, "file"), "secret", `${section}.${name}`)
        return files.filter(({ path }) => ownNames.test(name) || ownNames.test(path) || used.has(name))
      })
    }),
  ]
}

/** Lists the inline secrets and configs, also from a variable; unrelated secrets are skipped. */
export function inlineSecretsIn(
  yaml: Yaml,
): { name: string; key: "content" | "environment"; text: string; at: number }[] {
  const root = yaml.doc.contents as Node | null
  const services = children(yaml, get(yaml, root, "services"))
  return (["secrets", "configs"] as const).flatMap((section) => {
    const used = secretsInUse(yaml, services, section)
    return children(yaml, get(yaml, root, section)).flatMap(([name, entry]) =>
      (["content", "environment"] as const).flatMap((key) =>
        texts(yaml, get(yaml, entry, key), "secret", "")
          .filter(({ path }) => ownNames.test(name) || ownNames.test(path) || used.has(name))
          .map(({ path, at }) => ({ name: `${section}.${name}`, key, text: path, at })),
      ),
    )
  })
}

/** Returns the secrets or configs of services that name a product. */
function secretsInUse(yaml: Yaml, services: readonly (readonly [string, Node | null])[], section: string): Set<string> {
  const products = services.filter(
    ([called, service]) => ownNames.test(called) || ownNames.test(textOf(get(yaml, service, "image")) ?? ""),
  )
  const used = products.flatMap(([, service]) =>
    items(yaml, get(yaml, service, section)).map((item) => textOf(isMap(item) ? get(yaml, item, "source") : item)),
  )
  return new Set(used.flatMap((name) => name ?? []))
}

function envFiles(yaml: Yaml, node: Node | null, by: string): Link[] {
  return items(yaml, node).flatMap((item) => {
    if (!isMap(item)) return texts(yaml, item, "variables", by)
    const isRaw = textOf(get(yaml, item, "format")) === "raw"
    return texts(yaml, get(yaml, item, "path"), isRaw ? "raw variables" : "variables", by)
  })
}

function texts(yaml: Yaml, node: Node | null, as: Link["as"], by: string): Link[] {
  return items(yaml, node).flatMap((item) => {
    const path = textOf(item)
    return path ? [{ path, as, by, at: rangeOf(item)[0] }] : []
  })
}

function textOf(node: Node | null): string | undefined {
  return isScalar(node) && node.value !== null ? String(node.value) : undefined
}

/** Returns one node, or those of a list. */
function items(yaml: Yaml, node: Node | null): Node[] {
  const all = isSeq(node) ? (node.items as Node[]) : [node]
  return all.flatMap((each) => follow(yaml, each).node ?? [])
}

function get(yaml: Yaml, node: Node | null, key: string): Node | null {
  const pair = isMap(node) ? pairOf(yaml, node, false, key) : undefined
  return pair ? follow(yaml, pair.node.value).node : null
}

function children(yaml: Yaml, node: Node | null): (readonly [string, Node | null])[] {
  return isMap(node) ? pairs(yaml, node) : []
}

function pairs(yaml: Yaml, node: YAMLMap): (readonly [string, Node | null])[] {
  return allPairs(yaml, node, false).map(({ node: pair }) => [keyOf(pair) ?? "", follow(yaml, pair.value).node])
}
