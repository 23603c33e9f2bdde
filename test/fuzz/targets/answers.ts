import { groupByCall, splitParts } from "../../../hosts/ssh/answer.ts"
import { explainShellError, explainSshError } from "../../../hosts/ssh/reasons.ts"
import { parseRemoteFile } from "../../../hosts/ssh/remote-file.ts"
import { parseCertificateFile, parseRequest } from "../../../probes/certificates/parse.ts"
import { describeContainer, removeCommand } from "../../../probes/containers/describe.ts"
import { parseContainersSnapshot } from "../../../probes/containers/parse.ts"
import { listContainerTokens } from "../../../probes/containers/tokens.ts"
import { parseKeyFile, parseMade } from "../../../probes/keys/parse.ts"
import { describeOwner, formatStopCommand } from "../../../probes/listeners/describe.ts"
import { listOwners } from "../../../probes/listeners/owner.ts"
import { parsePortSnapshot } from "../../../probes/listeners/parse.ts"
import { parseApplied, parseProblem, parseProxy } from "../../../probes/proxies/parse.ts"
import { describeDefinition, describeProcess } from "../../../probes/services/describe.ts"
import { managers } from "../../../probes/services/index.ts"
import type { ManagerName } from "../../../probes/services/manager.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { parseHomeSnapshot } from "../../../survey/collect/parse-home.ts"
import { expectPrintable, expectThat, type Target, tolerate } from "../target.ts"
import { dockerJson, launchdPrint, systemdShow } from "./samples.ts"

const service = { name: "x.service", path: "~/.config/systemd/user/x.service", variable: "OPENCLAW_GATEWAY_TOKEN" }
const tags =
  "home,path,fragment,enabled,code,user,show ,live ,flag ,variable ,file.mtime,file.hex,print ,container ,end"
const words = tags.split(",").map((tag) => `\ngk:${tag}`)
const tagged = (...lines: readonly string[]) => [...lines.map((line) => `gk:${line}`), "gk:end", ""].join("\n")

function serviceTarget(manager: ManagerName, what: string, seed: string): Target {
  return {
    name: `${what} (${manager})`,
    seeds: [seed],
    words: [...words, "LoadState=", "ActiveState=", "NRestarts=", "Environment=", " = {", " => ", "\t}", "\tpid = "],
    run(input) {
      const answer = tolerate(() => parseTaggedAnswer(input))
      if (answer === undefined || typeof answer === "string") return
      const snapshot = tolerate(() => managers[manager].parseSnapshot(answer, service))
      if (typeof snapshot === "string") return
      const faults = { content: false, token: undefined, optional: false }
      const process = describeProcess(snapshot.process, snapshot.live)
      expectPrintable([describeDefinition(snapshot, faults).message, process, snapshot.advice ?? ""])
      snapshot.isLoaded?.(Buffer.from("x"))
    },
  }
}

const docker: Target = {
  name: "Docker API",
  seeds: [dockerJson],
  words: [],
  json: true,
  run(input) {
    const line = Buffer.from(input).toString().replaceAll("\n", " ")
    const answer = tolerate(() => parseTaggedAnswer(Buffer.from(tagged("client docker", `container ${line}`))))
    if (answer === undefined || typeof answer === "string") return
    for (const each of parseContainersSnapshot(answer).containers) {
      expectPrintable([
        describeContainer(each, "docker"),
        removeCommand(each, "docker"),
        `${each.name}`,
        `${each.image}`,
      ])
      listContainerTokens(each, () => false)
    }
  },
}

const row = "   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000   501        0 12345 1 0 100 0"
const six =
  "   1: 00000000000000000000000001000000:4965 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 12346 1 0"
const portSeed = tagged(
  ...["uid 501", `tcp ${row}`, `tcp ${six}`, "holder 77 12345", "lsof p77", "lsof u501", "lsof n127.0.0.1:18789"],
  ...["netstat 127.0.0.1.18789", "netstat *.18789", "name 501 tw", "clock 1700000000 100 5000", "process 77 1 501 x"],
  ...[
    "program 77 /usr/bin/node",
    "ps 77 1 501 Mon Jan  1 00:00:00 2026 node openclaw",
    "job 77 gui/501/x",
    "stat 77 1 5",
  ],
)

/** Sockets by /proc/net/tcp, lsof and netstat, processes by /proc and ps. */
const port: Target = {
  name: "listeners (/proc/net/tcp, lsof, netstat, ps)",
  seeds: [portSeed],
  words: [...words, "\ngk:tcp ", "\ngk:lsof n", "\ngk:lsof p", "[::1]:18789", "*:18789", "fe80::1%en0.18789"],
  run(input) {
    const answer = tolerate(() => parseTaggedAnswer(input))
    if (answer === undefined || typeof answer === "string") return
    const snapshot = tolerate(() => parsePortSnapshot(answer, 18789, { manager: "process", name: "x" } as never))
    if (typeof snapshot === "string") return
    const owners = listOwners(snapshot)
    expectPrintable(
      owners.flatMap((each) => [describeOwner(each, snapshot, "x"), formatStopCommand(each, 18789, snapshot)]),
    )
  },
}

