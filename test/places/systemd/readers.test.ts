import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { systemd } from "../../../places/systemd/systemd.ts"
import { lookalikes } from "../../support/hostile/lookalikes.ts"
import { sampleCount } from "../../support/hostile/sample-count.ts"
import { noUserManager, parted, startUserManager, type UserManager } from "../../support/hosts/systemd-user.ts"
import { bytes, text } from "../laws.ts"

const find = (file: string, name = "KEY") => systemd.find(bytes(file), name)
const put = (file: string, value: string, name = "KEY") => text(systemd.put(bytes(file), name, value))
const service = (...lines: string[]) => `[Service]\n${lines.map((line) => `${line}\n`).join("")}`

/** The words of a line, by a shell. */
function words(line: string): string[] {
  const script = `printf '%s\\0' ${line}`
  return execFileSync("bash", ["--norc", "-c", script], { stdio: ["ignore", "pipe", "inherit"] })
    .toString("utf-8")
    .split("\0")
}

/** What a program gets for a flag. */
function argument(all: readonly string[], flag: string): string | undefined {
  const index = all.indexOf(flag)
  return index < 0 ? all.find((each) => each.startsWith(`${flag}=`))?.slice(flag.length + 1) : all[index + 1]
}

describe.skipIf(noUserManager)(`systemd reads the same${noUserManager ? ` (skipped: ${noUserManager})` : ""}`, () => {
  let manager: UserManager
  const at = (name: string) => join(manager.home, name)
  beforeAll(async () => {
    manager = await startUserManager()
    writeFileSync(at("arguments.sh"), "printf '%s\\0' \"$@\"\n")
  })
  afterAll(() => manager.stop())

  /** What the services write, each of them to a file of its own. */
  function outputs(units: readonly string[]): string[][] {
    const names = units.map((unit, index) => {
      manager.unit(
        `u${index}.service`,
        `${unit}\n[Service]\nType=oneshot\nStandardOutput=truncate:${at(`${index}.out`)}\n`,
      )
      return `u${index}.service`
    })
    manager.run(names)
    return units.map((_unit, index) => parted(at(`${index}.out`)))
  }

  test("variables that put wrote, for values of every shape", () => {
    const old = [
      "",
      "Environment=K=old",
      "Environment='K=o l d'",
      'Environment=A=1 "K=old" B=2',
      "Environment=K='old'",
      "Environment=K=",
    ]
    const groups = Array.from({ length: sampleCount(400) / 50 }, () => fc.sample(lookalikes, 50))
    const units = groups.map((values) => {
      const present = values.map((_value, index) => (old[index % old.length] ?? "").replace("K", `K${index}`))
      const unit = service(...present, "ExecStart=/usr/bin/env -0")
      return values.reduce((file, value, index) => put(file, value, `K${index}`), unit)
    })
    const read = outputs(units)
    for (const [group, values] of groups.entries()) {
      const wanted = values.map((value, index) => `K${index}=${value}`)
      expect(read[group]).toEqual(expect.arrayContaining(wanted))
      // What it shows is quoted for a shell, but for a tilde and a tab.
      const shown = manager.systemctl("show", "-P", "Environment", `u${group}.service`)
      const plain = wanted.filter((each) => !/[~\t]/.test(each))
      expect(words(shown)).toEqual(expect.arrayContaining(plain))
    }
  })

  test("variables that others wrote, as find says", () => {
    const soup = fc.string({
      unit: fc.constantFrom(..."ab'\"\\$% \t#;=", "\\s", "\\x41", "%%", "%1", "%-", "%é", " KEY=", " \\\n"),
      maxLength: 16,
    })
    const units = fc.sample(soup, sampleCount(300)).flatMap((each) => {
      const unit = service(`Environment=KEY=${each}`, "", "ExecStart=/usr/bin/env -0")
      try {
        const found = find(unit)
        return found.kind === "reference" ? [] : [{ unit, value: found.kind === "value" ? found.value : "" }]
      } catch {
        return []
      }
    })
    expect(units.length).toBeGreaterThan(100)
    const read = outputs(units.map(({ unit }) => unit))
    for (const [index, { unit, value }] of units.entries()) {
      const held = read[index]?.find((each) => each.startsWith("KEY="))?.slice(4) ?? ""
      expect([unit, held]).toEqual([unit, value])
    }
  })

  test("flags that put wrote, for values of every shape", () => {
    const old = ["--f old", "--f=old", "'--f' 'o l d'", '"--f=old"', ""]
    const groups = Array.from({ length: sampleCount(300) / 50 }, () => fc.sample(lookalikes, 50))
    const units = groups.map((values) => {
      const present = values.map((_value, index) => (old[index % old.length] ?? "").replace("f", `f${index}`))
      const unit = service(`ExecStart=/bin/sh ${at("arguments.sh")} ${present.join(" ")}`)
      return values.reduce((file, value, index) => put(file, value, `--f${index}`), unit)
    })
    const read = outputs(units)
    for (const [group, values] of groups.entries()) {
      const found = values.map((_value, index) => argument(read[group] ?? [], `--f${index}`))
      expect(found).toEqual(values)
    }
  })

  test("flags that others wrote, as find says", () => {
    const soup = fc.string({
      unit: fc.constantFrom(..."ab'\"\\$% ;=", "$$", "\\s", "\\d", "%%", "%1", "% ", " ; "),
      maxLength: 14,
    })
    const units = fc.sample(soup, sampleCount(300)).flatMap((each) => {
      const unit = service(`ExecStart=/bin/sh ${at("arguments.sh")} --f ${each}`)
      try {
        const found = find(unit, "--f")
        // A specifier that there is not, in any word, keeps systemd from loading the unit.
        const isLoaded = !/%\d/.test(each.replaceAll("%%", ""))
        return each.includes(" ;") || !isLoaded || found.kind !== "value" ? [] : [{ unit, value: found.value }]
      } catch {
        return []
      }
    })
    expect(units.length).toBeGreaterThan(50)
    const read = outputs(units.map(({ unit }) => unit))
    for (const [index, { unit, value }] of units.entries()) {
      expect([unit, argument(read[index] ?? [], "--f")]).toEqual([unit, value])
    }
  })
})
