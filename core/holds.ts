import { isDeepStrictEqual } from "node:util"
import type { Content, FoundContent } from "./content.ts"
import { describeReference } from "./describe-reference.ts"
import { describeValue } from "./describe-token.ts"
import type { Code, Finding } from "./finding.ts"
import { octal } from "./octal.ts"
import type { Ring } from "./ring.ts"

/** The expected content of a place. */
export type ExpectedContent =
  | { readonly must: "token"; readonly generation: number; readonly fingerprint: string }
  /** `executable`: it is a program's text. */
  | { readonly must: "reference"; readonly reference: Content; readonly executable?: boolean }
  | { readonly must: "nothing" }

/** The content of a place, or why there is none. */
export type PlaceSnapshot =
  | { readonly kind: "content"; readonly found: FoundContent; readonly mode: number; readonly leftover: boolean }
  | { readonly kind: "no-file"; readonly leftover: boolean }
  | { readonly kind: "unreadable"; readonly reason: string }
  | { readonly kind: "unreachable"; readonly reason: string; readonly advice: string }

/** Describes the expected content: equal to the message of `evaluatePlace` for a correct place. */
export function describeExpected(want: ExpectedContent): string {
  if (want.must === "token") return `generation ${want.generation} (${want.fingerprint})`
  if (want.must === "reference") return describeReference(want.reference)
  return "nothing"
}

/** Evaluates a place; it is correct exactly if the message equals that of `describeWanted`. */
export function evaluatePlace(snapshot: PlaceSnapshot, want: ExpectedContent, ring: Ring | undefined): Finding {
  if (snapshot.kind === "unreadable") return { code: "unreadable", message: `unreadable: ${snapshot.reason}` }
  if (snapshot.kind === "unreachable") return { code: "unreachable", message: `unreachable: ${snapshot.reason}` }
  const finding =
    snapshot.kind === "no-file" ? describeNothing(want, "no-file") : evaluateContent(snapshot.found, want, ring)
  if (want.must === "token" && isReadableByOthers(snapshot)) {
    return {
      ...finding,
      code: chooseCode(finding.code, "too-open"),
      message: `${finding.message}, but ${describeMode(snapshot.mode)}`,
    }
  }
  if (want.must === "reference" && want.executable && snapshot.kind === "content" && isWanted(finding)) {
    const mode = octal(snapshot.mode)
    if (snapshot.mode !== programMode)
      return { code: "too-open", message: `${finding.message}, but its mode is ${mode}` }
  }
  if (snapshot.leftover) {
    return {
      ...finding,
      code: chooseCode(finding.code, "leftover"),
      message: `${finding.message}, but what a killed run left lies beside the file`,
    }
  }
  return finding
}

function isWanted({ code, foreignReference }: Finding): boolean {
  return code === "reference" && !foreignReference
}

/** Checks whether a value is in a file that others can read or change. */
export function isReadableByOthers(snapshot: PlaceSnapshot): snapshot is Extract<PlaceSnapshot, { kind: "content" }> {
  return snapshot.kind === "content" && snapshot.found.kind === "value" && (snapshot.mode & 0o077) !== 0
}

/** The mode of a program that prints a secret: only its owner's. */
export const programMode = 0o700

function evaluateContent(found: FoundContent, want: ExpectedContent, ring: Ring | undefined): Finding {
  if (found.kind === "missing") return describeNothing(want, "missing")
  if (found.kind === "reference")
    return withOthers(evaluateReference(found.content, found.fallback, want, ring), found.others ?? [], ring)
  // A reference that is a string, such as `op://…`, looks like any value.
  if (want.must === "reference" && [found.value, ...found.others].every((value) => value === want.reference)) {
    return { code: "reference", message: describeExpected(want) }
  }
  const others = found.others.filter((value) => value !== found.value)
  const isNone = found.value === "" && others.some((value) => value !== "")
  const finding: Finding = isNone ? { code: "missing", message: "nothing" } : describeValue(found.value, ring)
  return withOthers(finding, others, ring)
}

/** Adds other entries, which are ignored by the reader but still on the disk. */
function withOthers(finding: Finding, others: readonly string[], ring: Ring | undefined): Finding {
  const other = others.find((value) => value !== "")
  if (other === undefined) return finding
  const code =
    finding.code === "current" || finding.code === "missing" || finding.code === "reference"
      ? "duplicate"
      : finding.code
  return {
    ...finding,
    code,
    message: `${finding.message}, but an entry before it holds ${describeValue(other, ring).message}`,
  }
}

function evaluateReference(
  content: Content,
  fallback: string | undefined,
  want: ExpectedContent,
  ring: Ring | undefined,
): Finding {
  if (want.must === "reference" && isDeepStrictEqual(content, want.reference)) {
    return { code: "reference", message: describeExpected(want) }
  }
  // A foreign reference may contain a secret: only its form and its fallback are described.
  const words = typeof content === "string" ? "a reference to the environment" : "another reference"
  if (!fallback) return { code: "reference", message: words, foreignReference: true }
  const spare = describeValue(fallback, ring)
  return { code: spare.code, message: `${words}, which falls back to ${spare.message}`, foreignReference: true }
}

function describeNothing(want: ExpectedContent, code: "missing" | "no-file"): Finding {
  if (want.must === "nothing") return { code: "missing", message: "nothing" }
  return { code, message: `nothing: the ${code === "missing" ? "key" : "file"} is missing` }
}

/** Describes what others can do with a file of this mode. */
export function describeMode(mode: number): string {
  const verb = (mode & 0o044) !== 0 ? "read" : "change"
  return `others can ${verb} the file (${octal(mode)})`
}

/** Chooses the code: the flaw's for correct content, else the content's. */
function chooseCode(finding: Code, flaw: Code): Code {
  return finding === "current" ? flaw : finding
}
