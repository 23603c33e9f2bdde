import { execFileSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import { managers } from "../../../probes/services/index.ts"
import { parseJob } from "../../../probes/services/launchd/print.ts"
import type { ManagerName } from "../../../probes/services/manager.ts"
import { parseTaggedAnswer, prelude } from "../../../probes/services/script.ts"

const service = { name: "x.service", path: "~/.config/systemd/user/x.service", variable: "TOKEN" }

function snapshot(name: ManagerName, lines: readonly string[]) {
  const answer = parseTaggedAnswer(Buffer.from([...lines.map((line) => `gk:${line}`), "gk:end"].join("\n")))
  if (!answer) throw new Error("is no answer")
  return managers[name].parseSnapshot(answer, service)
}

describe("an answer", () => {
  test("is found in the output of a log-in shell", () => {
    const answer = parseTaggedAnswer(Buffer.from("Welcome!\r\ngk:home /h\n\x1b[0mLast login\ngk:end\nlogout\n"))
    expect(answer?.one("home")).toBe("/h")
  })

  test("is complete if a program's last line has no line break", () => {
    const stdout = execFileSync("/bin/sh", ["-c", `${prelude}printf 'x\\ny' | tag log\nsay end\n`])
    expect(parseTaggedAnswer(stdout)?.all("log")).toEqual(["x", "y"])
  })

  test("is refused if it was cut off", () => {
    expect(parseTaggedAnswer(Buffer.from("gk:home /h\n"))).toBeUndefined()
    expect(parseTaggedAnswer(Buffer.from(""))).toBeUndefined()
  })
})

describe("systemd", () => {
  const unit = [
    "home /h",
    "path /h/x",
    "fragment /h/x",
    "file.mtime 1",
    "show LoadState=loaded",
    "show ActiveState=active",
  ]

  test.each([
    ["headless", ["user oc", "linger no"], /lingering is off: .*loginctl enable-linger oc$/],
    ["at a screen", ["user oc", "linger no", "display"], undefined],
    ["lingering", ["user oc", "linger yes"], undefined],
    ["without logind", ["user oc"], undefined],
  ])("advises lingering only if it is needed: %s", (_, lines, advice) => {
    const seen = snapshot("systemd", [...unit, ...lines]).advice
    if (advice) expect(seen).toMatch(advice)
    else expect(seen).toBeUndefined()
  })

  test("advises lingering only for an installed unit", () => {
    expect(snapshot("systemd", ["home /h", "user oc", "linger no", "show LoadState=not-found"]).advice).toBeUndefined()
  })

  test("reports a missing user manager, with the fix", () => {
    const lines = ["home /h", "user oc", "file.mtime 1", "code 1", "show Failed to connect to bus: No medium found"]
    expect(snapshot("systemd", lines).loaded).toEqual({
      kind: "unknown",
      reason:
        "no user manager answers (Failed to connect to bus: No medium found); a headless machine needs: loginctl enable-linger oc",
    })
  })

  test("reports a machine without systemd", () => {
    expect(snapshot("systemd", ["home /h", "none"]).loaded).toEqual({
      kind: "absent",
      why: "this machine has no systemd",
    })
  })

  test("lists the tokens of Environment and ExecStart as `show` prints them", () => {
    const exec = "show ExecStart={ path=/bin/x ; argv[]=/bin/x run --token first --token=second ; ignore_errors=no }"
    const lines = [...unit, 'show Environment=A=b TOKEN=third "TOKEN=fourth" NOTTOKEN=no', exec]
    expect(snapshot("systemd", lines).loaded).toEqual({
      kind: "loaded",
      isFlag: true,
      tokens: ["first", "second", "third", "fourth"],
    })
  })
})

test("computes a process's start from ticks, or from the elapsed time of ps", () => {
  const started = (line: string) => snapshot("process", ["home /h", line]).live?.started
  expect(started("live 7 5000 100 60.00 1000")).toBe(990)
  expect(started("live 7 Tue_Nov_24_15:00:00_2026 01:30 1000")).toBe(910)
  expect(started("live 7 Tue_Nov_24_15:00:00_2026 2-01:00:05 1000000")).toBe(1_000_000 - 2 * 86_400 - 3_605)
})

test("parses only the first level of launchctl print, without launchd's own variables", () => {
  const text = `gui/501/ai.openclaw.gateway = {
	active count = 1
	path = /Users/u/Library/LaunchAgents/ai.openclaw.gateway.plist
	state = running

	program = /opt/homebrew/bin/node
	arguments = {
		/opt/homebrew/bin/node
		gateway
	}

	environment = {
		OSLogRateLimit => 64
		TOKEN => a => b
		XPC_SERVICE_NAME => ai.openclaw.gateway
	}

	pid = 17594
	last exit code = (never exited)

	resource coalition = {
		state = active
		name = ai.openclaw.gateway
	}

	properties = keepalive | runatload | inferred program
}`
  const job = parseJob(text.split("\n"))
  expect(job.commandLine).toEqual(["/opt/homebrew/bin/node", "gateway"])
  expect([...job.environment]).toEqual([["TOKEN", "a => b"]])
  expect([job.top.get("state"), job.top.get("pid"), job.top.get("name")]).toEqual(["running", "17594", undefined])
  expect(job.isWrapped).toBe(false)
})
