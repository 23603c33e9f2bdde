import { describe, expect, it } from "vitest"
import { filesRead, heldInCrontab, heldInScript, startedIn } from "../../../survey/files/script-text.ts"

const variable = "OPENCLAW_GATEWAY_TOKEN"
const plain = (found: ReturnType<typeof heldInScript>) =>
  found.map(({ locator, value }) => `${locator} ${value.reveal()}`)

describe("values in scripts", () => {
  it.each([
    ["sh", `export ${variable}=k3y-1`],
    ["sh, double quotes", `export ${variable}="k3y-1"`],
    ["sh, single quotes", `${variable}='k3y-1' exec openclaw node run`],
    ["sh, quotes within", `${variable}=k3"y-"1`],
    ["sh, behind a comment", `# start\n${variable}=k3y-1 # the old one`],
    ["sh, env", `env ${variable}=k3y-1 openclaw node run`],
    ["sh, quoted as a whole", `docker run -e "${variable}=k3y-1" openclaw`],
    ["sh, in a function", `start() { ${variable}=k3y-1 openclaw gateway; }`],
    ["fish", `set -gx ${variable} k3y-1`],
    ["fish, quotes", `set --export --global ${variable} 'k3y-1'`],
    ["csh", `setenv ${variable} "k3y-1"`],
    ["Python, environ", `os.environ["${variable}"] = "k3y-1"`],
    ["Python, a dictionary", `env = {'${variable}': 'k3y-1'}`],
    ["Python, a default", `token = os.getenv("${variable}", "k3y-1")`],
    ["Python, an f-string's neighbour", `env = dict(${variable}="k3y-1")`],
    ["JavaScript, an object", `spawn("openclaw", [], { env: { ${variable}: "k3y-1" } })`],
    ["JavaScript, assigned", `process.env.${variable} = 'k3y-1'`],
    ["JavaScript, a spare", `const token = process.env.${variable} ?? "k3y-1"`],
    ["JavaScript, a template", `process.env.${variable} = \`k3y-1\``],
    ["a list of variables", `["-e", "${variable}=k3y-1"]`],
  ])("%s", (_, text) => expect(plain(heldInScript(text))).toEqual([`${variable} k3y-1`]))

  it.each([
    ["sh", "openclaw gateway run --token k3y-1"],
    ["sh, joined", "exec node dist/index.js gateway --token=k3y-1"],
    ["sh, quotes", `openclaw devices list --token "k3y-1" --json`],
    ["sh, quoted as a whole", `openclaw devices list '--token=k3y-1'`],
    ["sh, broken over lines", "openclaw gateway \\\n  --token k3y-1"],
    ["sh, in what a shell is given", `nohup sh -lc "cd x; exec openclaw gateway run --token 'k3y-1'" &`],
    ["sh, in what a shell is given by another", `su - me -c "sh -c 'openclaw gateway run --token=k3y-1'"`],
    ["sh, on another host", `ssh tw "openclaw gateway run --token k3y-1"`],
    ["sh, evaluated", `eval "openclaw gateway run --token k3y-1"`],
    ["Python", `subprocess.run(["openclaw", "gateway", "--token", "k3y-1"])`],
    ["JavaScript", `spawn('openclaw', ['gateway', '--token=k3y-1'])`],
  ])("--token: %s", (_, text) => expect(plain(heldInScript(text))).toEqual(["--token k3y-1"]))

  it.each([
    ["a variable", `openclaw gateway --token=$TOKEN`],
    ["a variable in quotes", `openclaw gateway --token "$TOKEN"`],
    ["a command's output", `export ${variable}="$(cat ~/token)"`],
    ["backquotes", `export ${variable}=\`cat ~/token\``],
    ["another variable", `export ${variable}="\${TOKEN}"`],
    ["a comment", `# export ${variable}=k3y-1`],
    ["a comment in quotes", `# export ${variable}="k3y-1"`],
    ["a comment of JavaScript", `  // process.env.${variable} = "k3y-1"`],
    ["nothing", `export ${variable}=`],
    ["empty quotes", `export ${variable}=""`],
    ["an option behind it", "openclaw gateway --token --port 1"],
    ["another program's --token", "gh auth login --token k3y-1"],
    ["what a person fills in", `${variable}="<your-token>"`],
    ["a template's place", `{ ${variable}: "\${token}" }`],
    ["unset", `unset ${variable}`],
    ["a similar name", `export MY_${variable}=k3y-1`],
    ["a longer name", `export ${variable}_FILE=/run/token`],
    ["a list of names, as in the products' own code", `const keys = ["${variable}", "OPENCLAW_GATEWAY_PASSWORD"]`],
  ])("no value: %s", (_, text) => expect(plain(heldInScript(text))).toEqual([]))

  it("tells each value once, and different ones apart", () => {
    const text = `export ${variable}=a-1\nexport ${variable}="a-1"\nexport ${variable}=b-2\n`
    expect(plain(heldInScript(text))).toEqual([`${variable} a-1`, `${variable} b-2`])
  })
})

