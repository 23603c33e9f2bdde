import { spawnSync } from "node:child_process"
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { describeEngine, stack } from "../support/engine/engine.ts"
import type { Fleet } from "../support/engine/program.ts"

type Declared = NonNullable<Fleet["certificates"]>[string]

describeEngine("certificates", () => {
  test("are made, checked in each preview, repaired, and renewed for another generation; nothing changes when nothing changed", async () => {
    const studio: Declared = {
      host: "local",
      path: "~/tls/studio.pem",
      name: "studio",
      role: "guard",
      names: ["studio.local"],
    }
    const tw = { host: "local", path: "~/tls/tw.pem", name: "tw" }
    const dev = await stack({ places: {}, certificates: { "studio certificate": studio, "tw certificate": tw } })
    const { preview } = await dev.deploy()
    expect(preview.steps).toEqual(
      expect.arrayContaining(["create home", "create studio certificate", "create tw certificate"]),
    )
    expect(dev.files()).toEqual(["tls/studio.pem", "tls/tw.pem"])
    const authority = (await dev.state()).deployment.resources?.find(({ type }) => type === "gatekey:index:Authority")
    const ca = join(dev.home, "ca.pem")
    writeFileSync(ca, String(authority?.outputs?.certificate))
    for (const [name, purpose] of [
      ["studio", "sslserver"],
      ["tw", "sslclient"],
    ] as const) {
      const words = ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", ca, join(dev.home, `tls/${name}.pem`)]
      expect(spawnSync("openssl", words, { encoding: "utf8" }).stdout).toContain(`${name}.pem: OK`)
    }
    await dev.settled()

    const file = join(dev.home, "tls/tw.pem")
    chmodSync(file, 0o644)
    const before = dev.read("tls/tw.pem")
    const drifted = await dev.deploy()
    expect(drifted.preview.steps).toEqual(["update tw certificate"])
    expect(drifted.preview.output).toMatch(
      /contains certificate of tw\.g1, but others can read its key \(0644\), expected certificate of tw\.g1\n *fix: `pulumi up` makes a new key and certificate there/,
    )
    expect(dev.mode("tls/tw.pem")).toBe("0600")
    expect(dev.read("tls/tw.pem")).not.toBe(before)
    await dev.settled()

    dev.declare({
      places: {},
      certificates: { "studio certificate": studio, "tw certificate": { ...tw, generation: 2 } },
    })
    expect((await dev.deploy()).preview.steps).toEqual(["update tw certificate"])
    await dev.settled()

    dev.declare({ places: {}, certificates: { "studio certificate": studio } })
    await dev.deploy()
    expect(dev.files().filter((name) => name.startsWith("tls/"))).toEqual(["tls/studio.pem"])
  })
})
