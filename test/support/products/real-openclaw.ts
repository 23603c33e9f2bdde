import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"

const dist = resolve(import.meta.dirname, "../../../.tools/products/openclaw/node_modules/openclaw/dist")

/** A function of the installed openclaw, by the name in its sources: `import` words for a program that calls it. */
export function importOf(name: string): string {
  for (const file of readdirSync(dist)) {
    if (!file.endsWith(".mjs")) continue
    const source = readFileSync(join(dist, file), "utf8")
    if (!source.includes(`function ${name}(`)) continue
    const alias = new RegExp(`\\b${name} as (\\w+)[,\\s}]`).exec(source.slice(source.lastIndexOf("\nexport {")))?.[1]
    if (alias) return `import { ${alias} as ${name} } from ${JSON.stringify(pathToFileURL(join(dist, file)).href)}`
  }
  throw new Error(`openclaw exports no ${name}`)
}

/** What a program that calls openclaw's functions prints as JSON in its last line. */
export function askOpenclaw(functions: readonly string[], body: string, env: Record<string, string>, cwd: string) {
  const input = `${functions.map(importOf).join("\n")}\n${body}`
  const words = ["--input-type=module", "-"]
  const answer = execFileSync(process.execPath, words, { env, cwd, input, encoding: "utf8", maxBuffer: 2 ** 28 })
  return JSON.parse(answer.trim().split("\n").at(-1) ?? "")
}
