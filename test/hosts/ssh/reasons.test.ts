import { describe, expect, test } from "vitest"
import { explainShellError, explainSshError } from "../../../hosts/ssh/reasons.ts"

const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
The fingerprint for the ED25519 key sent by the remote host is
SHA256:Rz1dJ0w5Lw0.
Host key for tw has changed and you have requested strict checking.
Host key verification failed.`

const noForce = "the account needs a login shell that runs commands, and no ForceCommand"

describe("explains ssh's errors", () => {
  test.each<[string, string]>([
    [
      "ssh: Could not resolve hostname tw.local: Temporary failure in name resolution",
      "the name tw.local is not resolved",
    ],
    ["ssh: Could not resolve hostname tw: Name or service not known", "the name tw is not resolved"],
    ["ssh: Could not resolve hostname tw: nodename nor servname provided, or not known", "the name tw is not resolved"],
    ["ssh: connect to host 10.0.0.9 port 22: Connection refused", "connection refused: no ssh server listens there"],
    ["ssh: connect to host 10.0.0.9 port 22: Connection timed out", "timed out"],
    ["ssh: connect to host 10.0.0.9 port 22: Operation timed out", "timed out"],
    ["Connection timed out during banner exchange", "timed out"],
    ["Timeout, server 10.0.0.9 not responding.", "timed out"],
    ["ssh: connect to host 10.0.0.9 port 22: No route to host", "no route to it"],
    ["ssh: connect to host 10.0.0.9 port 22: Host is down", "no route to it"],
    ["ssh: connect to host 10.0.0.9 port 22: Network is unreachable", "its network is unreachable"],
    ["me@tw: Permission denied (publickey).", "permission denied (publickey)"],
    [
      "me@tw: Permission denied (publickey,password,keyboard-interactive).",
      "permission denied (publickey,password,keyboard-interactive)",
    ],
    [
      "Received disconnect from 10.0.0.9 port 22:2: Too many authentication failures\r\nDisconnected from 10.0.0.9 port 22",
      "too many keys were offered",
    ],
    [
      "Unable to negotiate with 10.0.0.9 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss",
      "no matching host key type found",
    ],
    [
      "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 10.0.0.9 port 22",
      "it closed the connection before ssh began",
    ],
    ["kex_exchange_identification: read: Connection reset by peer", "it closed the connection before ssh began"],
    ["Connection reset by 10.0.0.9 port 22", "it closed the connection before ssh began"],
    [
      "/home/me/.ssh/config: line 3: Bad configuration option: hostnam\r\n/home/me/.ssh/config: terminating, 1 bad configuration options",
      "ssh does not take your config: /home/me/.ssh/config: line 3: Bad configuration option: hostnam",
    ],
    [
      "Bad owner or permissions on /home/me/.ssh/config",
      "ssh does not take your config: Bad owner or permissions on /home/me/.ssh/config",
    ],
    [
      "Can't open user config file /x: No such file or directory",
      "ssh does not take your config: Can't open user config file /x: No such file or directory",
    ],
    ["Something new under the sun", "ssh says: Something new under the sun"],
    ["", "ssh ended without a word"],
  ])("%j: %s", (stderr, reason) => expect(explainSshError(`${stderr}\r\n`).reason).toBe(reason))

  test("distinguishes a changed key from an unknown one; both need their fingerprints", () => {
    expect(explainSshError(changed)).toEqual({ reason: "its host key has changed", key: "changed" })
    const none = "No ED25519 host key is known for tw and you have requested strict checking."
    const unknown = { reason: "its host key is not known", key: "unknown" }
    expect(explainSshError(`${none}\nHost key verification failed.`)).toEqual(unknown)
    expect(explainSshError("Host key verification failed.")).toEqual(unknown)
  })

  test("only a host that accepted no more connections is tried again", () => {
    expect(explainSshError("kex_exchange_identification: read: Connection reset by peer").busy).toBe(true)
    expect(explainSshError("me@tw: Permission denied (publickey).").busy).toBeUndefined()
    expect(explainSshError("ssh: connect to host tw port 22: Connection refused").busy).toBeUndefined()
  })

  test("escapes control characters", () => {
    for (const stderr of ["\u001b[2J", "a: Permission denied (\u001b[2J)", "Bad configuration option: \u001b[2J"])
      expect(explainSshError(stderr).reason).not.toContain("\u001b")
  })
})

describe("a login shell that does not start sh", () => {
  test.each<[number | null, string, string, string, string | undefined]>([
    [
      127,
      "sh: 1: exec: /bin/sh: not found",
      "",
      "it has no /bin/sh that runs: sh: 1: exec: /bin/sh: not found",
      undefined,
    ],
    [126, "", "", "it has no /bin/sh that runs", undefined],
    [
      1,
      "",
      "This account is currently not available.\n",
      "its login shell did not run /bin/sh: This account is currently not available.",
      noForce,
    ],
    [1, "", "", "its login shell did not run /bin/sh (exit code 1)", noForce],
    [0, "", "", "its login shell did not run /bin/sh (exit code 0)", noForce],
  ])("exit code %s, %j, %j: %s", (code, stderr, stray, reason, remedy) => {
    expect(explainShellError(code, stderr, stray)).toEqual({ reason, ...(remedy === undefined ? {} : { remedy }) })
  })
})
