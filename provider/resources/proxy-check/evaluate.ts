import { createAuthority } from "../../../certificates/authority.ts"
import { type AuthoritySet, authorityOf, bundleOf } from "../../../certificates/authority-set.ts"
import { type EphemeralCertificate, issueEphemeral } from "../../../certificates/ephemeral.ts"
import { commonName } from "../../../certificates/identity.ts"
import { normalizeHost } from "../../../core/host.ts"
import { admissions, knownHeaders } from "../../../core/own-proxy.ts"
import { ownIdentity } from "../../../products/trusted-proxy.ts"
import { headerName } from "../../gateways/identity.ts"
import { type Attempt, tryHttp, tryWebSocket, type Way } from "./attempts.ts"
import type { ProxyCheckInputs } from "./inputs.ts"
import { type ClientReplies, type Judgement, judgeProxy, type Observations } from "./judge.ts"
import type { Reply } from "./reply.ts"

/** Tries a proxy from outside. @throws Unreachable if the host from which it is tried does not answer */
export async function evaluateProxy(inputs: ProxyCheckInputs, set: AuthoritySet): Promise<Judgement> {
  const { proxy, mode, clients } = inputs
  const now = new Date()
  const own = admissions[proxy] === "certificate"
  const way: Way = { ...inputs, ...(own ? { authority: bundleOf(set) } : {}) }
  const authority = authorityOf(set, inputs.issuer)
  const none = await tryWebSocket(way, {})
  const made = await Promise.all(clients.map((client) => issueEphemeral(authority, client, now)))
  const replies: ClientReplies[] = []
  for (const [at, client] of clients.entries()) replies.push(await tryClient(way, client, made[at]))
  const { identity, scopes } = ownIdentity
  const claim = { [forgedHeader(inputs, set)]: identity }
  // What a client may claim is known of one that gets through.
  const at = Math.max(
    0,
    replies.findIndex(({ plain }) => plain.kind === "gateway"),
  )
  const [first, plain] = [made[at], replies[at]?.plain ?? none]
  const isSeen = plain.kind === "gateway"
  return judgeProxy({
    ...{ proxy, mode, none, clients: replies },
    strangers: own && plain.kind !== "none" ? await tryStrangers(way, inputs, set, now) : [],
    forged: isSeen ? { plain, forged: await tryWebSocket(way, { ...as(first), headers: claim, scopes }) } : undefined,
    loopback: isSeen ? await tryLoopback(way, plain, inputs.gatewayHost, as(first)) : undefined,
  })
}

type CheckedClient = ProxyCheckInputs["clients"][number]

/** Scopes with which a client may call tools anyway. */
const writing = ["operator.write", "operator.admin"]

async function tryClient(
  way: Way,
  client: CheckedClient,
  own: EphemeralCertificate | undefined,
): Promise<ClientReplies> {
  const { role, name, scopes = [] } = client
  const plain = await tryWebSocket(way, as(own))
  const mayWrite = scopes.some((scope) => writing.includes(scope))
  const http =
    plain.kind !== "gateway" || mayWrite ? undefined : await tryHttp(way, { ...as(own), headers: claimedScopes })
  return { identity: `${role}:${name}`, commonName: commonName(client), scopes, plain, ...(http ? { http } : {}) }
}

/** Without the proxy's rule the gateway goes by these, or by its default, which is as much. */
const claimedScopes = { "X-OpenClaw-Scopes": writing.join(",") }

/** Tries certificates that must not let in. */
async function tryStrangers(
  way: Way,
  { clients: [first], issuer }: ProxyCheckInputs,
  set: AuthoritySet,
  now: Date,
): Promise<Observations["strangers"]> {
  const known = { name: "tw", generation: 1, role: "node", ...first } as const
  const authority = authorityOf(set, issuer)
  const tries = [
    ["foreign-authority", await createAuthority(set.domain, now), known],
    ["undeclared-name", authority, { ...known, name: "gatekey-check" }],
    // No certificate ever had it.
    ...(first ? [["other-generation", authority, { ...known, generation: 0 }] as const] : []),
  ] as const
  const strangers: Observations["strangers"][number][] = []
  for (const [code, issuing, identity] of tries)
    strangers.push({ code, reply: await tryWebSocket(way, as(await issueEphemeral(issuing, identity, now))) })
  return strangers
}

/** Claims another client's address, where the gateway may take the proxy's own for a further proxy's. */
async function tryLoopback(
  { host, address, ...way }: Way,
  known: Reply,
  gatewayHost: string,
  attempt: Attempt,
): Promise<Observations["loopback"]> {
  const here = { ...way, host: gatewayHost, address: "127.0.0.1" }
  const isHere = address === here.address && normalizeHost(host) === normalizeHost(gatewayHost)
  const plain = isHere ? known : await tryWebSocket(here, attempt)
  return { plain, forged: await tryWebSocket(here, { ...attempt, headers: { "X-Forwarded-For": otherAddress } }) }
}

/** Of RFC 5737: no client has it. */
const otherAddress = "203.0.113.7"

function as(own: EphemeralCertificate | undefined): Attempt {
  return own ? { own } : {}
}

function forgedHeader({ userHeader, proxy }: ProxyCheckInputs, set: AuthoritySet): string {
  const given = userHeader ?? knownHeaders[proxy]
  return headerName(set, given === undefined ? {} : { userHeader: given })
}
