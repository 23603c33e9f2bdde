import type { ProductName } from "./product.ts"

/** A change of a gateway's config. */
interface ConfigChange {
  /** The key that is written or removed. */
  readonly key: string
  /** Whether the key contains a SecretRef before or after the change. */
  readonly isReference: boolean
  /** Whether `gateway.auth.mode` is set. */
  readonly hasMode: boolean
  /** `gateway.reload.mode`, if it is set. */
  readonly reload?: string | undefined
}

interface Rule {
  readonly keys: RegExp
  readonly when?: (change: ConfigChange) => boolean
  readonly does: "reloads" | "restarts" | "ignores"
  readonly why: string
}

/**
 * The reactions of a running gateway to a change of its config; the first rule that matches applies. Measured with openclaw
 * 2026.9.6 and clawdbot 2026.1.24-3, and read in openclaw's `config-reload-plan` and `auth-resolve`.
 */
const rules: { readonly [name in ProductName]: readonly Rule[] } = {
  openclaw: [
    { keys: /^secrets\./, does: "ignores", why: "a secret provider is asked when something refers to it" },
    {
      keys: /^gateway\.remote\.(token|password)$/,
      does: "reloads",
      why: "a gateway that has no other credential accepts this one",
    },
    { keys: /^gateway\.remote(\.|$)/, does: "ignores", why: "only clients read it" },
    {
      keys: /^gateway\.auth\.(token|password)$/,
      when: ({ isReference, hasMode }) => isReference && !hasMode,
      does: "restarts",
      why: "its config sets no gateway.auth.mode, and a SecretRef alone does not tell the mode",
    },
    { keys: /^gateway\.auth\.(token|password)$/, does: "reloads", why: "the mode stays the same" },
    {
      keys: /^gateway\.(?:trustedProxies|auth\.(?:trustedProxy|identityScopes)|nodes\.pairing)(?:\.|$)/,
      does: "reloads",
      why: "it counts from the next connect",
    },
    { keys: /^gateway\.auth\.mode$/, does: "restarts", why: "another mode needs a start" },
    { keys: /^gateway\./, does: "restarts", why: "it listens anew" },
    { keys: /^env(\.|$)/, does: "restarts", why: "its environment is read at a start only" },
  ],
  clawdbot: [
    { keys: /^gateway\.remote(\.|$)/, does: "ignores", why: "only clients read it" },
    { keys: /./, does: "restarts", why: "clawdbot restarts itself for a change of its config" },
  ],
}

/** The reactions that a value of `gateway.reload.mode` prevents until the next start (openclaw has no `hot`). */
const preventedBy: { readonly [name in ProductName]: { readonly [mode: string]: readonly string[] } } = {
  openclaw: { off: ["reloads", "restarts"] },
  clawdbot: { off: ["reloads", "restarts"], hot: ["restarts"] },
}

/** Seconds without an answer if a gateway restarts itself: 3 to 5 on an idle machine, 8 to 13 on a busy one. */
export const restartSeconds: { readonly [name in ProductName]: number } = { openclaw: 10, clawdbot: 2 }

/** Seconds without an answer if its service is restarted, which starts another process. */
export const serviceSeconds: { readonly [name in ProductName]: number } = { openclaw: 15, clawdbot: 10 }

export interface Reaction {
  /** `waits`: the running gateway does not apply the change until it is restarted. */
  readonly does: Rule["does"] | "waits"
  readonly why: string
}

/** Finds the running gateway's reaction to a change of its config, and the reason. */
export function findReaction(product: ProductName, change: ConfigChange): Reaction {
  const { reload = "" } = change
  const rule = rules[product].find(({ keys, when }) => keys.test(change.key) && (when?.(change) ?? true))
  const { does, why } = rule ?? { does: "restarts", why: "what it does about this key is not known" }
  // clawdbot then restarts itself for any change, also of a key that it does not read.
  if (product === "clawdbot" && reload === "restart") return { does: "restarts", why: "gateway.reload.mode is restart" }
  const isPrevented = preventedBy[product][reload]?.includes(does) ?? false
  return isPrevented ? { does: "waits", why: `gateway.reload.mode is ${reload}` } : { does, why }
}
