// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions are those of Compose
import { symlinkSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { survey } from "../../../../survey/collect/survey.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { strong } from "../../../support/tokens.ts"
import { lay } from "../../../support/tree.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const gw = (...lines: string[]) =>
  `services:\n  gw:\n    image: openclaw\n${lines.map((line) => `    ${line}\n`).join("")}`

/** What a project has, the file and the locator where the token is reported, and the format that edits it there. */
type Case = [title: string, files: (token: string) => { [path: string]: string }, where: string, format?: string]

const cases: Case[] = [
  [
    "env_file, a text",
    (t) => ({ "compose.yaml": gw("env_file: gw.env"), "gw.env": `${O}=${t}\n` }),
    `gw.env ${O}`,
    "dotenv",
  ],
  [
    "env_file, a list with a folder above",
    (t) => ({ "a/compose.yaml": gw("env_file:", "  - x.env", "  - ../gw.vars"), "gw.vars": `A=b\n${O}="${t}"\n` }),
    `gw.vars ${O}`,
    "dotenv",
  ],
  [
    "env_file, an object",
    (t) => ({ "compose.yaml": gw("env_file: [{path: ./secrets/gw, required: false}]"), "secrets/gw": `${O}=${t}\n` }),
    `secrets/gw ${O}`,
    "dotenv",
  ],
  [
    "env_file, raw",
    (t) => ({ "compose.yaml": gw("env_file: [{path: gw.env, format: raw}]"), "gw.env": `${O}=${t}\n` }),
    `gw.env ${O}`,
  ],
  [
    "env_file in a merged map",
    (t) => ({
      "compose.yaml": `x-base: &base\n  env_file: [gw.env]\nservices:\n  gw:\n    <<: *base\n    image: x\n`,
      "gw.env": `export ${O}=${t}\n`,
    }),
    `gw.env ${O}`,
    "dotenv",
  ],
  [
    "env_file by a variable of .env",
    (t) => ({ "compose.yaml": gw("env_file: ${STAGE}.env"), ".env": "STAGE=live\n", "live.env": `${O}=${t}\n` }),
    `live.env ${O}`,
    "dotenv",
  ],
  [
    "env_file by what an expression falls back to",
    (t) => ({ "compose.yaml": gw("env_file: ${STAGE:-live}.env"), "live.env": `${O}=${t}\n` }),
    `live.env ${O}`,
    "dotenv",
  ],
  [
    "extends another file",
    (t) => ({
      "compose.yaml": gw("extends: {file: base.yml, service: base}"),
      "base.yml": `services:\n  base:\n    environment:\n      ${O}: ${t}\n`,
    }),
    `base.yml base.${O}`,
    "compose",
  ],
  [
    "extends a file that names a file of variables",
    (t) => ({
      "compose.yaml": gw("extends:", "  file: lib/base.yml", "  service: base"),
      "lib/base.yml": "services:\n  base:\n    env_file: base.env\n",
      "lib/base.env": `${O}=${t}\n`,
    }),
    `lib/base.env ${O}`,
    "dotenv",
  ],
  [
    "extends in the same file",
    (t) => ({ "compose.yaml": `${gw("extends: {service: base}")}  base:\n    environment: ["${O}=${t}"]\n` }),
    `compose.yaml base.${O}`,
    "compose",
  ],
  [
    "include, short",
    (t) => ({ "compose.yaml": "include:\n  - gw/stack.yml\n", "gw/stack.yml": gw("environment:", `  ${O}: ${t}`) }),
    `gw/stack.yml gw.${O}`,
    "compose",
  ],
  [
    "include, long, with a file of variables",
    (t) => ({
      "compose.yaml": "include:\n  - path: [gw/stack.yml]\n    env_file: inc.env\n",
      "gw/stack.yml": gw("environment:", `  ${O}:`),
      "inc.env": `${O}=${t}\n`,
    }),
    `inc.env ${O}`,
    "dotenv",
  ],
  [
    "include of what has a .env of its own",
    (t) => ({
      "compose.yaml": "include: [gw/stack.yml]\n",
      "gw/stack.yml": gw("environment:", `  ${O}: $\{TOKEN_OF_IT}`),
      "gw/.env": `TOKEN_OF_IT=${t}\n`,
    }),
    "gw/.env TOKEN_OF_IT",
    "dotenv",
  ],
  [
    "a secret of a file",
    (t) => ({ "compose.yaml": `${gw("secrets: [it]")}secrets:\n  it:\n    file: ./it.txt\n`, "it.txt": `${t}\n` }),
    "it.txt *",
    "file",
  ],
  [
    "a secret's content",
    (t) => ({ "compose.yaml": `${gw()}secrets:\n  gateway:\n    content: ${t}\n` }),
    "compose.yaml secrets.gateway.content (line 6)",
  ],
  [
    "a secret of a variable",
    (t) => ({ "compose.yaml": `${gw()}secrets:\n  gateway:\n    environment: GW\n`, ".env": `GW=${t}\n` }),
    ".env GW",
    "dotenv",
  ],
  [
    "a config that is the product's",
    (t) => ({
      "compose.yaml": `${gw("configs: [{source: it, target: /x}]")}configs:\n  it: {file: it.json}\n`,
      "it.json": JSON.stringify({ gateway: { auth: { token: t } } }),
    }),
    "it.json gateway.auth.token",
    "json5",
  ],
  [
    "the same in place",
    (t) => ({
      "compose.yaml": `${gw("configs: [it]")}configs:\n  it:\n    content: |\n      {gateway: {auth: {token: "${t}"}}}\n`,
    }),
    "compose.yaml gateway.auth.token (line 7)",
  ],
  [
    "the second of two documents",
    (t) => ({ "compose.yaml": `services: {}\n---\n${gw("environment:", `  ${O}: ${t}`)}` }),
    `compose.yaml gw.${O}`,
  ],
  [
    "a command in the second",
    (t) => ({ "compose.yaml": `services: {}\n---\n${gw(`command: ["--token", "${t}"]`)}` }),
    "compose.yaml --token (line 6)",
  ],
  [
    "an override file that names no product",
    (t) => ({
      "docker-compose.yml": gw(),
      "docker-compose.override.yml": `services:\n  gw:\n    command: [--token, ${t}]\n`,
    }),
    "docker-compose.override.yml --token (line 3)",
  ],
  [
    "COMPOSE_FILE",
    (t) => ({ ".env": "COMPOSE_FILE=a.yml:b/stack.yaml\n", "b/stack.yaml": gw("environment:", `  ${O}: "${t}"`) }),
    `b/stack.yaml gw.${O}`,
    "compose",
  ],
  [
    "another variable of .env",
    (t) => ({ "compose.yaml": gw("environment:", `  ${O}: $GW_TOKEN`), ".env": `GW_TOKEN=${t}\n` }),
    ".env GW_TOKEN",
    "dotenv",
  ],
  [
    "what an expression falls back to",
    (t) => ({ "compose.yaml": gw("environment:", `  ${O}: \${GW:-${t}}`) }),
    `compose.yaml fallback of ${O} (line 5)`,
  ],
  [
    "the same behind --token",
    (t) => ({ "compose.yaml": gw(`command: openclaw gateway run --token \${GW:-${t}}`) }),
    "compose.yaml fallback of --token (line 4)",
  ],
  [
    "an anchor",
    (t) => ({ "compose.yaml": `x-env: &env\n  ${O}: ${t}\n${gw("environment: *env")}` }),
    `compose.yaml gw.${O}`,
    "compose",
  ],
]

test("each token that a Compose project has is reported with its place", async () => {
  const top = folder()
  const laid = cases.map(([, files], at) => {
    const token = strong()
    const placed = Object.entries(files(token)).map(([path, text]) => [`p${at}/${path}`, text] as const)
    lay(top, Object.fromEntries(placed))
    return token
  })
  const { copies } = await survey({ host: "local", home: top })
  const seen = laid.map((token) =>
    copies
      .filter(({ held }) => held.kind === "value" && held.value.equals(token))
      .map(({ path, locator, format }) => [`${path.slice(top.length).replace(/^\/p\d+\//, "")} ${locator}`, format]),
  )
  expect(seen.map((each, at) => [cases[at]?.[0], ...each])).toEqual(
    cases.map(([title, , where, format]) => [title, [where, format]]),
  )
})

test("what a Compose file names elsewhere is reported with its line, and not looked at", async () => {
  const [top, other] = [folder(), folder()]
  lay(other, { "gw.env": `${O}=${strong()}\n` })
  lay(top, {
    "a/compose.yaml": gw(`env_file: [${other}/gw.env, "\${UNSET_HERE}.env"]`),
    "b/compose.yaml": "include:\n  - https://example.com/x.git\n",
    "c/compose.yaml": `${gw("env_file: [pipe, loop]")}include: [compose.yaml]\n`,
    // Other people's passwords are none of ours.
    "d/compose.yaml": "services:\n  db:\n    image: postgres\n    secrets: [pw]\nsecrets:\n  pw: {file: pw.txt}\n",
    "d/pw.txt": strong(),
    "e/compose.yaml": "services: {db: {env_file: db.env, image: [\n",
  })
  symlinkSync("/dev/zero", join(top, "c/loop"))
  const { copies } = await survey({ host: "local", home: top })
  const seen = copies.map(({ path, held }) => [
    path.slice(top.length),
    held.kind === "broken" ? held.reason : held.kind,
  ])
  expect(seen.sort()).toEqual([
    ["/a/compose.yaml", "services.gw.env_file (line 4) names a file by a variable that no .env beside it sets"],
    ["/a/compose.yaml", "services.gw.env_file (line 4) names a file outside of this home"],
    ["/b/compose.yaml", "include (line 2) names what is on another machine"],
    ["/c/loop", expect.stringMatching(/regular|link|device/)],
  ])
})
