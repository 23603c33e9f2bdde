import { encoded, type Forgery, forge, type KeyPair } from "./bearer.ts"

/** The keys of the rows: of the client itself, of another one, and one that no guard knows. */
export interface Keys {
  readonly laptop: KeyPair
  readonly other: KeyPair
  readonly stranger: KeyPair
}

type Headers = Readonly<Record<string, string | string[]>>

/** Bearers that a guard refuses, each with the word that it has for it. */
export function badBearers(keys: Keys): readonly (readonly [what: string, headers: Headers, why: string])[] {
  const now = Math.floor(Date.now() / 1000)
  const token = (how: Partial<Forgery> = {}) => forge({ pair: keys.laptop, ...how })
  const row = (what: string, why: string, how: Partial<Forgery>) => [what, bearer(token(how)), why] as const
  const claim = (what: string, why: string, claims: object) => row(what, why, { claims })
  const head = (what: string, why: string, header: object, more: Partial<Forgery> = {}) =>
    row(what, why, { header, ...more })
  const file = "keys/laptop.g1.pem"
  const { publicKey } = keys.laptop
  return [
    ["no bearer", {}, "no-bearer"],
    ["an empty bearer", { authorization: "Bearer " }, "no-bearer"],
    ["no JWT", bearer("abc"), "bad-alg"],
    ["another scheme", { authorization: `Basic ${encoded("laptop:x")}` }, "no-bearer"],
    ["a bearer in another header", { "proxy-authorization": `Bearer ${token()}` }, "no-bearer"],
    ["a bearer in the address", { "x-original-uri": `/?access_token=${token()}` }, "no-bearer"],
    [
      "two bearers, the second right",
      { authorization: [`Bearer ${token({ claims: { aud: "x" } })}`, `Bearer ${token()}`] },
      "two-bearers",
    ],
    ["two bearers, the first right", { authorization: [`Bearer ${token()}`, "Bearer x"] }, "two-bearers"],

    head("no algorithm", "bad-alg", { alg: undefined }),
    head("alg none, signed", "bad-alg", { alg: "none" }),
    head("alg none, not signed", "bad-alg", { alg: "none" }, { signature: "" }),
    head("alg None", "bad-alg", { alg: "None" }, { signature: "" }),
    head("HS256 with the public key", "bad-alg", { alg: "HS256" }, { hmac: publicKey }),
    head("HS256 with the public key, trimmed", "bad-alg", { alg: "HS256" }, { hmac: publicKey.trim() }),
    head("HS256 with the name of the key's file", "bad-alg", { alg: "HS256" }, { hmac: file }),
    head("HS256 with nothing", "bad-alg", { alg: "HS256" }, { hmac: "" }),
    head("an ES384 that is none", "bad-alg", { alg: "ES384" }),
    head("an RS256 that is none", "bad-alg", { alg: "RS256" }),
    head("alg in lower case", "bad-alg", { alg: "es256" }),
    head("ES256 by HMAC", "bad-signature", {}, { hmac: file }),

    head("type JWT", "bad-typ", { typ: "JWT" }),
    head("no type", "bad-typ", { typ: undefined }),
    head("no kid", "unknown-client", { kid: undefined }),
    head("a kid without its generation", "unknown-client", { kid: "laptop" }),
    head("a kid of an earlier generation", "unknown-client", { kid: "laptop.g0" }),
    head("a kid of a later generation", "unknown-client", { kid: "laptop.g2" }),
    head("a kid that is a path", "unknown-client", { kid: "../keys/laptop.g1" }),
    head("a kid that is a list", "unknown-client", { kid: ["laptop.g1"] }),
    head("a key of its own in the header", "bad-signature", { jwk: { kty: "EC" } }, { pair: keys.stranger }),
    head("the kid of another client", "bad-signature", { kid: "phone.g1" }),
    head("the kid of a client of certificates", "bad-signature", { kid: "tw.g1" }),
    head("kid and subject of a client of certificates", "bad-signature", { kid: "tw.g1" }, { claims: { sub: "tw" } }),
    row("a key that no guard knows", "bad-signature", { pair: keys.stranger }),
    row("the key of another client", "bad-signature", { pair: keys.other }),
    head("kid and subject of another client", "bad-signature", { kid: "phone.g1" }, { claims: { sub: "phone" } }),
    ["claims that were changed", bearer(tampered(token())), "bad-signature"],
    row("half a signature", "bad-signature", { signature: (right) => right.slice(0, -4) }),
    row("no signature", "bad-signature", { signature: "" }),
    row("a signature of zeros", "bad-signature", { signature: "A".repeat(86) }),
    row("a signature as DER", "bad-signature", { signature: "MEUCIQ".padEnd(96, "A") }),
    ["two parts", bearer(token().replace(/\.[^.]*$/, "")), "bad-signature"],

    claim("the subject of another client", "sub-not-key", { sub: "phone" }),
    claim("its kid as the subject", "sub-not-key", { sub: "laptop.g1" }),
    claim("no subject", "sub-not-key", { sub: undefined }),
    claim("a subject that is an object", "sub-not-key", { sub: { laptop: 1 } }),
    claim("another issuer", "bad-iss", { iss: "gatekey:office" }),
    claim("no issuer", "bad-iss", { iss: undefined }),
    claim("another guard", "bad-aud", { aud: "openclaw-gateway:attic" }),
    claim("no audience", "bad-aud", { aud: undefined }),
    claim("a list of audiences", "bad-aud", { aud: ["openclaw-gateway:attic", "x"] }),
    claim("a list with the right audience", "bad-aud", { aud: ["openclaw-gateway:studio"] }),
    claim("an audience 200 lists deep", "bad-aud", { aud: JSON.parse("[".repeat(200) + "]".repeat(200)) }),
    claim("8 KiB of another audience", "bad-aud", { aud: "x", pad: "x".repeat(6000) }),

    claim("expired two minutes ago", "expired", { iat: now - 1000, exp: now - 120 }),
    claim("no exp", "no-exp", { exp: undefined }),
    claim("exp 0", "no-exp", { exp: 0 }),
    claim("exp null", "bad-time", { exp: null }),
    claim("exp as a string", "bad-time", { exp: String(now + 300) }),
    claim("exp as a string in exponents", "bad-time", { exp: "1.9e+09" }),
    claim("exp with a fraction", "bad-time", { exp: now + 300.5 }),
    claim("exp 1e30", "bad-time", { exp: 1e30 }),
    claim("exp below 0", "bad-time", { exp: -5 }),
    claim("exp true", "bad-time", { exp: true }),
    row("exp of 2^63", "bad-time", { payload: claimsWith(`"iat":${now},"exp":9223372036854775808`) }),
    row("a string as exp, behind one that is nested", "bad-time", {
      payload: claimsWith(`"a":{"exp":${now + 300}},"iat":${now},"exp":"${now + 300}"`),
    }),
    row("a nested exp alone", "no-exp", { payload: claimsWith(`"a":{"exp":${now + 300}},"iat":${now}`) }),
    claim("ten years", "life-too-long", { exp: now + 315_360_000 }),
    claim("an hour and a second", "life-too-long", { exp: now + 3601 }),
    claim("no iat", "no-iat", { iat: undefined }),
    claim("iat as a string", "bad-time", { iat: String(now) }),
    claim("issued in an hour", "iat-in-future", { iat: now + 3600, exp: now + 3900 }),
    claim("valid in ten minutes", "not-yet", { nbf: now + 600 }),
    claim("nbf as a string", "bad-time", { nbf: "1" }),
    claim("nbf of 2^63", "bad-time", { nbf: 2 ** 63 }),
  ]
}

/** Returns claims that are right but for the times, as text. */
function claimsWith(times: string): string {
  return `{"iss":"gatekey:home","sub":"laptop","aud":"openclaw-gateway:studio",${times}}`
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` }
}

function tampered(token: string): string {
  const [head, claims = "", signature] = token.split(".")
  const changed = JSON.parse(Buffer.from(claims, "base64url").toString())
  return [head, encoded(JSON.stringify({ ...changed, exp: changed.exp + 1000 })), signature].join(".")
}
