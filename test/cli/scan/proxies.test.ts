import { execFileSync } from "node:child_process"
import { appendFileSync, chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { files } from "../../../proxies/guard.ts"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { freePort } from "../../support/products/listener.ts"
import { noHaproxy, startHaproxy } from "../../support/proxies/haproxy.ts"
import { laySidecar } from "../../support/proxies/own.ts"
import { type Pki, pki } from "../../support/proxies/pki.ts"

interface Site {
  readonly at: (name: string) => string
  readonly own: Pki
}

interface Row {
  /** When its certificate was issued, in days from now, and for how many days. */
  readonly issued?: readonly [begun: number, lifetime: number]
  /** Before its HAProxy starts; after it started. */
  readonly before?: (site: Site) => unknown
  readonly after?: (site: Site) => unknown
  readonly isStopped?: boolean
  readonly found: readonly (string | RegExp)[]
}

const otherKey = (file: string) => {
  const key = execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], { encoding: "utf8" })
  writeFileSync(file, key + readFileSync(file, "utf8").replace(/^[\s\S]*PRIVATE KEY-----\n/, ""))
}

describe.skipIf(noHaproxy)(`a scan of a home with a sidecar${noHaproxy ? ` (${noHaproxy})` : ""}`, () => {
  it.each<[string, Row]>([
    ["that is right", { found: [] }],
    ["that does not run", { isStopped: true, found: [/^proxy-stopped broken .* does not run: its HAProxy/] }],
    [
      "whose key others can read",
      { after: ({ at }) => chmodSync(at(files.certificate), 0o644), found: [/^key-mode risk .* 0644, expected 0600$/] },
    ],
    [
      "whose key was replaced",
      { after: ({ at }) => otherKey(at(files.certificate)), found: [/^key-other broken .* not the certificate's$/] },
    ],
    [
      "whose key and certificate are gone",
      { after: ({ at }) => rmSync(at(files.certificate)), found: [/^certificate-missing broken .* has no own\.pem$/] },
    ],
    [
      "whose certificate expired",
      { issued: [-40, 30], found: [/^certificate-expired broken .* expired at \d{4}-\d\d-\d\d .* UTC$/] },
    ],
    ["whose certificate ends in 59 days", { issued: [-306, 365], found: [/^certificate-ends risk .* ends at /] }],
    ["whose certificate ends in 61 days", { issued: [-304, 365], found: [] }],
    [
      "whose certificate begins tomorrow",
      { issued: [1, 30], found: [/^certificate-early broken .* not valid before /] },
    ],
    [
      "that trusts another authority",
      {
        after: async ({ at }) => writeFileSync(at(files.authority), (await pki()).authority.certificate),
        found: [/^certificate-foreign broken .* no authority in its ca\.pem signed$/],
      },
    ],
    [
      "that trusts another authority as well",
      {
        after: async ({ at, own }) =>
          writeFileSync(at(files.authority), (await pki()).authority.certificate + own.authority.certificate),
        found: [],
      },
    ],
    [
      "whose configuration has another stamp than its process",
      {
        after: ({ at }) => {
          const text = readFileSync(at(files.configuration), "utf8")
          writeFileSync(at(files.configuration), text.replace(/str\([0-9a-f]{64}\)/, `str(${"0".repeat(64)})`))
        },
        found: [/^proxy-not-loaded risk .* runs with another configuration/],
      },
    ],
    [
      "whose configuration lost its frontend",
      {
        after: ({ at }) => {
          const text = readFileSync(at(files.configuration), "utf8")
          writeFileSync(at(files.configuration), text.replace("frontend node", "frontend other"))
        },
        found: [/^proxy-edited risk .* not as gatekey writes it$/],
      },
    ],
    [
      "beside a folder that is not gatekey's",
      { before: ({ at }) => appendFileSync(join(at(""), "../proxy.cfg"), "global\n"), found: [] },
    ],
  ])("%s", async (_, { issued = [0, 365], before, after, isStopped, found }) => {
    const home = folder()
    const own = await pki()
    const made = await own.make({ name: "tw" }, ...issued)
    const at = laySidecar(home, made, own.authority.certificate, await freePort(), await freePort())
    const site: Site = { at: (name) => join(at, name), own }
    await before?.(site)
    if (!isStopped) await startHaproxy(at)
    await after?.(site)
    const { code, stdout, stderr } = await gatekey(["scan", "--json", "--home", home])
    expect(stderr).toBe("")
    const { causes } = JSON.parse(stdout) as { causes: { code: string; weight: string; sentence: string }[] }
    expect(causes.map(({ code, weight, sentence }) => `${code} ${weight} ${sentence}`)).toEqual(
      found.map((each) => expect.stringMatching(each)),
    )
    expect(code).toBe(found.length > 0 ? 1 : 0)
    expect(stdout).not.toMatch(/BEGIN|PRIVATE/)
  })
})
