import { hostOf } from "../../hosts/index.ts"
import type { Checked } from "../resource.ts"
import type { Run } from "../run/run.ts"

/** The key of a claim: equal for each name of a machine and of a path, so that a renamed resource deletes nothing. */
async function keyOf(kind: string, host: string, path: string): Promise<string> {
  return [kind, await hostOf(host).resolveCanonical(path)].join("|")
}

/** Claims a path for a resource that is declared; of two, the second is refused. */
export async function claimPath(
  run: Run,
  urn: string,
  checked: Checked,
  { kind, host, path, property }: { readonly [name in "kind" | "host" | "path" | "property"]: string },
): Promise<Checked> {
  const reason = run.claims.claim(await keyOf(kind, host, path), urn, `${kind} ${path} of ${host}`)
  return reason === undefined ? checked : { ...checked, failures: [{ property, reason }] }
}

/** Checks whether a declared resource has the path, before it is deleted for another one. */
export async function isPathClaimed(run: Run, kind: string, host: string, path: string): Promise<boolean> {
  return run.claims.isClaimed(await keyOf(kind, host, path))
}
