import type { Json } from "../../../core/content.ts"
import { shown } from "../../../core/escape.ts"
import type { Forwarding } from "../../../core/forwarding.ts"
import type { Notice } from "../../../core/notice.ts"
import { authKeys } from "../../../products/auth-modes.ts"
import { headerKey, settingIn, type TrustSetting } from "../../../products/trusted-proxy.ts"
import type { Properties } from "../../wire.ts"

/** Describes the settings that a config lacks; a secret's value is not shown. */
export function describeMissing(config: Json, missing: readonly TrustSetting[]): string {
  return missing.map((setting) => describeSetting(config, setting)).join("; ")
}

/** Describes a guard that does not hand clients on as the gateway takes them. @param wanted how it has to */
export function describeForwarding(wanted: Forwarding): string {
  return wanted === "plain"
    ? "its guard forwards addresses, which the gateway refuses in mode token; expected none"
    : "its guard does not say who is there, expected the identities of its clients"
}

function describeSetting(config: Json, { key, value }: TrustSetting): string {
  const found = settingIn(config, key)
  if (key === headerKey) return `${key} is ${found === undefined ? "not set" : "another header"}`
  if (value === undefined) return `${key} is set, expected no secret`
  return `${key} is ${found === undefined ? "not set" : brief(found)}, expected ${brief(value)}`
}

function brief(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value)
  return shown(text.length > 120 ? `${text.slice(0, 117)}…` : text)
}

/** Describes what an `up` does. @param olds what was found, by its last read; undefined for a new one */
export function describeChange(
  olds: Properties | undefined,
  missing: readonly TrustSetting[],
  restart: { readonly seconds: number } | undefined,
): Notice {
  const keys = missing.map(({ key }) => key)
  const isSwitch = keys.includes(authKeys.mode)
  const drift = driftIn(olds)
  const what = isSwitch
    ? "from now on a certificate lets in, and no token does: the gateway trusts its guard"
    : drift.length > 0
      ? drift.join("; ")
      : `changes ${keys.length > 0 ? keys.join(", ") : "nothing in its config"}`
  const away = restart
    ? `the gateway restarts itself once, about ${restart.seconds} s without an answer; nodes come back by themselves`
    : "it goes on without a restart"
  return {
    message: String(what),
    plan: `\`pulumi up\` writes its config in one step; ${away}`,
    restart: restart ? "once" : "none",
  }
}

/** Describes what the last read found different. */
function driftIn({ faults, settings, code, wire }: Properties = {}): string[] {
  const differs = Array.isArray(faults) && faults.length > 0
  return [
    ...(differs && typeof settings === "string" ? [settings] : []),
    ...(code !== "accepted" && typeof wire === "string" ? [wire] : []),
  ]
}
