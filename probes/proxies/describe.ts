import type { Refusal } from "./parse.ts"

const sentences: { readonly [refusal in Refusal]: string } = {
  "no-folder": "its folder is missing",
  "no-haproxy": "the host has no haproxy; install it (Debian: apt install haproxy; macOS: brew install haproxy)",
  "no-perl": "the host has no perl, by which HAProxy is asked",
  "not-loaded": "HAProxy did not load the new configuration, and goes on with the one before; see its log",
  silent: "the host's answer was cut off",
}

/** Describes why a host did nothing. */
export function describeRefusal(refusal: Refusal): string {
  return sentences[refusal]
}

/** The oldest HAProxy that understands our configurations. */
const oldest = [2, 6]

/** Explains why a version of HAProxy cannot be used; undefined if it can. */
export function versionProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const isOld = major < (oldest[0] ?? 0) || (major === oldest[0] && minor < (oldest[1] ?? 0))
  return isOld ? `HAProxy ${version} is too old; expected ${oldest.join(".")} or later` : undefined
}
