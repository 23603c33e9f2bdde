import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import {
  diagnosticArguments,
  formatManualCommand,
  resolvingArguments,
  sshArguments,
} from "../../../hosts/ssh/options.ts"
import { shellCommand } from "../../../hosts/ssh/remote.ts"
import type { SshSettings } from "../../../hosts/ssh/settings.ts"
import { folder } from "../../support/hosts/machine.ts"
import { noSshHosts } from "../../support/hosts/ssh-farm.ts"

const settings: SshSettings = { connect: 2500, whole: 30_000, parallel: 64, config: undefined }
const host = { user: "me", name: "tw", port: 2222 }

describe("the arguments of ssh", () => {
  test("end with the host, which no option can follow, and the one command", () => {
    expect(sshArguments(host, settings, "/tmp/x").slice(-7)).toEqual([
      "-l",
      "me",
      "-p",
      "2222",
      "--",
      "tw",
      shellCommand,
    ])
    expect(sshArguments({ name: "tw" }, settings, "/tmp/x").slice(-3)).toEqual(["--", "tw", shellCommand])
    expect(diagnosticArguments(host, settings, "INFO").slice(-3)).toEqual(["--", "tw", "exit"])
  })

  test("contain another config if one is set", () => {
    const other = { ...settings, config: "/etc/fleet/ssh_config" }
    const all = [
      sshArguments(host, other, "/x"),
      diagnosticArguments(host, other, "INFO"),
      resolvingArguments(host, other),
    ]
    for (const words of all) expect(words.slice(0, 2)).toEqual(["-F", "/etc/fleet/ssh_config"])
  })

  test("round the time up to seconds", () => {
    expect(sshArguments(host, settings, "/x")).toContain("ConnectTimeout=3")
  })

  test("override the user's config", ({ skip }) => {
    skip(noSshHosts !== undefined, noSshHosts)
    const config = join(folder(), "config")
    const theirs = [
      "BatchMode no",
      "StrictHostKeyChecking no",
      "UpdateHostKeys yes",
      "ForwardAgent yes",
      "ForwardX11 yes",
      "LocalForward 1234 localhost:80",
      "RemoteForward 1234 localhost:80",
      "DynamicForward 1080",
      "PermitLocalCommand yes",
      "LocalCommand touch /tmp/x",
      "RemoteCommand tmux",
      "RequestTTY force",
      "LogLevel QUIET",
      "ControlMaster no",
      "ControlPath ~/.ssh/%C",
      "ControlPersist 1h",
      "ServerAliveInterval 0",
      "ConnectTimeout 100",
      "Compression yes",
    ]
    writeFileSync(config, theirs.join("\n"))
    const words = sshArguments(host, { ...settings, config }, "/tmp/gatekey/socket").slice(0, -1)
    const read = execFileSync("ssh", ["-G", ...words], { encoding: "utf8" }).split("\n")
    for (const line of [
      "batchmode yes",
      "stricthostkeychecking true",
      "updatehostkeys false",
      "forwardagent no",
      "forwardx11 no",
      "permitlocalcommand no",
      "requesttty false",
      "loglevel ERROR",
      "controlmaster auto",
      "controlpath /tmp/gatekey/socket",
      "controlpersist 60",
      "serveraliveinterval 5",
      "connecttimeout 3",
      "clearallforwardings yes",
      "compression yes",
    ])
      expect(read).toContain(line)
    expect(read).not.toContain("remotecommand tmux")
  })
})

test.each([
  [{ name: "tw" }, "ssh tw"],
  [host, "ssh -p 2222 me@tw"],
])("formats the manual command of %j: %s", (host, words) => expect(formatManualCommand(host)).toBe(words))
