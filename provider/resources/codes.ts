import { type Explanation, explain } from "../../core/explanation.ts"
import { findingCodes } from "../../core/finding-codes.ts"
import type { AccessEvaluation } from "./access/evaluate.ts"
import type { CertificateEvaluation } from "./certificate/evaluate.ts"
import type { ClientKeyEvaluation } from "./client-key/evaluate.ts"
import type { HandshakeEvaluation } from "./handshake/evaluate.ts"
import type { ListenerEvaluation } from "./listener/evaluate.ts"
import type { PairingEvaluation } from "./pairing/evaluate.ts"
import type { ServiceDescription } from "./service/evaluate.ts"
import type { TrustEvaluation } from "./trusted-proxy/evaluate.ts"

type Explained<Code extends string> = { readonly [code in Code]: Explanation }
type ServiceCodes = NonNullable<ServiceDescription["codes"]>

const nothing = "Nothing."
const renew = "`pulumi up` renews it."
const close = "`pulumi up` closes it."

const certificate: Explained<CertificateEvaluation["code"]> = {
  current: explain("It is as declared.", nothing),
  absent: explain("There is none yet.", "`pulumi up` makes one."),
  unreadable: explain("The file cannot be read.", "Repair what the message names."),
  foreign: explain("The file has no certificate of this authority.", renew),
  "other-identity": explain("It is for another name or generation.", renew),
  "other-authority": explain("Another generation of the authority issued it.", renew),
  "no-key": explain("Its private key is missing.", renew),
  expired: explain("It has expired.", renew),
  "not-yet": explain("It is not valid yet.", "Compare the clocks."),
  due: explain("A third of its life is over.", renew),
  "too-open": explain("Others can read the private key.", close),
  unchecked: explain("Whether the key fits could not be checked there.", "Read the message: a program is missing."),
}

const clientKey: Explained<ClientKeyEvaluation["code"]> = {
  current: explain("It is as declared.", nothing),
  absent: explain("There is none yet.", "`pulumi up` makes one."),
  unreadable: explain("The file cannot be read.", "Repair what the message names."),
  foreign: explain("The key is not one that gatekey made.", "`pulumi up` makes another one."),
  "other-identity": explain("It is for another name or generation.", "`pulumi up` makes another one."),
  "too-open": explain("Others can read the private key.", close),
  unchecked: explain("The key could not be checked there.", "Read the message: a program is missing."),
}

const trust: Explained<TrustEvaluation["code"]> = {
  accepted: explain("The running gateway accepts what its guard says.", nothing),
  refused: explain("The running gateway does not accept what its guard says.", "`pulumi up` writes its settings."),
  unknown: explain("The gateway could not be asked.", "Start it, then `pulumi preview`."),
}

const access: Explained<AccessEvaluation["code"]> = {
  accepted: explain("The client gets in by its guard.", nothing),
  past: explain("The client connects past its sidecar.", "Restart it with the sidecar's port."),
  sidecar: explain("The sidecar does not answer.", "See its service in the same preview."),
  tls: explain("The guard's certificate is not valid for the client.", "`pulumi up`; compare the clocks."),
  guard: explain("The guard cannot be reached, or refuses the client.", "Read its reason; declare the client."),
  gateway: explain("The gateway behind the guard does not answer, or rejects the client.", "Start it; see its trust."),
}

const listener: Explained<ListenerEvaluation["code"]> = {
  owned: explain("A process or container uses the port.", "Nothing, if it may; else stop it, or list it in `evict`."),
  none: explain("Nothing listens on the port.", "Start the gateway."),
  unknown: explain("The port could not be checked there.", "Read the message."),
}

const handshake: Explained<HandshakeEvaluation["code"]> = {
  accepted: explain("The gateway accepts the node's token.", nothing),
  answers: explain("The gateway answers, and no token was sent.", nothing),
  refused: explain("The gateway rejects the token.", "`gatekey doctor NODE` names the cause."),
  "pairing required": explain("The gateway asks for a pairing first.", "Approve the request."),
  "rate limited": explain("The gateway has locked the address out.", "Wait, or restart the gateway."),
  "no gateway": explain("Nothing answers on the node's route.", "Start the gateway, or correct `url`."),
  "not a gateway": explain("What answers is not a gateway.", "See what owns the port."),
  starting: explain("The gateway is starting.", "Wait for it."),
  proxy: explain("A guard or sidecar answers instead of the gateway.", "Read its reason."),
  unreachable: explain("The node's host does not answer.", "Check its SSH."),
  tls: explain("The TLS connection fails.", "Compare the certificate with `tlsFingerprint`."),
  protocol: explain("The gateway's protocol is not known.", "Update gatekey or the gateway."),
  unasked: explain("No connect on the node's route was possible.", "Read the message."),
}

