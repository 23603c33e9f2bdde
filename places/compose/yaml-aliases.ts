import { type Alias, type Document, isAlias, isCollection, isNode, isPair, type Node, visit } from "yaml"
import { PlaceError } from "../../core/errors.ts"

/** Far more than a Compose file has, far less than what exhausts a machine. */
const mostAliases = 10_000

/**
 * Resolves each alias.
 * @throws PlaceError if one has no anchor, or aliases expand too much
 */
export function resolveAliases(doc: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  visit(doc, {
    Alias(_key, alias) {
      const target = anchors.get(alias.source)
      if (!target) throw new PlaceError("unparsable", "is not usable YAML: an alias has no anchor")
      targets.set(alias, target)
    },
    Node(_key, node) {
      if (!isAlias(node) && node.anchor) anchors.set(node.anchor, node)
    },
  })
  if (targets.size > mostAliases || multiply(doc, targets))
    throw new PlaceError("unparsable", "is not usable YAML: its aliases expand too much")
  return targets
}

/** Checks whether expanded aliases exceed the limit. */
function multiply(doc: Document, targets: ReadonlyMap<Alias, Node>): boolean {
  const uses = new Map<Node, number>()
  for (const target of targets.values()) uses.set(target, (uses.get(target) ?? 0) + 1)
  // The aliases that are put in for a node, by the worst way down; an anchor is complete before its aliases.
  const weights = new Map<Node, number>()
  const waiting: { node: Node; from?: Node; isDone?: boolean }[] = [{ node: doc.contents as Node }]
  const carry = (from: Node | undefined, weight: number) => {
    if (from) weights.set(from, Math.max(weights.get(from) ?? 0, weight))
  }
  for (let step = waiting.pop(); step; step = waiting.pop()) {
    const { node, from, isDone } = step
    if (isAlias(node)) {
      const target = targets.get(node) as Node
      const weight = (uses.get(target) ?? 1) * Math.max(weights.get(target) ?? 0, 1)
      if (weight > mostAliases) return true
      carry(from, weight)
    } else if (isDone || !isCollection(node)) {
      carry(from, weights.get(node) ?? 0)
    } else {
      waiting.push({ node, ...(from ? { from } : {}), isDone: true })
      for (const item of [...node.items].reverse()) {
        const parts = isPair(item) ? [item.value, item.key] : [item]
        for (const part of parts) if (isNode(part)) waiting.push({ node: part, from: node })
      }
    }
  }
  return false
}
