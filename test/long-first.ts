import { basename } from "node:path"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Files that take minutes, the longest first; `.ci/run` lists the slowest. */
const longest = ["marker", "container", "restart", "remote", "hooks", "vault", "identity", "rotate", "team", "first-up"]

/** Begins with the long files, so that no worker has one of them left when the others have nothing to do. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const known = await super.sort(files)
    return known.toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  if (!moduleId.includes("/test/engine/")) return longest.length + 1
  const at = longest.indexOf(basename(moduleId, ".test.ts"))
  return at < 0 ? longest.length : at
}