const pairing: Explained<PairingEvaluation["code"]> = {
  connected: explain("The gateway has approved the node, and it is connected.", nothing),
  silent: explain(
    "It is connected, and the gateway approved it by itself.",
    "Approve it for good, as the message says.",
  ),
  "asks-for-more": explain("It is connected, and requests more than it has.", "Check the request, then approve it."),
  "permissions-pending": explain(
    "It is connected, and what it may do waits for an approval.",
    "Approve it, or set `approve`.",
  ),
  "not-connected": explain("The gateway has approved it, and it is not connected.", "Start the node."),
  pending: explain("It requests a pairing.", "Approve it, or set `approve`; then restart the node."),
  "not-paired": explain("The gateway does not know a node of this name.", "Start the node, under that display name."),
  pruned: explain("The gateway removed a device that it had approved by itself.", "Restart the node with a token."),
  revoked: explain("Its device was revoked or removed at the gateway.", "To accept it again, pair it again."),
  several: explain("Several devices have this name.", "Name the right one in `device`."),
  "no-strays": explain("The gateway has no pairing and no request that is not declared.", nothing),
  strays: explain("The gateway has pairings or requests that are not declared.", "Declare them, or remove them there."),
  unasked: explain("The gateway could not be asked.", "Read the message; see its Listener in the same preview."),
}

const definition: Explained<ServiceCodes["definition"]> = {
  loaded: explain("The service is loaded as its file says.", nothing),
  absent: explain("The service is not installed.", "Install it, or declare its `program`."),
  unknown: explain("The manager could not be asked.", "Read the message: no session, or no manager."),
  elsewhere: explain("The manager has it from another file.", "Remove the other file."),
  broken: explain("The manager cannot parse the file.", "Repair it."),
  masked: explain("The unit is masked.", "`systemctl --user unmask` it."),
  off: explain("Its user has disabled it.", "Nothing: gatekey does not start it."),
  unloaded: explain("It is installed, and not loaded.", "`pulumi up` loads it."),
  "no-file": explain("It is loaded, but its file is gone.", "Install it again."),
  stale: explain("Its file was edited, and not reloaded.", "`pulumi up` reloads it."),
  other: explain("Its file is not as `program` declares it.", "`pulumi up` writes it."),
  token: explain("It runs with a token in its definition that should not be there.", "`pulumi up` loads it again."),
  "not-enabled": explain("It is not started at login.", "`pulumi up` enables it."),
}

const processState: Explained<ServiceCodes["process"]> = {
  running: explain("It runs.", nothing),
  starting: explain("It is starting.", "Wait for it."),
  draining: explain("It finishes its work, then restarts.", "Wait for it."),
  stopped: explain("It does not run.", "`pulumi up` starts it."),
  failed: explain("It failed too often, and is not restarted.", "Correct the cause; `pulumi up` starts it."),
}

const runsWith: Explained<ServiceCodes["runsWith"]> = {
  known: explain("What it runs with is known: the message says it.", "`pulumi up`, if that is not the token in force."),
  unknown: explain("What it runs with cannot be known now.", "Read the message."),
}

/** Every code in the state of a resource, by the resource and its property. */
export const resourceCodes: { readonly [where: string]: { readonly [code: string]: Explanation } } = {
  "Placement: `found`": findingCodes,
  "Handshake: `code`": handshake,
  "Pairing: `code`": pairing,
  "Listener: its owner": listener,
  "Service: `codes.definition`": definition,
  "Service: `codes.process`": processState,
  "Service: `codes.runsWith`": runsWith,
  "Access: `code`": access,
  "TrustedProxy: `code`": trust,
  "Certificate: the file": certificate,
  "ClientKey: the file": clientKey,
}
