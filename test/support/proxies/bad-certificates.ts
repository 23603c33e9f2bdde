import type { ProxyClient } from "../../../proxies/client.ts"
import type { Attempt } from "./attempt.ts"
import { type Made, type Pki, pki } from "./pki.ts"

/** Who a guard of the rows lets in. */
export const declaredClients: readonly ProxyClient[] = [
  { name: "tw", generation: 2, role: "node" },
  { name: "n2", generation: 1, role: "node" },
  { name: "laptop", generation: 1, role: "client", scopes: ["operator.read"] },
]

/** Makes the certificates of the rows, by name. */
export async function certificatesFor(own: Pki): Promise<Readonly<Record<string, Made>>> {
  const rogue = await pki()
  return {
    tw: await own.make({ name: "tw", generation: 2 }),
    n2: await own.make({ name: "n2" }),
    laptop: await own.make({ name: "laptop", role: "client" }),
    guard: await own.make({ name: "studio", role: "guard", names: ["studio.test"] }),
    earlier: await own.make({ name: "tw", generation: 1 }),
    later: await own.make({ name: "tw", generation: 3 }),
    undeclared: await own.make({ name: "n3" }),
    expired: await own.make({ name: "n2" }, -40),
    future: await own.make({ name: "n2" }, 2),
    rogue: await rogue.make({ name: "tw", generation: 2 }),
    // What only a server may show, with a client's name.
    server: await own.make({ name: "n2", role: "guard" }),
  }
}

/** Credentials that a guard refuses, each with what is known of its reason. */
export const badCertificates: readonly (readonly [
  what: string,
  attempt: Partial<Attempt> & { readonly as?: string },
  reason: RegExp,
])[] = [
  ["no certificate", {}, /certificate.?required|HANDSHAKE/i],
  ["one of another authority, with the same name", { as: "rogue" }, /unknown.?ca|decrypt/i],
  ["one that is over", { as: "expired" }, /expired/i],
  ["one of tomorrow", { as: "future" }, /BAD_CERTIFICATE|expired|not.?yet/i],
  ["one that only a server may show", { as: "server" }, /unsupported.?certificate|BAD_CERTIFICATE/i],
  ["the guard's own", { as: "guard" }, /unsupported.?certificate|BAD_CERTIFICATE/i],
  ["one of an earlier generation", { as: "earlier" }, /^403 guard: unknown client/],
  ["one of a generation that is not declared yet", { as: "later" }, /^403 guard: unknown client/],
  ["one of a node that is not declared", { as: "undeclared" }, /^403 guard: unknown client/],
  ["a node's, for HTTP", { as: "tw", upgrade: false }, /^403 guard: a node may open a WebSocket only/],
  [
    "a node's, for HTTP that looks like an upgrade",
    { as: "tw", upgrade: false, headers: { upgrade: "websocket" } },
    /^403 guard: a node/,
  ],
  [
    "a node's, to call a tool",
    { as: "tw", upgrade: false, method: "POST", path: "/tools/invoke" },
    /^403 guard: a node/,
  ],
  ["a node's, to call a tool by an upgrade", { as: "tw", method: "POST", path: "/tools/invoke" }, /^403 guard: a node/],
]
