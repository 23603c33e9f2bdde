import { join } from "node:path"
import { expect, test } from "vitest"
import { modeline } from "../../../cli/stack/modeline.ts"
import { folder } from "../../support/hosts/machine.ts"
import { lay } from "../../support/tree.ts"

const own = join(import.meta.dirname, "../../..")

test.each([
  ["in a clone of gatekey", "Pulumi.home.yaml", ".", "# yaml-language-server: $schema=./schema/stack.json\n"],
  [
    "where the package is installed",
    "Pulumi.home.yaml",
    "node_modules/pulumi-gatekey",
    "# yaml-language-server: $schema=./node_modules/pulumi-gatekey/schema/stack.json\n",
  ],
  ["below the folder, where the path would not hold elsewhere", "stacks/Pulumi.home.yaml", ".", ""],
])("%s", (_where, file, root, line) => {
  const project = folder()
  lay(project, { [join(root, "schema/stack.json")]: "{}" })
  expect(modeline(join(project, file), join(project, root))).toBe(line)
})

test("elsewhere there is none; beside gatekey itself it names its own", () => {
  expect(modeline(join(folder(), "Pulumi.home.yaml"))).toBe("")
  expect(modeline(join(own, "Pulumi.home.yaml"))).toContain("$schema=./schema/stack.json")
})
