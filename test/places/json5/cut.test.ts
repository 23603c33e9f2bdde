import { expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { json5 } from "../../../places/json5/json5.ts"
import { bytes } from "../laws.ts"

const document = `\uFEFF{ // a comment \\
  "a\\"b": 'it\\'s \\\r\n on', /* * / */ c: [-Infinity, +0x1F, .5e-3, "\\u00e9\\x41\\v\\0\\\u2028"],
  \\u0061b_$: null, token: "T\\\\",
}`
const tails = [
  "",
  "\\",
  "\\u",
  "\\u00",
  "\\x",
  "\\x4",
  "\\\r",
  "\\\n",
  "\\\r\n",
  '"\\',
  "'\\",
  "/",
  "/*",
  "//",
  "-",
  "0x",
  "1e",
]

const operations = {
  find: (file: string) => json5.find(bytes(file), "token"),
  put: (file: string) => json5.put(bytes(file), "token", "other"),
  drop: (file: string) => json5.drop(bytes(file), "token"),
}

test.each(Object.entries(operations))("%s ends on a document that is cut off anywhere", (_name, operation) => {
  for (let length = 0; length <= document.length; length++) {
    for (const tail of tails) {
      try {
        operation(document.slice(0, length) + tail)
      } catch (error) {
        expect(error).toBeInstanceOf(PlaceError)
      }
    }
  }
})

test.each(['"\\', "'\\", '{"a": "b\\', "{a: 'b\\", '["\\\\\\'])("refuses %j, which ends in an escape", (file) => {
  for (const operation of Object.values(operations)) {
    expect(() => operation(file)).toThrow(/is not JSON5: it ends too early at line 1, column/)
  }
})

test.each(["[", "{a:"])("refuses %j a hundred thousand times", (part) => {
  for (const operation of Object.values(operations)) {
    expect(() => operation(part.repeat(1e5))).toThrow("is nested deeper than 500 levels at line 1, column")
  }
})

test("refuses a file that is larger than any configuration", () => {
  expect(() => operations.find(`{a: [${"1,".repeat(1.2e6)}]}`)).toThrow("expected at most 2097152")
})
