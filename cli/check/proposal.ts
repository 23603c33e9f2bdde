import { isDeepStrictEqual } from "node:util"
import { isMapping, type Mapping } from "../../core/mapping.ts"
import { keyPath, parseConfig } from "../../stacks/config.ts"
import type { StackDocument } from "../stack/document.ts"

/** What a proposed file of a stack says, beside the one in force. Keys are written as `pulumi config set --path` takes them. */
export interface Proposal {
  /** A line each: what the schema does not allow. */
  readonly problems: readonly string[]
  /** Keys that change and may be previewed by anybody who may propose them. */
  readonly free: readonly string[]
  /** Keys that change and say what the preview reads, where it connects with the user's keys, or what an `up` runs. */
  readonly reviewed: readonly string[]
  /** Changes that no schema of ours knows, so nobody's approval here is worth anything. */
  readonly fixed: readonly string[]
}

/** Numbers and an age: they lead the preview to no other file, host or command. Everything else is not in this list. */
const free = ["rotation", "maxAge", "keep", "compromised"]

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
  return group === "token" && free.includes(key) && deeper.length === 0
}

/** The deepest keys that differ; a list is one value. */
function changesIn(before: unknown, after: unknown, depth = Infinity, at: readonly string[] = []): readonly string[][] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isMapping(before) || !isMapping(after) || at.length >= depth) return [[...at]]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => changesIn(own(before, key), own(after, key), depth, [...at, key]))
}

function own(mapping: Mapping, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined
}

/** The one value that may be a secret of Pulumi's is a text for the program. */
function withoutSecret(config: Mapping): Mapping {
  const { token } = config
  if (!isMapping(token) || !isMapping(token.adopt)) return config
  const { value } = token.adopt
  const encrypted = isMapping(value) && Object.keys(value).join() === "secure" && typeof value.secure === "string"
  return encrypted ? { ...config, token: { ...token, adopt: { ...token.adopt, value: "a secret" } } } : config
}
