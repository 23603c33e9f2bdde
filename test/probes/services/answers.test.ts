import fc from "fast-check"
import { expect, test } from "vitest"
import { UserError } from "../../../core/errors.ts"
import { describeContainer, removeCommand } from "../../../probes/containers/describe.ts"
import { parseContainersSnapshot as readContainers } from "../../../probes/containers/parse.ts"
import { describeOwner, formatStopCommand } from "../../../probes/listeners/describe.ts"
import { listOwners } from "../../../probes/listeners/owner.ts"
import { parsePortSnapshot as readPort } from "../../../probes/listeners/parse.ts"
import { describeDefinition, describeProcess } from "../../../probes/services/describe.ts"
import { managers } from "../../../probes/services/index.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { parseHomeSnapshot } from "../../../survey/collect/parse-home.ts"
import { hostile, rawIn } from "../../support/hostile/escapes.ts"

const tags =
  "home real path fragment enabled code user linger display show live flag variable seen file.mtime file.hex reads.mtime job print container client problem none nohome owner now name address system file unit unitlink unit script secret crontab session runtime instance words group uid given homeof apart listens clock process ps program elapsed stat tcp holder lsof netstat child partial".split(
    " ",
  )
const shows =
  "LoadState=loaded LoadState=error LoadError= ActiveState=active ActiveState=failed MainPID= ExecMainCode=1 ExecMainStatus= NRestarts=3 StartLimitBurst= NeedDaemonReload=yes Environment= ExecStart=".split(
    " ",
  )
const inspected = JSON.stringify([
  {
    ...{
      Id: "a".repeat(64),
      Name: hostile,
      Created: hostile,
      Config: { Image: hostile, Env: [hostile], Labels: { [hostile]: hostile } },
    },
    ...{ Path: hostile, Args: ["--token", hostile], RestartCount: 1e300 },
    State: { Status: hostile, Running: true, Pid: -1e300, ExitCode: 1e300, StartedAt: hostile },
    HostConfig: {
      NetworkMode: hostile,
      PortBindings: { [hostile]: [{ HostIp: hostile, HostPort: hostile }] },
      RestartPolicy: { Name: hostile },
    },
  },
])
const piece = fc.oneof(
  fc.constantFrom(
    hostile,
    "",
    "0",
    "1",
    "-1",
    "1e400",
    "NaN",
    "7",
    "18789",
    "600",
    "|",
    "\t",
    "=",
    "/x",
    ...shows,
    inspected,
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
)
const line = fc
  .tuple(fc.constantFrom(...tags), fc.array(piece, { maxLength: 8 }), fc.constantFrom(" ", "\t", ""))
  .map(([tag, pieces, between]) => `gk:${tag} ${pieces.join(between).replaceAll("\n", " ")}`)
/** The start of an answer for a running service; the rest may be anything. */
const prefix = [
  "gk:show LoadState=loaded",
  "gk:show ActiveState=active",
  "gk:file.mtime 1",
  "gk:live 7 x 1 1 1",
  `gk:container ${inspected}`,
]
const service = { name: "x.service", path: "~/.config/systemd/user/x.service", variable: "TOKEN" }

/** Runs an action; a UserError is a result too. */
function runCatching(work: () => readonly string[]): readonly string[] {
  try {
    return work()
  } catch (error) {
    if (error instanceof UserError) return [error.message]
    throw error
  }
}

test("any answer of a host is parsed or refused, without raw control characters", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 25 }), fc.subarray(prefix), (lines, before) => {
      const answer = parseTaggedAnswer(Buffer.from([...before, ...lines, "gk:end"].join("\n")))
      if (!answer) throw new Error("is no answer")
      const words = [
        ...Object.values(managers).flatMap((manager) =>
          runCatching(() => {
            const snapshot = manager.parseSnapshot(answer, service)
            const wrong = { content: false, token: undefined, optional: false }
            return [describeDefinition(snapshot, wrong).message, describeProcess(snapshot.process, snapshot.live)]
          }),
        ),
        ...runCatching(() =>
          readContainers(answer).containers.flatMap((each) => [
            describeContainer(each, "docker"),
            removeCommand(each, "docker"),
          ]),
        ),
        ...runCatching(() => {
          const snapshot = readPort(answer, 18789, undefined)
          return listOwners(snapshot).flatMap((owner) => [
            describeOwner(owner, snapshot, "x"),
            formatStopCommand(owner, 18789, snapshot),
          ])
        }),
        ...runCatching(() => [parseHomeSnapshot(answer).name === "" ? "" : "named"]),
      ]
      expect(words.flatMap(rawIn)).toEqual([])
    }),
    { numRuns: 1500 },
  )
})

test.each([
  ["systemd", ["gk:show LoadState=loaded", "gk:show ExecMainCode=1", `gk:show ExecMainStatus=${hostile}`]],
  ["process", [`gk:ended ${hostile.replaceAll(" ", "")} 3 limit`, "gk:file.mtime 1"]],
  ["launchd", ["gk:code 0", "gk:print gui/501/x = {", `gk:print \tlast terminating signal = ${hostile}`, "gk:print }"]],
] as const)("escapes the end of a process that %s reports", (manager, lines) => {
  const answer = parseTaggedAnswer(Buffer.from([...lines, "gk:end"].join("\n")))
  if (!answer) throw new Error("is no answer")
  expect(rawIn(describeProcess(managers[manager].parseSnapshot(answer, service).process, undefined))).toEqual([])
})

test.each([
  ["no", "loaded"],
  ["yes", "stale"],
])("a unit whose NeedDaemonReload is %s is %s", (reload, kind) => {
  const lines = ["gk:file.mtime 1", "gk:path /x", "gk:show LoadState=loaded", `gk:show NeedDaemonReload=${reload}`]
  const answer = parseTaggedAnswer(Buffer.from([...lines, "gk:end"].join("\n")))
  if (!answer) throw new Error("is no answer")
  expect(managers.systemd.parseSnapshot(answer, service).loaded.kind).toBe(kind)
})
