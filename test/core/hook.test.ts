import { randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import { type Hook, hookName, hookRules } from "../../core/hook.ts"
import { hostKey } from "../support/hosts/host-key.ts"
import { strong } from "../support/tokens.ts"

const here = { host: "local", command: "openclaw nodes status" }
const there = { host: "ssh://me@tw.local", command: "openclaw nodes status", hostKey: hostKey() }

function broken(hook: Hook): readonly string[] {
  const rules = hookRules.filter((rule) => rule.broken(hook))
  return rules.map(({ key, allowed }) => `${key}: ${typeof allowed === "string" ? allowed : allowed(hook)}`)
}

describe("a command", () => {
  test.each([
    "true",
    "openclaw nodes status | grep -q connected\n",
    "set -e\n\ttouch ~/.rotated",
    `git -C ~/fleet checkout ${randomBytes(20).toString("hex")}`,
    `docker run --rm alpine@sha256:${strong()} true`,
    "/nix/store/0c9r1a3ndx2i4vbkwgl5qyfz6s7hmp8j-openclaw-2026.1/bin/openclaw nodes status",
    "curl --fail-with-body --retry-all-errors --no-progress-meter http://127.0.0.1:18789/healthz",
    "notify --id 0b8f1c9e-6a1d-4c1b-9d43-5f2a7c8e9d10",
  ])("accepts %j", (command) => {
    expect(broken({ host: "local", command })).toEqual([])
  })

  test.each(["", "  \n", "a\u0000b", "a\u001b[31m"])("refuses %j", (command) => {
    expect(broken({ host: "local", command })).toEqual([
      "command: a command for sh, not empty, without control characters",
    ])
  })

  test.each([
    ["hex", () => `notify ${strong()}`],
    ["upper-case hex", () => `notify ${strong().toUpperCase()}`],
    ["base64url in quotes", () => `curl -H 'Authorization: Bearer Aa0${randomBytes(32).toString("base64url")}'`],
    ["base64 in a variable", () => `T=Aa0${randomBytes(32).toString("base64").replaceAll("/", "+")} notify`],
    ["behind a user", () => `curl https://me:${strong()}@host/`],
    ["a JWT", () => `T=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${randomBytes(40).toString("base64url")} notify`],
  ])("that looks as if it contains a secret is refused, and not quoted: %s", (_what, command) => {
    const hook = { host: "local", command: command() }
    expect(broken(hook)).toEqual([
      "command: a command without a secret in it; token: true gives it the token on standard input",
    ])
  })
})

describe("a host key", () => {
  const advice = (name: string, port = "") =>
    `hostKey: the key that the host shows, such as "ssh-ed25519 AAAA…", ed25519 or ecdsa: \`ssh-keyscan -t ed25519${port} ${name}\` prints it after the name; compare it there with \`cat /etc/ssh/ssh_host_ed25519_key.pub\``

  test.each([hostKey(), `${hostKey()} root@tw`, hostKey("ecdsa-sha2-nistp256")])("%s", (hostKey) => {
    expect(broken({ ...there, hostKey })).toEqual([])
  })

  test.each([
    "",
    "ssh-ed25519",
    `tw.local ${hostKey()}`,
    hostKey("ssh-rsa"),
    hostKey("ssh-ed25519", "ssh-rsa"),
    "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
    `${hostKey()}\n${hostKey()}`,
  ])("refuses %j", (hostKey) => {
    expect(broken({ ...there, hostKey })).toEqual([advice("tw.local")])
  })

  test("is required only for another host, with its port", () => {
    const { hostKey: _, ...without } = there
    expect(broken(without)).toEqual([advice("tw.local")])
    expect(broken({ ...without, host: "ssh://me@[::1]:2222" })).toEqual([advice("::1", " -p 2222")])
    expect(broken({ ...here, hostKey: hostKey() })).toEqual(["hostKey: only with ssh://"])
  })
})

test("another host needs its user, as no ssh config is read", () => {
  expect(broken({ ...there, host: "ssh://tw" })).toEqual([
    "host: a host with its user, ssh://user@name[:port], since no ssh config is read for a hook",
  ])
})

test.each<[Hook, string]>([
  [here, "after rotation openclaw"],
  [there, "after rotation openclaw on tw.local"],
  [{ ...here, command: "~/bin/tell.sh --all" }, "after rotation tell.sh"],
  [{ ...here, command: "A=1 tell" }, "after rotation hook"],
  [{ ...here, command: "/" }, "after rotation hook"],
  [{ ...there, name: "tell the phone" }, "tell the phone"],
])("%j is called %s", (hook, name) => {
  expect(hookName(hook)).toBe(name)
})
