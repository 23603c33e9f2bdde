import { describe, expect, test } from "vitest"
import { products } from "../../products/index.ts"
import { folder } from "../support/hosts/machine.ts"
import { noProduct } from "../support/products/gateway.ts"
import { askOpenclaw } from "../support/products/real-openclaw.ts"
import { gatewayOf, surveyOf } from "../support/survey/papers.ts"
import { strong } from "../support/tokens.ts"
import { lay } from "../support/tree.ts"

const { variable, dotenv, secondDotenv } = products.openclaw
const [first, second] = [dotenv.slice(2), (secondDotenv ?? "").slice(2)] as const

describe.skipIf(noProduct("openclaw") !== undefined)("openclaw's second dotenv file", () => {
  const [one, other] = [strong(), strong()]
  const own = [`${variable}=${one}\n`, `${variable}=${other}\n`] as const

  test.each<[string, Record<string, string>, Record<string, string>, string | undefined]>([
    ["alone", { [second]: own[1] }, {}, other],
    ["behind the first", { [first]: own[0], [second]: own[1] }, {}, one],
    ["behind a first that sets it to nothing", { [first]: `${variable}=\n`, [second]: own[1] }, {}, ""],
    ["behind the environment", { [second]: own[1] }, { [variable]: one }, one],
    ["with the usual folder said", { [second]: own[1] }, { OPENCLAW_STATE_DIR: "~/.openclaw" }, other],
    ["with another folder", { [second]: own[1] }, { OPENCLAW_STATE_DIR: "~/.openclaw-x" }, undefined],
  ])("%s", (_, files, env, expected) => {
    const home = folder()
    lay(home, files)
    const given = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, text.replace("~", home)]))
    const loaded = askOpenclaw(
      ["loadGlobalRuntimeDotEnvFiles"],
      `loadGlobalRuntimeDotEnvFiles()\nconsole.log(JSON.stringify({ value: process.env.${variable} }))`,
      { HOME: home, PATH: process.env.PATH ?? "", ...given },
      home,
    )
    expect(loaded).toEqual(expected === undefined ? {} : { value: expected })
  })
})

test.each<[string, Record<string, string>, string[]]>([
  ["counts for a gateway whose config has no token", { [second]: "b" }, ["b"]],
  ["counts behind the first", { [first]: "a", [second]: "b" }, ["a", "b"]],
])("what it has %s", (_, files, expected) => {
  const papers = Object.entries(files).map(([path, text]) => [`~/${path}`, `${variable}=${text}\n`])
  const config = { "~/.openclaw/openclaw.json": `{gateway: {mode: "local"}}` }
  const { next } = gatewayOf(surveyOf({ ...config, ...Object.fromEntries(papers) }))
  expect(next.candidates.map(({ value }) => value?.reveal())).toEqual(expected)
})
