import type { ProductName } from "./product.ts"

/** A change of a gateway's config. */
interface ConfigChange {
  /** The key that is written or removed. */
  readonly key: string
  /** Whether the key contains a SecretRef before or after the change. */
  readonly isReference: boolean
  /** Whether `gateway.auth.mode` is set. */
  readonly hasMode: boolean
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
    { keys: /^gateway\.auth\.mode$/, does: "restarts", why: "another mode needs a start" },
    { keys: /^gateway\./, does: "restarts", why: "it listens anew" },
    { keys: /^env(\.|$)/, does: "restarts", why: "its environment is read at a start only" },
  ],
  clawdbot: [
    { keys: /^gateway\.remote(\.|$)/, does: "ignores", why: "only clients read it" },
    { keys: /./, does: "restarts", why: "clawdbot restarts itself for a change of its config" },
  ],
}

/** Seconds without an answer if a gateway restarts itself: 3 to 5 on an idle machine, 8 to 13 on a busy one. */
export const restartSeconds: { readonly [name in ProductName]: number } = { openclaw: 10, clawdbot: 2 }

/** Seconds without an answer if its service is restarted, which starts another process. */
export const serviceSeconds: { readonly [name in ProductName]: number } = { openclaw: 15, clawdbot: 10 }

/** Finds the running gateway's reaction to a change of its config, and the reason. */
export function findReaction(product: ProductName, change: ConfigChange): Pick<Rule, "does" | "why"> {
  const rule = rules[product].find(({ keys, when }) => keys.test(change.key) && (when?.(change) ?? true))
  return rule ?? { does: "restarts", why: "what it does about this key is not known" }
}
