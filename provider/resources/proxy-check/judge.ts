import { type Admission, admissions, type OwnProxy } from "../../../core/own-proxy.ts"
import { describeVerdict, unattributed } from "../../../gateways/verdict.ts"
import { type Fault, fixOf } from "./fixes.ts"
import type { Reply } from "./reply.ts"

export interface Finding {
  readonly code: Fault
  /** What was found, and what was expected. */
  readonly message: string
  readonly fix: string
}

/** What was asked for a declared client: a WebSocket, and the HTTP API with scopes that it claims. */
export interface ClientReplies {
  readonly identity: string
  readonly commonName: string
  readonly scopes: readonly string[]
  readonly plain: Reply
  /** Only of those that may not call tools. */
  readonly http?: Reply
}

/** What requests to a proxy met. */
export interface Observations {
  readonly proxy: OwnProxy
  readonly mode: "trusted-proxy" | "token"
  readonly clients: readonly ClientReplies[]
  /** Without a certificate. */
  readonly none: Reply
  /** With a certificate that must not let in. */
  readonly strangers: readonly { readonly code: Stranger; readonly reply: Reply }[]
  /** As a client that gets through: with the header of another identity, and without. */
  readonly forged: { readonly plain: Reply; readonly forged: Reply } | undefined
  /** By the loopback of the proxy's host: with another client's address, and without. */
  readonly loopback: { readonly plain: Reply; readonly forged: Reply } | undefined
}

type Stranger = "foreign-authority" | "undeclared-name" | "other-generation"

export interface Judgement {
  readonly findings: readonly Finding[]
  readonly notKnown: readonly string[]
}

/** Evaluates what a proxy lacks, and what cannot be found out. */
export function judgeProxy(seen: Observations): Judgement {
  const first = seen.clients[0]?.plain ?? seen.none
  if (first.kind === "none") return judgeAbsence(first, seen.proxy)
  const admission = admissions[seen.proxy]
  const parts = [
    judgeAdmission(seen, admission),
    ...(admission === "elsewhere"
      ? []
      : [judgeClients(seen), judgeScopes(seen), judgeForged(seen), judgeAddress(seen)]),
  ]
  return { findings: parts.flatMap(({ findings }) => findings), notKnown: parts.flatMap(({ notKnown }) => notKnown) }
}

function judgeAbsence({ why, reason }: Extract<Reply, { kind: "none" }>, proxy: OwnProxy): Judgement {
  if (why === "unreachable") return finding("unreachable", `it cannot be reached: ${reason}`, proxy)
  if (why === "certificate")
    return finding("server-certificate", `its certificate is not valid for its clients: ${reason}`, proxy)
  return unknown(`nothing: ${reason}`)
}

/** Who has nothing that lets in must not reach the gateway: it may still know a device. */
function judgeAdmission({ none, strangers, proxy }: Observations, admission: Admission): Judgement {
  if (admission === "network")
    return unknown("who is let in: that is decided by the network (each of its machines reaches the proxy)")
  const who = admission === "certificate" ? "a client without a certificate" : "a client without a credential"
  const open = strangersWithNone(none, strangers).filter(({ reply }) => reply.kind === "gateway")
  const whom = { ...strangerNames, "no-certificate": who }
  return merged([
    ...open.map(({ code }) => finding(code, `it lets ${whom[code]} through to the gateway, expected a refusal`, proxy)),
    ...(admission === "elsewhere"
      ? [unknown("what it hands over of a client that is let in: gatekey has no credential of it")]
      : []),
  ])
}

function strangersWithNone(none: Reply, strangers: Observations["strangers"]) {
  return [{ code: "no-certificate" as const, reply: none }, ...strangers]
}

const strangerNames = {
  "foreign-authority": "a certificate of another authority",
  "undeclared-name": "a certificate with a name that is not declared",
  "other-generation": "a certificate of another generation",
}

function judgeClients({ clients, mode, proxy }: Observations): Judgement {
  const isAddress = clients.some(({ plain }) => isUnattributed(plain))
  return merged([
    ...clients.map((client) => judgeClient(client, mode, proxy)),
    ...(isAddress
      ? [finding("client-address", "it hands over a loopback address for a client of its own host", proxy)]
      : []),
  ])
}

