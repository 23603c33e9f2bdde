import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import fc from "fast-check"
import { expect, test } from "vitest"
import { cksum, computeSums } from "../../../hosts/ssh/checksum.ts"

test("computes the checksum of cksum", () => {
  const sum = (input: Uint8Array) => execFileSync("cksum", { input }).toString().split(" ")[0]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
      expect(`${cksum(bytes)}`).toBe(sum(bytes))
    }),
    { numRuns: 100 },
  )
  const large = Buffer.alloc(70_001, "held\r\n\0\xff", "latin1")
  expect(`${cksum(large)}`).toBe(sum(large))
})

test("computes both sums that a host may print", () => {
  const bytes = Buffer.from("held")
  expect(computeSums(bytes)).toBe(`${createHash("sha256").update(bytes).digest("hex")} ${cksum(bytes)}`)
})
