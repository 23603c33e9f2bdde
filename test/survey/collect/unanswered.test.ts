import { execFile } from "node:child_process"
import { dirname, join, resolve } from "node:path"
import { expect, test } from "vitest"
import { hostilePrograms, hostileSsh } from "../../support/hostile/hostile-programs.ts"
import { folder } from "../../support/hosts/machine.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"

const program = resolve(import.meta.dirname, "../../../cli/gatekey")
/** More than a look takes of an answer. */
const flood = "head -c 20000000 /dev/zero | tr '\\0' x"

function gatekey(words: readonly string[], home: string, bin: string) {
  const env = { HOME: home, PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`, TMPDIR: folder() }
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((done) =>
    execFile(program, [...words], { cwd: folder(), env }, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, stderr }),
    ),
  )
}

/** A far home with a node, whose programs are these, and a near one with a config alone. */
function machines(programs: Readonly<Record<string, string>>) {
  const [near, far] = [folder(), folder()]
  lay(near, { ".openclaw/openclaw.json": `{gateway: {mode: "local", port: 1, auth: {token: "${strong()}"}}}` })
  lay(far, {
    ".openclaw/openclaw.json": `{gateway: {mode: "remote", remote: {url: "ws://studio.example:18789", token: "${strong()}"}}}`,
    ".config/systemd/user/openclaw-node.service":
      "[Service]\nExecStart=/usr/bin/openclaw node run --host studio.example --port 18789\n",
  })
  const theirs = hostilePrograms({ hostname: "echo far", ...programs })
  const ssh = `PATH='${theirs}':$PATH\n${hostileSsh(far)}`
  const quiet = {
    docker: "exit 1",
    crontab: "exit 1",
    systemctl: "exit 1",
    journalctl: "exit 1",
    hostname: "echo near",
  }
  return { near, bin: hostilePrograms({ ...quiet, ssh }), far: join(far, ".openclaw/openclaw.json") }
}

test.each([
  ["systemctl", `case "$*" in *" show "*) ${flood} ;; *) exit 1 ;; esac`, "the service of", "service"],
  ["journalctl", flood, "the log of", "log"],
  ["getent", flood, "the route of", "route"],
])(
  "a %s of one host that floods costs what it was asked for, and nothing else",
  async (name, script, what, step) => {
    const { near, bin } = machines({ systemctl: "exit 1", journalctl: "exit 1", [name]: script })
    const hosts = ["--host", "ssh://far.example", "local"]
    const { code, stdout, stderr } = await gatekey(["scan", ...hosts], near, bin)
    // On a busy machine its time may be over first.
    const line = `^(?:gatekey scan: )?${what} .* is not known: ssh://far\\.example.*(?:16 MB|within \\d+ s|longer than)`
    expect(stderr).toMatch(new RegExp(line, "m"))
    expect(stderr.split("\n").filter((line) => !line.includes("far.example"))).toEqual([""])
    expect([code, stdout]).toEqual([2, expect.stringMatching(/near .*openclaw\.json gateway\.auth\.token/)])
    expect(stdout).toMatch(/far\.example .*openclaw\.json gateway\.remote\.token/)

    const doctor = await gatekey(["doctor", "ssh://far.example"], near, bin)
    expect([doctor.code, doctor.stderr]).toEqual([2, expect.stringContaining(what)])
    if (step !== "log") expect(doctor.stdout).toMatch(new RegExp(`^ +- +${step} .*did not answer$`, "m"))
  },
  120_000,
)
