import { explain } from "../../../core/explanation.ts"

/** Of files, containers, hosts, and of the guards and sidecars that gatekey made. */
export const placeCodes = {
  default: explain("The value is a public default: everybody knows it.", "`gatekey scan --write`, then `pulumi up`."),
  readable: explain("Others can read or change a file with a token.", "`chmod go-rwx` that file."),
  backup: explain("A backup contains the token, and no rotation reaches it.", "Remove the file."),
  copy: explain(
    "Another file contains the token, and no rotation reaches it.",
    "Declare it under `places`, or remove it.",
  ),
  script: explain("A script or crontab contains the token.", "Let it read the secret file instead."),
  profile: explain(
    "A shell profile exports a token to all that is started from it.",
    "Remove the line, and log in again.",
  ),
  argument: explain("A token is in a command line, which all users can see.", "Use a file or the config instead."),
  unread: explain("A line contains a token that the product does not read.", "Remove it, or close the value above it."),
  "file-unreadable": explain("A file cannot be read, so whether it has a token is not known.", "Repair or remove it."),
  "not-searched": explain("A part of the home was not searched for copies.", "Read the reason; search there yourself."),
  container: explain("A container holds a token or publishes the gateway's port.", "Stop or remove it, or declare it."),
  clock: explain(
    "The clock of a host differs by a minute or more.",
    "Set it: certificates and lock-outs depend on it.",
  ),
  "secret-missing": explain("The secret file of the config is missing or cannot be read.", "`pulumi up` writes it."),
  "secret-link": explain("The secret file is a symbolic link, which openclaw refuses.", "Replace it by a file."),
  "secret-hardlink": explain("The secret file has a second name, which openclaw refuses.", "Replace it by a copy."),
  "secret-open": explain("Others can read the secret file, which openclaw refuses.", "`chmod 600` it."),
  "secret-owner": explain("The secret file belongs to another user.", "`sudo chown` it to the gateway's user."),
  "secret-unreadable": explain("The secret file has no usable content.", "`pulumi up` writes it."),
  "certificate-missing": explain("A guard or sidecar has no certificate.", "`pulumi up` makes one."),
  "certificate-expired": explain("Its certificate has expired.", "`pulumi up` renews it."),
  "certificate-early": explain("Its certificate is not valid yet.", "Compare the clocks."),
  "certificate-foreign": explain("No authority of its `ca.pem` signed its certificate.", "`pulumi up` renews it."),
  "certificate-ends": explain("Its certificate ends soon.", "`pulumi up` renews it."),
  "key-missing": explain("It has no private key.", "`pulumi up` makes one."),
  "key-other": explain("Its private key is not the certificate's.", "`pulumi up` makes both."),
  "key-mode": explain(
    "Others can read its private key.",
    "`chmod 600`; raise its generation if they may have read it.",
  ),
  "key-owner": explain("Its private key belongs to another user.", "`pulumi up` makes another one."),
  "proxy-stopped": explain("Its HAProxy does not run.", "`pulumi up` starts it; see its service and its log."),
  "proxy-unknown": explain("Whether its HAProxy runs is not known, as the host has no perl.", "Install perl there."),
  "proxy-not-loaded": explain("HAProxy runs with an earlier configuration.", "`pulumi up` loads the present one."),
  "proxy-edited": explain("Its configuration is not as gatekey writes it.", "`pulumi up` writes it again."),
  "proxy-mode": explain(
    "Others can read the name of the identity header.",
    "`chmod 600`, then raise `header` of the guard.",
  ),
} as const
