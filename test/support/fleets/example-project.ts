import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parse, stringify } from "yaml"
import type { Plugins } from "../engine/plugins.ts"
import { root } from "../engine/program.ts"

/** Lays the program of an example into a project, with gatekey's sources as its package. @param others further plugins */
export function layExample(example: string, project: string, others: Plugins["providers"] = []): void {
  const from = join(root, "examples", example)
  for (const name of ["index.ts", "package.json"]) cpSync(join(from, name), join(project, name))
  layPackages(project)
  const { name: _, plugins: __, ...rest } = parse(readFileSync(join(from, "Pulumi.yaml"), "utf8"))
  const providers = [{ name: "gatekey", path: join(root, "provider") }, ...others]
  writeFileSync(join(project, "Pulumi.yaml"), stringify({ ...rest, name: "engine", plugins: { providers } }))
}

/** The packages of an example's package.json: gatekey's own as the sources, which Node.js reads outside of node_modules alone. */
function layPackages(project: string): void {
  const packages = join(project, "node_modules")
  rmSync(packages)
  mkdirSync(join(packages, "pulumi-gatekey"), { recursive: true })
  for (const scope of ["@1password", "@pulumi"]) symlinkSync(join(root, "node_modules", scope), join(packages, scope))
  const sources = pathToFileURL(join(root, "components/index.ts")).href
  writeFileSync(
    join(packages, "pulumi-gatekey/package.json"),
    JSON.stringify({ type: "module", exports: "./index.js" }),
  )
  writeFileSync(join(packages, "pulumi-gatekey/index.js"), `export * from ${JSON.stringify(sources)}\n`)
}
