import { describe, expect, test } from "vitest"
import { PlaceError } from "../../core/errors.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { formats } from "../../places/index.ts"
import { readHome } from "../../survey/collect/home-reading.ts"
import { interpolatedCopies } from "../../survey/files/compose/interpolated.ts"
import { composeLinksIn } from "../../survey/files/compose/named-files.ts"
import { copiesIn } from "../../survey/files/copies.ts"
import type { File, HomeSnapshot } from "../../survey/files/home-snapshot.ts"
import { wantedEnvironmentFiles } from "../../survey/files/units/units.ts"
import { surveyOf } from "../support/survey/papers.ts"
import { corpus, type Sample } from "./corpus.ts"

const { snapshot: plain } = surveyOf({})

/** Does all that is done with a file; gives what it threw that is no error for a user. A survey throws nothing: it tells it. */
function faultsOf({ formats: edits, kinds }: Pick<Sample, "formats" | "kinds">, bytes: Uint8Array): string[] {
  const faults: string[] = []
  const tried = (what: string, run: () => unknown, allowed?: typeof PlaceError) => {
    try {
      run()
    } catch (error) {
      if (!allowed || !(error instanceof allowed)) faults.push(`${what}: ${String(error).slice(0, 200)}`)
    }
  }
  for (const [name, locator] of edits) {
    tried(`${name} find`, () => formats[name].find(bytes, locator), PlaceError)
    tried(`${name} put`, () => formats[name].put(bytes, locator, "it's new"), PlaceError)
    tried(`${name} drop`, () => formats[name].drop(bytes, locator), PlaceError)
  }
  for (const [kind, path] of kinds) {
    const file: File = { kind, path, mode: 0o600, uid: 1000, links: 1, mtime: 1, isLink: false, product: "openclaw" }
    const look: FileSnapshot = { kind: "file", bytes, mode: 0o600, leftover: false }
    const snapshot: HomeSnapshot = { ...plain, files: [file] }
    const looks = new Map([[path, look]])
    for (const run of [
      () => copiesIn(file, look),
      () => readHome(snapshot, looks),
      () => wantedEnvironmentFiles(snapshot, looks),
    ])
      tried(kind, run)
    if (kind === "compose environment")
      for (const run of [() => composeLinksIn(snapshot, looks), () => interpolatedCopies(snapshot, looks)])
        tried(kind, run)
  }
  return faults
}

const joined = (...parts: (Uint8Array | string)[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)))

describe.each(corpus)("$name", (one) => {
  test("cut off behind any byte", () => {
    const faults = Array.from({ length: one.bytes.length + 1 }, (_, end) => faultsOf(one, one.bytes.subarray(0, end)))
    expect(faults.flat()).toEqual([])
  })

  test.each([
    ["a NUL", "\0"],
    ["a byte that is no UTF-8", Buffer.of(0xff)],
    ["a half character", Buffer.of(0xed, 0xa0, 0x80)],
    ["a backslash", "\\"],
    ["a carriage return", "\r"],
  ])("with %s at each seventh place", (_, part) => {
    const places = Array.from({ length: Math.ceil(one.bytes.length / 7) }, (_, nth) => nth * 7)
    const faults = places.flatMap((at) =>
      faultsOf(one, joined(one.bytes.subarray(0, at), part, one.bytes.subarray(at))),
    )
    expect(faults).toEqual([])
  })

  test("with the line endings of other systems, in UTF-16, and as any other file", () => {
    const text = Buffer.from(one.bytes).toString("latin1")
    const endings = ["\r\n", "\r", "\u0085"].map((ending) => Buffer.from(text.replaceAll("\n", ending), "latin1"))
    const utf16 = Buffer.from(`\ufeff${text}`, "utf16le")
    const others = corpus.flatMap(({ bytes }) => [bytes, joined(bytes, one.bytes)])
    expect([...endings, utf16, ...others].flatMap((bytes) => faultsOf(one, bytes))).toEqual([])
  })
})

test.each(["(", "[", "{", "$(", "${", '"', "'", "`", "\\", " ", "\n", "- ", "a: ", "<a>", "*a ", "%", "a"])(
  "a file of nothing but %j, whatever it is taken for",
  (part) => {
    const much = Buffer.from(part.repeat(20_000))
    const one = {
      formats: distinct(corpus.flatMap((each) => each.formats)),
      kinds: distinct(corpus.flatMap((each) => each.kinds)),
    }
    expect(faultsOf(one, much)).toEqual([])
  },
)

function distinct<T extends readonly [string, string]>(all: readonly T[]): T[] {
  return [...new Map(all.map((each) => [each.join(" "), each])).values()]
}