describe("lines of a crontab", () => {
  it.each([
    ["a variable of all jobs", `${variable}=k3y-1`],
    ["with blanks", `  ${variable} = k3y-1 `],
    ["in quotes", `${variable}="k3y-1"`],
    ["what is an expression for a shell only", `${variable}=k3y-1`],
    ["of one job", `@reboot ${variable}=k3y-1 openclaw node run`],
    ["of a job at a time", `*/5 * * * * ${variable}='k3y-1' /usr/bin/openclaw health`],
  ])("%s", (_, line) => expect(plain(heldInCrontab(line))).toEqual([`${variable} k3y-1`]))

  it("is --token in a job", () =>
    expect(plain(heldInCrontab("0 4 * * 1-5 openclaw devices list --token k3y-1"))).toEqual(["--token k3y-1"]))

  it("takes `$` for what it is there", () =>
    expect(plain(heldInCrontab(`${variable}=$k3y`))).toEqual([`${variable} $k3y`]))

  it.each([`# ${variable}=k3y-1`, `${variable}=`, "@reboot openclaw gateway run", `@daily X --token $T openclaw`])(
    "no value: %s",
    (line) => expect(heldInCrontab(line)).toEqual([]),
  )
})

describe("what a script starts", () => {
  it.each([
    ["exec openclaw gateway run --token x", "openclaw gateway"],
    ["nohup node /opt/openclaw/openclaw.mjs gateway run &", "openclaw gateway"],
    [`${variable}=x openclaw gateway`, "openclaw gateway"],
    ['subprocess.run(["clawdbot", "gateway", "run"])', "clawdbot gateway"],
    ["openclaw node run --host x\nopenclaw gateway run", "openclaw gateway"],
    ["openclaw node run", "openclaw node"],
    ["openclaw gateway status --token x", undefined],
    ["# openclaw gateway run", undefined],
  ])("%s", (text, expected) => {
    const found = startedIn(text)
    expect(found && `${found.product} ${found.role}`).toBe(expected)
  })

  it.each([
    ['exec openclaw gateway run --token "$(cat ~/t)"', ["~/t token"]],
    [`export ${variable}=$(<"$HOME/my token")\nopenclaw gateway run`, ["$HOME/my token token"]],
    ["T=`cat '/h/t'`\nopenclaw gateway run --token $T", ["/h/t token"]],
    [". ~/gw.env\nexec openclaw gateway run", ["~/gw.env variables"]],
    ['set -a\nsource "$HOME/gw"\nopenclaw gateway run', ["$HOME/gw variables"]],
    ['openclaw gateway status --token "$(cat ~/t)"', []],
    ["# . ~/t\nopenclaw gateway run", []],
  ])("reads for it: %s", (text, expected) => {
    expect(filesRead(text).map(({ path, as }) => `${path} ${as}`)).toEqual(expected)
  })

  it("goes where its --url says", () => {
    const [held] = heldInScript('openclaw gateway status --url "wss://far" --token x-1')
    expect([held?.url, held?.starts]).toEqual(["wss://far", undefined])
  })
})
