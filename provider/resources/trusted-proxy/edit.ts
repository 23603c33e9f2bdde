import { json5Settings } from "../../../places/json5/json5.ts"
import type { TrustSetting } from "../../../products/trusted-proxy.ts"

/** Applies settings to a config; comments and all other keys stay. */
export function withSettings(config: Uint8Array, settings: readonly TrustSetting[]): Uint8Array {
  return settings.reduce(
    (bytes, { key, value }) =>
      value === undefined ? json5Settings.drop(bytes, key) : json5Settings.put(bytes, key, value),
    config,
  )
}
