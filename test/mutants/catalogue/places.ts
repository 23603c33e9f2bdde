import type { Mutant } from "../mutant.ts"

export const places: readonly Mutant[] = [
  {
    id: "dotenv-backslash",
    file: "places/dotenv/quoting.ts",
    what: "a value that ends in a backslash is put into single quotes, which it opens again",
    find: `return !value.includes("'") && !value.endsWith("\\\\")`,
    replace: `return !value.includes("'")`,
  },
  {
    id: "dotenv-first-counts",
    file: "places/dotenv/interpolated.ts",
    what: "of two entries the first counts",
    find: "const last = lines.at(-1)",
    replace: "const last = lines.at(0)",
    tests: ["test/places/dotenv/interpolated.test.ts"],
  },
  {
    id: "environment-comment",
    file: "places/environment-file/lines.ts",
    what: "a comment that begins with a semicolon is read as an assignment",
    find: "if (/[#;]/.test(text.charAt(at))) {",
    replace: "if (/[#]/.test(text.charAt(at))) {",
  },
  {
    id: "plist-unescaped",
    file: "places/plist/xml-edit.ts",
    what: "a value with < or & breaks the property list",
    find: "return `<${name}>${escapeXml(text)}</${name}>`",
    replace: "return `<${name}>${text}</${name}>`",
  },
  {
    id: "yaml-reserved-word",
    file: "places/compose/yaml-scalar.ts",
    what: "the value `no` is written without quotes",
    find: "const reserved = /^(?:y|n|yes|no|on|off|true|false|null)$/i",
    replace: "const reserved = /^(?:true|false|null)$/i",
  },
  {
    id: "config-variable",
    file: "places/json5/substitution.ts",
    what: "a dollar and a name in a value is not escaped, so the product reads a variable",
    find: `return content.replace(/\\$\\{[A-Z_][A-Z0-9_]*\\}/g, "$$$&")`,
    replace: "return content",
  },
]