function judgeClient({ plain, identity, commonName, scopes }: ClientReplies, mode: string, proxy: OwnProxy): Judgement {
  if (plain.kind === "none") return unknown(`${identity}: ${plain.reason}`)
  if (plain.kind === "proxy")
    return finding("refused-client", `it refuses the certificate ${commonName} of ${identity} (${plain.what})`, proxy)
  if (mode === "token" || isUnattributed(plain)) return nothing
  if (plain.verdict.kind !== "accepted")
    return finding(
      "identity",
      `the gateway does not accept ${identity} from it (${describeVerdict(plain.verdict)}), expected that identity`,
      proxy,
    )
  const [found, expected] = [plain.scopes, scopes].map((each) => each.toSorted().join(", ") || "none")
  return found === expected
    ? nothing
    : finding("identity", `${identity} gets the scopes ${found} by it, expected ${expected}`, proxy)
}

/** A client without the scope for it must not call tools by HTTP, where a gateway goes by what the proxy says of scopes. */
function judgeScopes({ clients, mode, proxy }: Observations): Judgement {
  if (mode === "token") return nothing
  const open = clients.filter(({ http }) => http && isAccepted(http))
  const closed = clients.filter(({ http }) => http?.kind === "proxy")
  return merged([
    ...open.map(({ identity, scopes }) =>
      finding(
        "scopes",
        `${identity} may call tools by HTTP as an operator, expected X-OpenClaw-Scopes: ${scopes.join(",") || ","}`,
        proxy,
      ),
    ),
    ...(closed.length > 0
      ? [
          unknown(
            `whether it sets X-OpenClaw-Scopes for ${closed.map(({ identity }) => identity).join(", ")}: it refuses each request but a WebSocket itself, which is as good`,
          ),
        ]
      : []),
  ])
}

function judgeForged({ forged: tried, mode, proxy }: Observations): Judgement {
  if (mode === "token") return unknown(byToken)
  if (tried === undefined || tried.forged.kind !== "gateway") return nothing
  const { plain, forged } = tried
  const other = isAccepted(forged) && !isEqual(forged, plain)
  if (other) return finding("forged-identity", "a client that claims another identity in the header gets it", proxy)
  return isAccepted(plain) && !isAccepted(forged)
    ? finding(
        "forged-identity",
        "the identity that a client claims in the header reaches the gateway beside its own",
        proxy,
      )
    : nothing
}

const byToken = "identities, scopes and addresses: the gateway's mode is token, so it goes by none of them"

function judgeAddress({ loopback, mode, proxy }: Observations): Judgement {
  if (mode === "token" || loopback === undefined) return nothing
  const { plain, forged } = loopback
  if (isUnattributed(plain) && forged.kind === "gateway" && !isUnattributed(forged))
    return finding(
      "forwarded-address",
      "it appends to the X-Forwarded-For of a client, so that a client on its own host chooses its address; expected that it sets the header",
      proxy,
    )
  return plain.kind === "gateway"
    ? nothing
    : unknown("whether it appends to the X-Forwarded-For of a client: it is not reached by the loopback of its host")
}

function isAccepted(reply: Reply): boolean {
  return reply.kind === "gateway" && reply.verdict.kind === "accepted"
}

function isUnattributed(reply: Reply): boolean {
  return reply.kind === "gateway" && reply.verdict.kind === "refused" && reply.verdict.code.is(unattributed)
}

function isEqual(one: Extract<Reply, { kind: "gateway" }>, other: Reply): boolean {
  return isAccepted(other) && other.kind === "gateway" && one.scopes.join() === other.scopes.join()
}

const nothing: Judgement = { findings: [], notKnown: [] }

function finding(code: Fault, message: string, proxy: OwnProxy): Judgement {
  return { findings: [{ code, message, fix: fixOf(code, proxy) }], notKnown: [] }
}

function unknown(what: string): Judgement {
  return { findings: [], notKnown: [what] }
}

function merged(parts: readonly Judgement[]): Judgement {
  return { findings: parts.flatMap(({ findings }) => findings), notKnown: parts.flatMap(({ notKnown }) => notKnown) }
}
