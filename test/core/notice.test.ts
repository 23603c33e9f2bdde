import fc from "fast-check"
import { expect, test } from "vitest"
import { formatNotice, formatNoticeLine, interruptions, type Notice, parseNotice } from "../../core/notice.ts"

const sentence = fc.string({ minLength: 1 }).filter((text) => /\S/.test(text) && !/[\r\n]/.test(text))
const notices: fc.Arbitrary<Notice> = fc.record(
  { message: sentence, fix: sentence, plan: sentence, restart: fc.constantFrom(...interruptions) },
  { requiredKeys: ["message"] },
)

test("parses the notice that was formatted", () => {
  fc.assert(
    fc.property(notices, (notice) => {
      expect(parseNotice(formatNotice(notice))).toEqual(notice)
    }),
  )
})

test.each<[string, Notice]>([
  ["holds another token", { message: "holds another token" }],
  ["holds nothing\nfix: `pulumi up` writes it", { message: "holds nothing", fix: "`pulumi up` writes it" }],
  ["not running\n    fix: start it\n    restart: once", { message: "not running", fix: "start it", restart: "once" }],
  ["fix: is no trailer of nothing", { message: "fix: is no trailer of nothing" }],
  ["two\nlines", { message: "two\nlines" }],
  ["fix: in between\nand more", { message: "fix: in between\nand more" }],
  ["x\nrestart: sometimes", { message: "x\nrestart: sometimes" }],
])("%j", (text, notice) => {
  expect(parseNotice(text)).toEqual(notice)
})

test("a line break in foreign text does not create a trailer", () => {
  expect(parseNotice(formatNotice({ message: "named x\nrestart: none" }))).toEqual({ message: "named x restart: none" })
})

test("an error has its sentences on one line", () => {
  expect(formatNoticeLine({ message: "port 1 is used", fix: "stop it: kill 7" })).toBe(
    "port 1 is used. Stop it: kill 7",
  )
})
