// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions are those of Compose
import fc from "fast-check"
import type { Tree } from "../../../support/tree.ts"

const variable = "OPENCLAW_GATEWAY_TOKEN"

const token = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9_-]{24,30}$/).filter((text) => /^[A-Za-z]/.test(text)),
    fc.constantFrom("", "", "", "$$x", "#y", "=z", " w v"),
  )
  .map(([text, end]) => text + end)

/** A value as some YAML writes it; what Compose would take for an expression is meant so. */
const entry = fc.record({
  form: fc.constantFrom("absent", "plain", "plain", "whole", "fallback", "dash", "bare", "passed", "empty", "required"),
  quote: fc.constantFrom('"', "'", '"'),
  name: fc.constantFrom("GW_TOKEN", variable, "UNSET_TOKEN", "EMPTY_TOKEN"),
  token,
})
type Entry = { form: string; quote: string; name: string; token: string }

function rawOf({ form, name, token }: Entry): string | null | undefined {
  switch (form) {
    case "absent":
      return undefined
    case "passed":
      return null
    case "empty":
      return ""
    case "whole":
      return `\${${name}}`
    case "fallback":
      return `\${${name}:-${token}}`
    case "dash":
      return `\${${name}-${token}}`
    case "required":
      return `\${GW_TOKEN:?must be set}`
    case "bare":
      return `$${name}`
    default:
      return token
  }
}

function environment(written: Entry, isList: boolean, indent: string): string[] {
  const raw = rawOf(written)
  const { quote } = written
  if (raw === undefined) return []
  const quoted = (text: string) => quote + text + quote
  if (isList)
    return [
      "environment:",
      `  - ${raw === null ? variable : quoted(`OPENCLAW_GATEWAY_TOKEN=${raw}`)} # it`,
      "  - OTHER=x",
    ].map((line) => indent + line)
  return ["environment:", "  OTHER: x", `  OPENCLAW_GATEWAY_TOKEN: ${raw === null ? "" : quoted(raw)}`].map(
    (line) => indent + line,
  )
}

const dotenvLine = fc
  .tuple(fc.constantFrom("", "export "), fc.constantFrom('"', "'", ""), token)
  .map(([lead, quote, token]) => (name: string) => {
    const text = /[ #]/.test(token) && quote === "" ? token.replace(/[ #].*/, "") : token
    return `${lead}${name}=${quote}${text}${quote}\n`
  })

/** A Compose project as people write them, for one service `gw`. */
export const projects: fc.Arbitrary<Tree> = fc
  .record({
    ...{ main: entry, base: entry, override: entry },
    ...{ lists: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()) },
    ...{ dotenv: dotenvLine, envFile: dotenvLine, second: dotenvLine },
    names: fc.constantFrom("", "GW_TOKEN", "GW_TOKEN", variable),
    extend: fc.constantFrom("none", "none", "same", "other", "merge"),
    files: fc.constantFrom("default", "default", "override", "yaml", "COMPOSE_FILE"),
    env: fc.constantFrom("none", "none", "one", "list", "listed twice"),
    version: fc.constantFrom("", 'version: "2.4"\n'),
  })
  .map(({ main, base, override, lists, dotenv, envFile, second, names, extend, files, env, version }) => {
    const inherited = environment(base, extend === "merge" ? false : lists[1], "    ")
    const own = extend === "merge" ? [] : environment(main, lists[0], "    ")
    const envFiles: { readonly [kind: string]: string[] } = {
      none: [],
      one: ["    env_file: gw.env"],
      list: ["    env_file:", "      - ./sub/gw2.env"],
      "listed twice": ["    env_file: [gw.env, sub/gw2.env]"],
    }
    const extended: { readonly [kind: string]: string[] } = {
      none: [],
      same: ["    extends: {service: base}"],
      other: ["    extends:", "      file: lib/base.yml", "      service: base"],
      merge: ["    <<: *base"],
    }
    const baseService = ["  base:", "    image: openclaw", ...inherited]
    const service = ["  gw:", "    image: openclaw", ...(extended[extend] ?? []), ...(envFiles[env] ?? []), ...own]
    const merged = ["x-base: &base", "  image: openclaw", ...inherited.map((line) => line.slice(2))]
    const text = [
      ...(extend === "merge" ? merged : []),
      "services:",
      ...service,
      ...(extend === "same" ? baseService : []),
      "",
    ].join("\n")
    const over = ["services:", "  gw:", "    labels: {a: b}", ...environment(override, lists[2], "    "), ""].join("\n")
    const mainNames: { readonly [kind: string]: string } = { yaml: "compose.yaml", COMPOSE_FILE: "stack/gw.yml" }
    const name = mainNames[files] ?? "docker-compose.yml"
    const isStacked = files === "COMPOSE_FILE"
    const isOver = files === "override" || isStacked
    const set = names === "" ? "" : dotenv(names)
    return {
      [name]: version + text,
      ...(isOver ? { [isStacked ? "stack/over.yml" : "docker-compose.override.yml"]: version + over } : {}),
      ".env": `EMPTY_TOKEN=\n${set}${isStacked ? "COMPOSE_FILE=stack/gw.yml:stack/over.yml\n" : ""}`,
      [isStacked ? "stack/gw.env" : "gw.env"]: `A=b\n${envFile(variable)}`,
      [isStacked ? "stack/sub/gw2.env" : "sub/gw2.env"]: second(variable),
      [isStacked ? "stack/lib/base.yml" : "lib/base.yml"]: version + ["services:", ...baseService, ""].join("\n"),
    }
  })

/** What docker-compose 1.29 itself makes of the projects in these folders: the variable of `gw`, or why it refuses. */
export const reader = `
import json, logging, os, sys
logging.disable(logging.CRITICAL)
from compose.config import config
from compose.config.environment import Environment
from compose.config.errors import ConfigurationError
def read(folder):
    os.chdir(folder)
    try:
        env = Environment.from_env_file(folder)
        files = env.get('COMPOSE_FILE')
        details = config.find(folder, files.split(':') if files else None, env)
        service = [each for each in config.load(details).services if each['name'] == 'gw'][0]
        return {'value': (service.get('environment') or {}).get('OPENCLAW_GATEWAY_TOKEN')}
    except ConfigurationError as error:
        return {'refused': type(error).__name__}
print(json.dumps([read(folder) for folder in json.load(sys.stdin)]))
`
