import { explain } from "../../../core/explanation.ts"

/** Of a node or another client: what it sends, its way to the gateway, its pairing, its service. */
export const nodeCodes = {
  "wrong-token": explain(
    "The node sends another token than its gateway accepts.",
    "Remove the value from the place that is named, or set it to the gateway's token.",
  ),
  "flawed-token": explain("The node sends the right token with quotes around it.", "Remove the quotes in that place."),
  "stale-process": explain("The node runs with an environment from before it was changed.", "Restart it."),
  "next-start": explain(
    "A file was changed since the node started: at its next start it sends another token.",
    "Set the value in that file to the gateway's token, or remove it.",
  ),
  "stale-spare": explain(
    "The paired node connects by its device's own token, but its spare token is wrong.",
    "Set it to the gateway's token before the node has to pair again.",
  ),
  "no-token-sent": explain("A client has no token to send.", "Give it the gateway's token in the place that is named."),
  "not-known": explain("What the node sends is not known.", "Scan as the node's user, or as root."),
  "not-asked": explain(
    "The gateway was not checked, so whether it accepts the node is not known.",
    "Scan its host too: `--host ssh://…`.",
  ),
  unresolved: explain("A reference in the config leads to no token.", "Repair what it refers to: a file, a variable."),
  "ignored-name": explain(
    "The predecessor's variable is set, which openclaw ignores.",
    "Remove it, or use the product's own variable.",
  ),
  "password-gateway": explain(
    "The node has a token, but its gateway accepts a password.",
    "Give the node the password.",
  ),
  profiles: explain("The node's profile reads another config than the one that has the token.", "Use one profile."),
  "wrong-address": explain(
    "The gateway's name means another machine on the node.",
    "Check `/etc/hosts` and DNS there.",
  ),
  "no-name": explain("The gateway's name is not resolved on the node.", "Check `/etc/hosts` and DNS there."),
  "tls-pin": explain(
    "The gateway's certificate is not the one that the node has pinned.",
    "Compare it on the gateway's host, then set `gateway.remote.tlsFingerprint`.",
  ),
  "lacks-tls": explain("The gateway speaks TLS, but the node connects without it.", "Start the node with `--tls`."),
  "locked-out": explain(
    "The gateway has locked the node's address out after too many wrong tokens.",
    "End what sends them; a restart of the gateway ends the lock-out.",
  ),
  "loopback-only": explain(
    "The gateway listens on 127.0.0.1 only, and the node is on another machine.",
    "Set `gateway.bind` to `lan`, with TLS or a guard before it.",
  ),
  dropped: explain("Packets to the gateway get no answer.", "Check the firewall between them, or switch the host on."),
  "no-way": explain(
    "The node finds no gateway at the address that it uses.",
    "Correct the address, or start the gateway.",
  ),
  "pairing-pending": explain("The node's pairing waits for an approval.", "Approve it with the command shown."),
  revoked: explain("The node's device token was revoked.", "Give it the gateway's token once, and restart it."),
  pruned: explain(
    "The gateway no longer knows the node's device.",
    "Give it the gateway's token once, and restart it.",
  ),
  away: explain("The node is paired, but not connected.", "Start it, if it should run."),
  "no-sidecar": explain("The node's sidecar does not answer.", "`pulumi up` starts it; see its service and its log."),
  "no-guard": explain("The node cannot reach the guard.", "Check that the guard runs, and the firewall."),
  "guard-certificate": explain(
    "The guard's certificate is not valid for the node.",
    "`pulumi up`; compare the clocks.",
  ),
  "guard-rejects-certificate": explain("The guard rejects the node's certificate.", "`pulumi up`; compare the clocks."),
  "guard-refuses": explain("The guard refuses the node.", "Declare it with `sidecar`, and run `pulumi up`."),
  "guard-no-gateway": explain("The guard does not reach its gateway.", "Start the gateway; see its log."),
  "guard-not-trusted": explain("The gateway does not accept what its guard says.", "`pulumi up` writes its settings."),
  "gateway-refuses-identity": explain(
    "The gateway behind the guard rejects the node.",
    "`pulumi up` writes its settings.",
  ),
  "not-reloaded": explain("A service was edited on disk and not reloaded.", "Reload it with the command shown."),
  "not-loaded": explain(
    "The service's definition is masked, broken, or loaded from elsewhere.",
    "Unmask or repair it.",
  ),
  "not-running": explain(
    "The service is loaded and enabled, but does not run.",
    "Start it; its log says why it ended.",
  ),
  "start-limit": explain(
    "The manager no longer starts the service after many failures.",
    "`systemctl --user reset-failed`.",
  ),
  "no-keep-alive": explain("Nothing starts the service again when it ends.", "Set `KeepAlive` or `Restart=always`."),
  "roots-service": explain(
    "The service runs as another user, whose files it reads.",
    "Install it as the user's service.",
  ),
  "session-environment": explain(
    "The user's manager gives the token to everything that it starts.",
    "Remove the variable with the command shown.",
  ),
} as const
