import { expect, it } from "vitest"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"

const T = "OPENCLAW_GATEWAY_TOKEN"
const client = (token = "") => `{gateway:{mode:"remote",remote:{url:"ws://127.0.0.1:9"${token}}}}`
const reference = client(`,token:"\${MY_CLAW}"`)

interface Result {
  readonly places: readonly { readonly place: string; readonly readers: readonly string[] }[]
  readonly causes: readonly { readonly code: string; readonly sentence: string }[]
}

async function scan(files: { readonly [path: string]: string }): Promise<Result> {
  const home = folder()
  lay(home, files)
  const { stdout } = await gatekey(["scan", "--home", home, "--json"])
  return JSON.parse(stdout)
}

it.each<[string, (t: string) => { readonly [path: string]: string }, string]>([
  [
    "a file that .zshrc sources",
    (t) => ({ ".openclaw/openclaw.json": client(), ".zshrc": ". ~/.secrets\n", ".secrets": `export ${T}=${t}\n` }),
    `~/.secrets ${T}`,
  ],
  [
    "zsh's own folder",
    (t) => ({
      ".openclaw/openclaw.json": client(),
      ".zshenv": 'export ZDOTDIR="$HOME/.config/zsh"\n',
      ".config/zsh/.zshrc": `export ${T}=${t}\n`,
    }),
    `~/.config/zsh/.zshrc ${T}`,
  ],
  [
    "a folder that .bashrc sources",
    (t) => ({
      ".openclaw/openclaw.json": client(),
      ".bashrc": 'for rc in ~/.bashrc.d/*; do . "$rc"; done\n',
      ".bashrc.d/claw": `export ${T}=${t}\n`,
    }),
    `~/.bashrc.d/claw ${T}`,
  ],
  [
    "a variable that the config names and .bashrc exports",
    (t) => ({ ".openclaw/openclaw.json": reference, ".bashrc": `export MY_CLAW=${t}\n` }),
    "~/.bashrc MY_CLAW",
  ],
])("a command of the user sends what is exported by %s", async (_, files, place) => {
  const { places, causes } = await scan(files(strong()))
  const read = places.filter(({ readers }) => readers.some((each) => each.endsWith("(wins)")))
  expect(read.map((each) => each.place)).toEqual([place])
  expect(causes.map(({ sentence }) => sentence).join()).not.toMatch(/not set|has no token/)
})

it.each([
  ["a path that is not known", { ".bashrc": '. "$SOME/x"\n' }],
  ["exported by `set -a`", { ".bashrc": "set -a; . ~/x.env; set +a\n", "x.env": `${T}=${strong()}\n` }],
])("what a command sends is not known where a shell file reads %s", async (_, files) => {
  const { causes } = await scan({ ".openclaw/openclaw.json": client(), ...files })
  expect(causes.map(({ code }) => code)).toContain("not-known")
})
