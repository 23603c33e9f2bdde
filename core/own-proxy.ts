/** The proxies of the user's own that may stand in front of a gateway in place of a guard. */
export const ownProxies = ["nginx", "caddy", "traefik", "cloudflare", "tailscale", "other"] as const
export type OwnProxy = (typeof ownProxies)[number]

/**
 * What lets a client in. `certificate`: one of the stack's authority. `elsewhere`: what another party knows, such as an
 * account. `network`: that it reaches the proxy at all.
 */
export type Admission = "certificate" | "elsewhere" | "network"

export const admissions: { readonly [proxy in OwnProxy]: Admission } = {
  nginx: "certificate",
  caddy: "certificate",
  traefik: "certificate",
  other: "certificate",
  cloudflare: "elsewhere",
  tailscale: "network",
}

/** The headers by which some of them name the user. Of the others the user chooses one, which is a secret. */
export const knownHeaders: { readonly [proxy in OwnProxy]?: string } = {
  cloudflare: "cf-access-authenticated-user-email",
  tailscale: "tailscale-user-login",
}

export const headerRule = "the name of a header: x- and 16 to 60 lower-case letters, digits and hyphens"

/** Checks the name that the user chooses: long enough not to be guessed, and none that has another meaning. */
export function isHeaderName(name: string): boolean {
  return /^x-[a-z0-9-]{16,60}$/.test(name) && !/^x-(?:forwarded|openclaw|real-ip)/.test(name)
}