const mark = "gk-0123456789abcdef"
const part = (line: string, body = "") => `\n${mark} ${line}\n${body}`
const file = part("look 0") + part("real", "/home/a/x") + part("writable") + part("entry", "12 -rw------- 1 0 0 5\n")
const remote = `Welcome!\n${part("begin")}${part("me 0 0")}${file}${part("bytes", "hello")}${part("end 0")}`

/** What a login prints before the answer, and the answer of a host's sh. */
const ssh: Target = {
  name: "SSH banner and answer",
  seeds: [remote],
  words: [`\n${mark} `, "begin", "look 0\n", "entry\n", "bytes\n", "untrusted", "leftover", "alien\n", "end 0"],
  run(input) {
    const parts = splitParts(Buffer.from(input), mark)
    for (const call of groupByCall(parts).values()) {
      const { snapshot, obstacle = "" } = parseRemoteFile(call, { uid: 1000, gids: [1000] })
      expectPrintable(["reason" in snapshot ? snapshot.reason : "", obstacle])
    }
    const banner = Buffer.from(Buffer.from(input).toString("latin1").replaceAll(mark, "x"), "latin1")
    const behind = splitParts(Buffer.concat([banner, Buffer.from(`${part("begin")}${part("end 0")}`)]), mark)
    expectThat(behind.at(-1)?.name === "end" && behind.length === 2, "a banner does not change the answer behind it")
  },
}

const errors = [
  "ssh: connect to host tw.local port 22: Connection refused\r\n",
  "ssh: Could not resolve hostname tw: Name or service not known\r\n",
  "me@tw.local: Permission denied (publickey,password).\r\n",
  "No ED25519 host key is known for tw and you have requested strict checking.\r\nHost key verification failed.\r\n",
]
const sshErrors: Target = {
  name: "errors of ssh and of a login shell",
  seeds: errors,
  words: ["Permission denied", "Connection timed out", "open failed: ", "sh: ", "not found", "host key"],
  run(input) {
    const text = Buffer.from(input).toString()
    for (const { reason, remedy = "" } of [explainSshError(text), explainShellError(1, text, text)])
      expectPrintable([reason, remedy])
  },
}

const homeSeed = tagged(
  ...["home /home/a", "real /home/a", "user 1000 a", "owner x 1000 ", "name tw", "now 1700000000", "system Linux"],
  ...["file 0 600 1000 1 5 f /home/a/.openclaw/openclaw.json", "address 10.0.0.2", "crontab * * * * * openclaw"],
  ...[
    "session OPENCLAW_GATEWAY_TOKEN=x",
    "given 77 OPENCLAW_GATEWAY_TOKEN=x",
    "words 77 openclaw gateway run --token x",
  ],
)
const home: Target = {
  name: "survey of a home",
  seeds: [homeSeed],
  words: [...words, "\ngk:file 1 ", "\ngk:unit ", "\ngk:words 7 ", "\ngk:elapsed 7 1-02:03:04"],
  run(input) {
    const answer = tolerate(() => parseTaggedAnswer(input))
    if (answer !== undefined && typeof answer !== "string") tolerate(() => parseHomeSnapshot(answer))
  },
}

const probed = tagged(
  "file.mtime 1",
  "key own",
  "mode 600",
  "certificate x",
  "refused no-room",
  "closed 3",
  "problem x",
)
const probes: Target = {
  name: "certificates, keys and proxies on a host",
  seeds: [probed],
  words: [...words, "\ngk:public ", "\ngk:refused ", "-----BEGIN CERTIFICATE-----", "\ngk:version ", "\ngk:stamp "],
  run(input) {
    for (const parse of [
      parseCertificateFile,
      parseRequest,
      parseKeyFile,
      parseMade,
      parseProxy,
      parseProblem,
      parseApplied,
    ])
      tolerate(() => parse(input))
  },
}

export const answerTargets: readonly Target[] = [
  serviceTarget("launchd", "launchctl print", tagged("home /Users/a", "code 0", "path /x", ...launchdPrint)),
  serviceTarget("systemd", "systemctl show", tagged("home /home/a", "path /x", "file.mtime 1", ...systemdShow)),
  serviceTarget(
    "process",
    "a plain process",
    tagged("home /home/a", "live 7 5 100 50 1700000000", "seen", "variable x"),
  ),
  ...[docker, port, ssh, sshErrors, home, probes],
]
