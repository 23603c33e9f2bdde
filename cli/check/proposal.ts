import { isDeepStrictEqual } from "node:util"
import { isMapping, type Mapping } from "../../core/mapping.ts"
import { keyPath, parseConfig } from "../../stacks/config.ts"
import type { StackDocument } from "../stack/document.ts"

/** A proposed stack file, compared with the one in force. Keys are in the form of `pulumi config set --path`. */
export interface Proposal {
  /** What the schema does not allow, a line each. */
  readonly problems: readonly string[]
  /** Changed keys that may be previewed without an approval. */
  readonly free: readonly string[]
  /** Changed keys that decide what the preview reads, where it connects with the user's keys, or what an `up` runs. */
  readonly reviewed: readonly string[]
  /** Changed keys outside our schema: an approval does not help. */
  readonly fixed: readonly string[]
}

/** Numbers and an age: they lead the preview to no other file, host or command. All other keys need an approval. */
const freeKeys = ["rotation", "maxAge", "keep", "compromised"]

export function proposalIn(proposed: StackDocument, base?: StackDocument): Proposal {
  const changed = base === undefined ? [] : changesIn(base.own, proposed.own)
  const parsed = parseConfig(withoutSecret(proposed.own))
  return {
    problems: "problems" in parsed ? parsed.problems : [],
    free: changed.filter(isFree).map(keyPath),
    reviewed: changed.filter((path) => !isFree(path)).map(keyPath),
    fixed: base === undefined ? [] : changesIn(base.others, proposed.others, 1).map(([key]) => String(key)),
  }
}

function isFree([group, key = "", ...deeper]: readonly string[]): boolean {
  return group === "token" && freeKeys.includes(key) && deeper.length === 0
}

/** Returns the deepest keys that differ; a list is one value. */
function changesIn(before: unknown, after: unknown, depth = Infinity, at: readonly string[] = []): readonly string[][] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isMapping(before) || !isMapping(after) || at.length >= depth) return [[...at]]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => changesIn(ownValue(before, key), ownValue(after, key), depth, [...at, key]))
}

function ownValue(mapping: Mapping, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined
}

/** Replaces the one value that may be a Pulumi secret by a string, as the program gets it. */
function withoutSecret(config: Mapping): Mapping {
  const { token } = config
  if (!isMapping(token) || !isMapping(token.adopt)) return config
  const { value } = token.adopt
  const encrypted = isMapping(value) && Object.keys(value).join() === "secure" && typeof value.secure === "string"
  return encrypted ? { ...config, token: { ...token, adopt: { ...token.adopt, value: "a secret" } } } : config
}
