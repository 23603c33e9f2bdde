import { parseRoute } from "../../core/route.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { formats } from "../../places/index.ts"
import type { File } from "./home-snapshot.ts"
import { formatsOfVariables } from "./kinds.ts"
import { dotenvsOf, type Located } from "./located.ts"
import { unlessBroken } from "./unless-broken.ts"

/**
 * Overrides the config's URL for openclaw's commands, which then send none of its credentials (2026.9:
 * `resolveGatewayUrlOverride`). A node does not read it, and clawdbot has none.
 */
export const urlVariable = "OPENCLAW_GATEWAY_URL"

/** A place that sets that variable, and its value. */
export interface StatedUrl {
  readonly path: string
  readonly kind: File["kind"]
  readonly url: string
}

const kinds: readonly File["kind"][] = ["profile", "dotenv", "config"]

export function statedUrlsIn(files: readonly File[], looks: ReadonlyMap<string, FileSnapshot>): StatedUrl[] {
  return files.flatMap(({ kind, path, product = "openclaw" }) => {
    const [look, format] = [looks.get(path), formatsOfVariables[kind]]
    if (look?.kind !== "file" || !format || !kinds.includes(kind) || product !== "openclaw") return []
    // Few files name it; the others are not parsed.
    if (!Buffer.from(look.bytes).includes(urlVariable)) return []
    const locator = kind === "config" ? `env.vars.${urlVariable}` : urlVariable
    const found = unlessBroken(() => [formats[format].find(look.bytes, locator)])
    return found.flatMap((each) =>
      each.kind === "value" && parseRoute(each.value) ? [{ path, kind, url: each.value.trim() }] : [],
    )
  })
}

/** Returns the URL that counts for commands from the user's shell. */
export function statedUrlFor(urls: readonly StatedUrl[], located: Located, home: string): StatedUrl | undefined {
  const at = (path: string) => urls.find((each) => each.path === path)
  const exported = urls.find(({ kind, path }) => kind === "profile" && !path.includes("/systemd/"))
  const files = [...dotenvsOf("openclaw", located, home), located.config]
  return exported ?? files.map(at).find((each) => each !== undefined)
}
