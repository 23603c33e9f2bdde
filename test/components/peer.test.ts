import { cpSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { expect, test } from "vitest"
import { root } from "../support/engine/program.ts"
import { folder } from "../support/hosts/machine.ts"

test("reports a missing package with what needs it and the command that installs it", async () => {
  const at = folder()
  for (const name of ["components/peer.ts", "components/declaration-error.ts", "core", "package.json"])
    cpSync(join(root, name), join(at, name), { recursive: true })
  const { loadPeer } = await import(pathToFileURL(join(at, "components/peer.ts")).href)
  const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  // Policies are loaded by Pulumi, Connect's client by vaults/, and the SDK by each program itself.
  const others = ["@pulumi/policy", "@1password/connect", "@pulumi/pulumi"]
  const loaded = Object.entries<string>(peerDependencies).filter(([name]) => !others.includes(name))
  expect(loaded).not.toEqual([])
  for (const [name, version] of loaded)
    expect(() => loadPeer(name, "this")).toThrow(
      `this needs ${name}, which is not installed: npm install ${name}@${lowest(version)}`,
    )
})

/** The lowest version of a range such as `^1.2.1`. */
function lowest(range: string): string {
  return range.replace("^", "")
}
