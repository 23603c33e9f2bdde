/** Names of headers by which proxies usually pass on a user, in lower case: they are in public documentation. */
const usual: readonly string[] = [
  "cf-access-authenticated-user-email",
  "remote-email",
  "remote-user",
  "tailscale-user-login",
  "x-auth-request-email",
  "x-auth-request-user",
  "x-authenticated-user",
  "x-authentik-email",
  "x-authentik-username",
  "x-forwarded-email",
  "x-forwarded-preferred-username",
  "x-forwarded-user",
  "x-goog-authenticated-user-email",
  "x-pomerium-claim-email",
  "x-remote-user",
  "x-user",
  "x-user-email",
  "x-webauth-user",
]

/** Checks for a name that is publicly known, and so may be shown. */
export function isUsualHeader(name: string): boolean {
  return usual.includes(name.toLowerCase())
}

const fewestBits = 80
const leastVariety = 8

/** Checks whether a header's name has no random part, so that a process that wants to claim an identity can guess it. */
export function isGuessableHeader(name: string): boolean {
  return !(name.toLowerCase().match(/[a-z0-9]+/g) ?? []).some(isRandom)
}

function isRandom(part: string): boolean {
  const bits = part.length * (/^[0-9a-f]+$/.test(part) ? 4 : 5)
  return bits >= fewestBits && new Set(part).size >= leastVariety && /\d/.test(part) && /[a-z]/.test(part)
}
