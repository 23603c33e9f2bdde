import { describe, expect, test } from "vitest"
import { answers, met } from "../../support/hosts/hostile-ssh.ts"

/** MB: Node itself takes about 100. */
const most = 500
const soon = { GATEKEY_SSH_CONNECT_TIMEOUT: "60s", GATEKEY_SSH_TIMEOUT: "60s" }

const reasons: Readonly<Record<keyof typeof answers, string>> = {
  "no end of bytes before it begins": "it printed too much before it began",
  "no end of bytes": "it answered more than 48 MB",
  "no end of marks": "it answered more than 48 MB",
  "two million marks": "it answered more than 48 MB",
  "1 GB where 5 bytes were announced": "it answered more than 48 MB",
  "no end of lines on standard error": "it printed too much before it began",
  "no end of lines on standard error, once it has begun": "it answered more than 48 MB",
  nothing: "timed out after 2 s",
  "nothing, once it has begun": "it took longer than 2 s",
}

describe.each(Object.keys(answers) as (keyof typeof answers)[])("a machine that answers %s", (answer) => {
  const limits = answer.startsWith("nothing") ? { GATEKEY_SSH_CONNECT_TIMEOUT: "2s", GATEKEY_SSH_TIMEOUT: "2s" } : soon

  test("is unreachable, with the reason, and costs little memory", async () => {
    const { outcome, peak } = await met(answers[answer], "look", limits)
    expect(JSON.parse(outcome)).toMatchObject({ kind: "unreachable", reason: reasons[answer] })
    expect(peak).toBeLessThan(most)
  })

  test("is unreachable for a script too", async () => {
    const { outcome, peak } = await met(answers[answer], "run", limits)
    if (answer === "nothing, once it has begun") expect(outcome).toBe("0 bytes")
    else expect(outcome).toMatch(/^Unreachable: ssh:\/\/hostile\.example is unreachable: /)
    expect(peak).toBeLessThan(most)
  })
})

test("a forwarded connection with endless output or errors uses no more memory than is read", async () => {
  const opening = "say begin\nsay end 0"
  const forwarded = (then: string) => `case " $* " in *" -W "*) ${then} ;; esac\n${beginning}\n${opening}`
  const beginning = answers["nothing, once it has begun"].split("\nsay begin")[0]
  for (const then of ["exec cat /dev/zero", "yes a banner >&2 & exec cat /dev/zero"]) {
    const { outcome, peak } = await met(forwarded(then), "dial", soon)
    expect(outcome).toMatch(/^1\d{8} bytes$/)
    expect(peak).toBeLessThan(most)
  }
})
