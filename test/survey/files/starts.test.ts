import { describe, expect, test } from "vitest"
import { causesOf } from "../../../survey/causes/index.ts"
import { startIn, unknownInWords } from "../../../survey/files/starts.ts"
import { gatewayOf, groundOf, type Papers, surveyOf } from "../../support/survey/papers.ts"
import { strong } from "../../support/tokens.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const token = strong()

describe("a script that starts a gateway", () => {
  test.each([
    ["a command in place of the value", `export ${O}="$(cat ~/.t)"\nexec openclaw gateway`],
    ["a vault's program", `${O}=$(op read op://a/b/c) openclaw gateway run`],
    ["backticks", `${O}=\`pass show gw\` openclaw gateway run`],
    ["another variable", `read -r T <f\nexport ${O}="$T"\nopenclaw gateway`],
    ["a variable that is read", `read -r ${O} <f\nexport ${O}\nopenclaw gateway`],
    ["a flag with a variable", `. ./f\nopenclaw gateway run --token "$GW"`],
    ["a joined flag", `openclaw gateway run --token="$(cat f)"`],
    ["a password by a command", `OPENCLAW_GATEWAY_PASSWORD=$(cat f) openclaw gateway run`],
    ["a password's flag by a command", `openclaw gateway run --password "$(cat f)"`],
    ["a file that it sources", `set -a\nsource "$HOME/.secrets"\nopenclaw gateway`],
    ["a file that it reads with a dot", ". ~/.secrets\nopenclaw gateway"],
    ["eval", 'eval "$(secrets)"\nopenclaw gateway'],
    ["env with the words of a file", "env $(cat f | xargs) openclaw gateway run"],
    ["op run", "exec op run --env-file f -- openclaw gateway"],
    ["direnv", "direnv exec . openclaw gateway"],
    ["doppler, in the background", "nohup doppler run -- openclaw gateway run >/tmp/log 2>&1 &"],
    ["another terminal", `tmux new -d "${O}=$(cat f) openclaw gateway run"`],
    ["Python", `os.environ["${O}"] = read()\nsubprocess.run(["openclaw", "gateway", "run"])`],
    ["JavaScript", `spawn("openclaw gateway run", { env: { ${O}: await read() } })`],
  ])("does not tell what it gives: %s", (_, text) => {
    const start = startIn(`#!/bin/sh\n${text}\n`, () => false)
    expect(start?.running).toEqual({ product: "openclaw", role: "gateway" })
    expect(start?.unknown).not.toEqual([])
  })

  test.each([
    ["a literal value", `${O}=${token} exec openclaw gateway run`],
    ["a literal flag", `exec openclaw gateway run --token ${token}`],
    ["nothing", "nohup openclaw gateway run >/tmp/log 2>&1 &"],
    ["nothing, through programs that give nothing", "timeout 30 nice -n 10 sudo -u me openclaw gateway run"],
    ["nothing, by its interpreter", "cd /x && exec /usr/bin/node /opt/openclaw/openclaw.mjs gateway run --port 1"],
    ["a comment", `# ${O}=$(cat f)\nopenclaw gateway run`],
    ["words that are only printed", "echo through op openclaw gateway run\nopenclaw gateway run"],
  ])("tells all that it gives: %s", (_, text) => {
    expect(startIn(`#!/bin/sh\n${text}\n`, () => false)?.unknown).toEqual([])
  })

  test("is none if it only asks one", () => {
    expect(startIn(`openclaw gateway status --token "$(cat f)"`, () => false)).toBeUndefined()
  })
})

test.each([
  [["/usr/bin/op", "run", "--", "openclaw", "gateway", "run"], 1],
  [["/bin/sh", "-c", `${O}=$(cat f) exec openclaw gateway`], 1],
  [["/usr/bin/node", "/opt/openclaw/dist/index.js", "gateway", "--port", "1"], 0],
])("the words of a service: %j", (words, count) => {
  expect(unknownInWords(words)).toHaveLength(count)
})

describe("a gateway that does not run, and for which no token was found", () => {
  const config = { "~/.openclaw/openclaw.json": "{gateway:{mode:'local'}}" }
  const said = (papers: Papers, crontab: readonly string[] = []) => {
    const survey = surveyOf({ ...config, ...papers }, { snapshot: { crontab } })
    const view = gatewayOf(survey, { verdict: { kind: "no gateway", reason: "nothing listens there" } })
    return causesOf(groundOf([view])).map(({ code, weight, sentence }) => [`${code} ${weight}`, sentence])
  }
  const script = (text: string) => ({ kind: "script" as const, mode: 0o700, text: `#!/bin/sh\n${text}\n` })
  const notKnown = (by: string) => ["token-not-known unknown", expect.stringContaining(`which does not run: ${by} `)]

  test.each<[string, Papers, string[], string]>([
    ["a script fills its variable", { "~/bin/gw.sh": script(`${O}=$(cat f) openclaw gateway`) }, [], "~/bin/gw.sh"],
    ["a script sources a file", { "~/bin/gw.sh": script("source ~/.t\nopenclaw gateway") }, [], "~/bin/gw.sh"],
    ["a job sources a file", {}, ["@reboot . ~/.secrets; openclaw gateway run"], "crontab of tw"],
    ["a job fills its variable", {}, [`@reboot ${O}=$(cat ~/.t) openclaw gateway run`], "crontab of tw"],
    [
      "a unit starts it through another program",
      {
        "~/.config/systemd/user/openclaw-gateway.service": "[Service]\nExecStart=/usr/bin/op run -- openclaw gateway\n",
      },
      [],
      "~/.config/systemd/user/openclaw-gateway.service",
    ],
    [
      "a unit starts a program that was not looked at",
      { "~/.config/systemd/user/openclaw-gateway.service": "[Service]\nExecStart=/opt/gw/start --quiet\n" },
      [],
      "~/.config/systemd/user/openclaw-gateway.service",
    ],
    [
      "a unit starts a script that fills its variable",
      {
        "~/.config/systemd/user/openclaw-gateway.service": "[Service]\nExecStart=%h/bin/gw\n",
        "~/bin/gw": script(`${O}=$(cat f) openclaw gateway`),
      },
      [],
      "~/bin/gw",
    ],
  ])("%s: that is why its token is not known", (_, papers, crontab, by) => {
    expect(said(papers, crontab)).toContainEqual(notKnown(by))
  })

  test("a file of variables that cannot be read makes it no gateway with a password", () => {
    const unit = "[Service]\nExecStart=/usr/bin/openclaw gateway run\nEnvironmentFile=/etc/gw/env\n"
    const file = { kind: "unit env file" as const, look: { kind: "unreadable" as const, reason: "permission denied" } }
    const all = said({ "~/.config/systemd/user/openclaw-gateway.service": unit, "/etc/gw/env": file })
    expect(all.map(([code]) => code)).not.toContain("other-mode note")
    expect(all.map(([code]) => code)).not.toContain("no-token risk")
  })

  test("a script that gives it none: it would make one up", () => {
    expect(said({ "~/bin/gw.sh": script("openclaw gateway run") })).toContainEqual([
      "no-token risk",
      expect.stringContaining("it generates one"),
    ])
  })
})
