import { explain } from "../../../core/explanation.ts"

/** Of a gateway: its port, its start, what it accepts, whom it trusts. */
export const gatewayCodes = {
  "port-taken": explain(
    "Another process or container uses the gateway's port.",
    "Stop that owner with the command shown.",
  ),
  "second-gateway": explain(
    "A second gateway runs on the host, from the same home or where only a node should run.",
    "Stop the one that should not run with the command shown.",
  ),
  "no-gateway": explain("Nothing answers on the gateway's port.", "Start the gateway; its log says why it ended."),
  "not-a-gateway": explain("What answers on the port is not a gateway, or it is silent.", "See what owns the port."),
  "pairing-required": explain("The gateway asks for a pairing first.", "Approve the request on the gateway's host."),
  "rate-limited": explain(
    "The gateway has locked this address out after wrong tokens.",
    "Wait, or restart the gateway.",
  ),
  proxy: explain(
    "A guard or a sidecar answers instead of the gateway.",
    "Read its reason; see the guard's own codes below.",
  ),
  unreachable: explain("The host from which to connect does not answer.", "Check that it is on, and its SSH."),
  tls: explain("The TLS connection fails.", "Compare the certificate, its names and the clocks."),
  protocol: explain(
    "The gateway speaks a version of the protocol that gatekey does not know.",
    "Update gatekey or it.",
  ),
  starting: explain(
    "The gateway is starting, so what it accepts is not known yet.",
    "Wait until it answers, then scan again.",
  ),
  "start-failed": explain(
    "The gateway's last start failed; the sentence has its own reason.",
    "Correct that, and start it.",
  ),
  "refuses-start": explain(
    "The gateway does not start with its present configuration.",
    "Change the setting that is named.",
  ),
  "config-broken": explain("The product cannot parse its config.", "Repair the file at the line that is named."),
  "config-rejected": explain(
    "The product rejects a config that belongs to no gateway or node.",
    "`openclaw doctor --fix`.",
  ),
  "unknown-key": explain(
    "The config has a key that the product refuses, so it does not start.",
    "`openclaw doctor --fix`.",
  ),
  open: explain(
    "The gateway accepts a client that sends no token, and so every client.",
    "Set `gateway.auth.mode` to `token`, give it a strong token, and restart it.",
  ),
  unauthenticated: explain(
    "The gateway is configured without authentication.",
    "Set `gateway.auth.mode` to `token` and `gateway.auth.token` to a strong value, and restart it.",
  ),
  "open-bind": explain(
    "The gateway listens beyond the loopback without TLS: the network can read the token.",
    "Set `gateway.bind` to `loopback`, or put TLS or a guard in front of it.",
  ),
  "no-token": explain("The gateway has no token; openclaw generates one at each start.", "Set `gateway.auth.token`."),
  "token-not-known": explain(
    "The token that the gateway accepts was not found; the sentence says what could not be read.",
    "Find what starts it with the command shown, or scan as its user.",
  ),
  "other-token": explain(
    "The gateway accepts another token than the one in its own files.",
    "Adopt the one in use with `gatekey scan --write`, or restart the gateway.",
  ),
  "secret-newer": explain("The secret file was changed after the gateway had started.", "Restart the gateway."),
  "gateway-refuses": explain("The gateway rejects the token in its own files.", "Restart it, so that it reads them."),
  "flag-wins": explain(
    "`--token` or `--password` overrides the gateway's files.",
    "Remove the option from what starts the gateway, and restart it.",
  ),
  "wrong-key": explain(
    "The gateway's only token is under `gateway.remote.token`, which is what a client sends.",
    "Move the value to `gateway.auth.token`.",
  ),
  "password-mode": explain(
    "A password switches the gateway to password mode, because `gateway.auth.mode` is not set.",
    "Set `gateway.auth.mode` to `token`, or remove the password; then restart it.",
  ),
  "other-mode": explain("The gateway authenticates by something else than a token.", "Nothing, if that is intended."),
  "weak-password": explain(
    "The gateway's password can be guessed.",
    "`gatekey scan --write`, then `pulumi up` rotates it.",
  ),
  "profile-token": explain(
    "A profile of the product connects to this gateway's port with another token.",
    "Give the profile its own `gateway.port`, or the gateway's token.",
  ),
  "forgeable-identity": explain(
    "The name of the identity header can be guessed, so every process of the host can claim any identity.",
    "Give the header a random name, in the gateway's config and its proxy's.",
  ),
  "any-user": explain(
    "The gateway accepts every user that its proxy names.",
    "List the users in `gateway.auth.trustedProxy.allowUsers`.",
  ),
  "auto-approval": explain(
    "Behind a proxy of the same host every node looks local, and is paired without an approval.",
    "`openclaw config set gateway.nodes.pairing.autoApproveLocal false`",
  ),
  "wide-trust": explain(
    "`gateway.trustedProxies` has ranges: each machine in them counts as the proxy.",
    "Set it to the proxy's own address.",
  ),
  "remote-proxy": explain("The gateway trusts a proxy on another machine.", "Use TLS between them, or move the proxy."),
  "second-path": explain(
    "The gateway listens beyond the loopback, past its proxy.",
    "`openclaw config set gateway.bind loopback`",
  ),
  "unknown-proxy": explain(
    "Whether a proxy that gatekey did not make deletes a client's identity headers is not known.",
    "Send the user header through it without a credential: it must refuse that.",
  ),
} as const
