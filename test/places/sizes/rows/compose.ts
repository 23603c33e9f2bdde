import { around, each, nested, O, type Texts, x } from "./texts.ts"

export const compose: Texts = {
  "equal keys": around("services:\n  a:\n    environment:\n", `      ${O}: a\n`, ""),
  "equal items": around("services:\n  a:\n    environment:\n", `      - ${O}=a\n`, ""),
  services: (n) => `services:\n${each((i) => `  s${i}: {environment: {${O}: a}}\n`)(n)}`,
  "equal services": around("services:\n", `  a: {environment: {${O}: a}}\n`, ""),
  aliases: around("x-a: &a {b: c}\nservices:\n  a:\n    environment: {A: 1}\n    labels: [", "*a, ", "]\n"),
  anchors: (n) => `x: [${each((i) => `&a${i} b`, ", ")(n)}]\nservices: {a: {environment: {${O}: *a0}}}`,
  "anchors and aliases": (n) =>
    `x: [${each((i) => `&a${i} b, *a${i}`, ", ")(n)}]\nservices: {a: {environment: {${O}: *a0}}}`,
  "aliases that multiply": (n) =>
    `a0: &a0 [x]\n${each((i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)(n / 50)}services: {a: {environment: {}}}`,
  "aliases of a chain": (n) =>
    `a0: &a0 {x: 1}\n${each((i) => `a${i + 1}: &a${i + 1} {<<: *a${i}}\n`)(n)}services: {a: {environment: *a${n}}}`,
  merges: (n) => `x: &x {A: 1}\nservices: {a: {environment: {<<: [${each(() => "*x", ", ")(n)}], ${O}: a}}}`,
  "deep flow": nested("services: {a: ", "1", "}"),
  "deep lists": around("services: ", "[", ""),
  "deep maps": (n) => each((i) => `${" ".repeat(i)}a:\n`)(Math.sqrt(n * 20) | 0),
  "deep items": x("- "),
  "items of commands": around("services:\n  a:\n    command: [", "--token, a, ", "]\n"),
  "texts with flags": around("services:\n  a:\n    command: ", "--token a ", "\n"),
  expressions: around(`services: {a: {environment: {${O}: "`, `\${A}`, '"}}}'),
  "nested expressions": nested(`services: {a: {environment: {${O}: "$\{A:-`, "b", '}"}}}'),
  "a long block": around(`services:\n  a:\n    environment:\n      ${O}: |\n`, "        a\n", ""),
  "a long quoted text": around(`services: {a: {environment: {${O}: "a`, "\\n", '"}}}'),
  "a long folded text": around(`services: {a: {environment: {${O}: "a`, "\n ", '"}}}'),
  comments: around("services:\n", "# a\n", "  a: {environment: {}}\n"),
  "comments between keys": around("services:\n  a:\n    environment:\n", `      ${O}: a # b\n      # c\n`, ""),
  "blank lines": around("services:\n  a:\n    environment:\n", "\n", `      ${O}: a\n`),
  documents: x("---\na: b\n"),
  "services that merge one": (n) =>
    `x-a: &a\n${each((i) => `  k${i}: b\n`)(n)}services:\n${each((i) => `  s${i}: {<<: *a, environment: {A: b}}\n`)(n)}`,
  "environments that merge one": (n) =>
    `x-a: &a\n${each((i) => `  k${i}: b\n`)(n)}services:\n${each((i) => `  s${i}: {environment: {<<: *a, A: b}}\n`)(n)}`,
  "services with one list": (n) =>
    `x-a: &a\n${x(`  - ${O}=a\n`)(n)}services:\n${each((i) => `  s${i}: {environment: *a}\n`)(n)}`,
  "services that merge many, by way of one": (n) =>
    `x:\n${each((i) => `  - &b${i} {k${i}: b}\n`)(n)}x-a: &a {<<: [${each((i) => `*b${i}`, ", ")(n)}]}\nservices:\n${each((i) => `  s${i}: {<<: *a}\n`)(n)}`,
  "secrets and services": (n) =>
    `services:\n${each((i) => `  s${i}: {secrets: [a]}\n`)(n)}secrets:\n${each((i) => `  c${i}: {file: b}\n`)(n)}`,
  "secrets of one service": (n) =>
    `services: {gateway: {secrets: [${each((i) => `c${i}`, ", ")(n)}]}}\nsecrets:\n${each((i) => `  c${i}: {content: b}\n`)(n)}`,
  "files of variables": (n) => `services: {gateway: {env_file: [${each((i) => `c${i}`, ", ")(n)}]}}\n`,
}
