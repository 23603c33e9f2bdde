import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Files that take minutes, the longest first; `.ci/run` lists the slowest. */
const longest = [
  ...["engine/migration", "engine/first-up", "engine/remote", "engine/marker", "cli/scan/real", "engine/restart"],
  ...["engine/vault", "cli/escapes", "engine/container", "provider/resources/trusted-proxy", "engine/hooks"],
  ...["provider/resources/service/systemd", "engine/team", "provider/resources/pairing", "engine/docs"],
  ...["hosts/ssh/cut", "soak/soak", "cli/doctor/precedence-real", "engine/identity", "engine/rotate"],
  ...["provider/resources/flip", "provider/resources/handshake", "probes/listeners/products", "gateways/connect"],
]

/**
 * Begins with the files that share a process, the longest of them first, one after the other, as a worker keeps it only between two of them; then with
 * the long files, so that no worker has one of them left when the others have nothing to do; then the engine's others.
 * It ends with short files of one module each: a slow machine can best do without those, and they fill the last gaps.
 */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const known = await super.sort(files)
    return known.toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  if (project.name === "quick") return moduleId.endsWith("/test/places/cut.test.ts") ? -2 : -1
  const at = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
  if (at >= 0) return at
  return longest.length + (moduleId.includes("/test/engine/") ? 0 : 1)
}
