import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { planFleet } from "../../components/fleet-plan.ts"
import { parseConfig } from "../../stacks/config.ts"
import { fleetArgs } from "../../stacks/fleet-args.ts"
import { blocksOf, commandsOf, pageText } from "../support/docs/page.ts"
import { root } from "../support/engine/program.ts"

const pages = ["docs/guard.md", "docs/jwt.md", "docs/certificates.md"]

/** The test that runs a command or has a block's content, and how it does; or why none can. */
type Proof = { readonly by: string; readonly as: RegExp } | { readonly not: string }

const migration = "test/engine/migration.test.ts"

const commands: Readonly<Record<string, Proof>> = {
  "pulumi preview": { by: migration, as: /at\.run\("preview"/ },
  "pulumi up": { by: migration, as: /at\.run\("up"/ },
  "openssl s_client -connect studio.local:18443": {
    by: "test/engine/guard.test.ts",
    as: /commandOf\("docs\/guard\.md", "openssl s_client"\)/,
  },
  "openclaw node run --host 127.0.0.1 --port 18801": {
    by: migration,
    as: /commandOf\("docs\/guard\.md", "openclaw node run"\)/,
  },
  "haproxy -c": { by: "test/provider/resources/proxy.test.ts", as: /what HAProxy refuses never takes the place/ },
  "npm run -s bench:guard": { by: "test/bench/guard.test.ts", as: /bench\/guard/ },
  "gatekey token": { by: "test/engine/client.test.ts", as: /commandOf\(page, "printf 'Authorization: Bearer / },
  "token [--bearer] [--lifetime SECONDS] [--aud GUARD]": { by: "test/cli/token/token.test.ts", as: /--lifetime/ },
  "printf 'Authorization: %s' \"$(~/.local/state/gatekey/laptop/token --bearer)\" | curl --cacert ca.pem -H @- https://studio.local:18443/healthz":
    { by: "test/engine/client.test.ts", as: /commandOf\(page, "printf 'Authorization: %s'"\)/ },
  "printf 'Authorization: Bearer %s' \"$(npx --no -- gatekey token laptop --lifetime 1m)\" | curl --cacert ca.pem -H @- https://studio.local:18443/healthz":
    { by: "test/engine/client.test.ts", as: /commandOf\(page, "printf 'Authorization: Bearer / },
  "sudo systemctl disable --now haproxy": { not: "it changes the machine's own services, as root" },
  "journalctl --user -u gatekey-studio-guard": { not: "it only shows what the guard's tests read from its process" },
  "openclaw node install --force --host 127.0.0.1 --port 18801": {
    not: "it makes a user service of the machine; the same words start a node in the migration's test",
  },
  "openclaw node restart": { not: "it needs that service" },
}

const blocks: Readonly<Record<string, Proof>> = {
  "docs/guard.md mermaid 1": { not: "a picture" },
  "docs/guard.md yaml 1": { by: "test/docs/guard-commands.test.ts", as: /are a fleet that can be planned/ },
  "docs/guard.md yaml 2": { by: "test/docs/guard-commands.test.ts", as: /are a fleet that can be planned/ },
  "docs/guard.md ts 1": {
    by: "test/support/engine/program.ts",
    as: /new Authority\([\s\S]*new Sidecar\([\s\S]*new Guard\(/,
  },
  "docs/jwt.md ts 1": { by: "test/support/engine/program.ts", as: /new Client\([^)]*\)\.entry/ },
  "docs/jwt.md sh 1": { by: "test/engine/client.test.ts", as: /docs\/jwt\.md/ },
  "docs/jwt.md json5 1": { by: "test/support/proxies/operator.ts", as: /as `docs\/jwt\.md` has it[\s\S]*edgeAuth/ },
  "docs/jwt.md ts 2": {
    by: "test/engine/client.test.ts",
    as: /client: \{ name: "tw", auth: "jwt" \}, audience: "studio"/,
  },
  "docs/certificates.md ts 1": { by: "test/support/engine/program.ts", as: /new Certificate\(/ },
  "docs/certificates.md yaml 1": { by: "test/engine/authority.test.ts", as: /generation: 2, phase: "trust"/ },
}

const numbered = pages.flatMap((page) => {
  const counts = new Map<string, number>()
  return blocksOf(page).map(({ language }) => {
    counts.set(language, (counts.get(language) ?? 0) + 1)
    return `${page} ${language} ${counts.get(language)}`
  })
})

describe("the pages about guards", () => {
  test.each([
    ["command", commands, [...new Set(pages.flatMap(commandsOf))]],
    ["block", blocks, numbered],
  ] as const)("have no %s that is not accounted for", (_what, table, found) => {
    expect([...found].sort()).toEqual(Object.keys(table).sort())
  })

  const proofs = Object.entries({ ...commands, ...blocks }).flatMap(([what, proof]) =>
    "by" in proof ? [{ what, ...proof }] : [],
  )
  test.each(proofs)("$what is run or checked by $by", ({ by, as }) => {
    expect(readFileSync(join(root, by), "utf8")).toMatch(as)
  })

  test("have pieces of a stack's file that are a fleet that can be planned", () => {
    const pieces = blocksOf("docs/guard.md").filter(({ language }) => language === "yaml")
    const declared = pieces.flatMap(({ text }) => Object.entries(parse(text) as object))
    const all = { token: { rotation: 1 }, ...Object.fromEntries(declared.map(([key, value]) => [key.slice(8), value])) }
    const parsed = parseConfig(all)
    if (!("config" in parsed)) throw new Error(parsed.problems.join("\n"))
    expect(() => planFleet(fleetArgs(parsed.config, root))).not.toThrow()
    // The table of the keys names those of the snippet.
    const page = pageText("docs/guard.md")
    for (const key of ["listen", "mode: trusted-proxy", "bind: loopback", "sidecar", "scopes"])
      expect(page).toMatch(new RegExp(`^\\| \`[^|]*${key}`, "m"))
  })
})
