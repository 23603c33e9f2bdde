import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { survey } from "../../../../survey/collect/survey.ts"
import { noUserManager, startUserManager, type UserManager } from "../../../support/hosts/systemd-user.ts"

const variable = "OPENCLAW_GATEWAY_TOKEN"
const V = variable

/** Where a file of a unit is; `share` is looked at after the user's own. Not /etc: what is there is in every scan's snapshot. */
const places = ["user", "user", "control", "share", "runtime"] as const
type Place = (typeof places)[number]

const values = fc.nat({ max: 5 }).map((at) => `v${at}`)
const line = fc.oneof(
  { weight: 6, arbitrary: values.map((value) => `Environment=${V}=${value}`) },
  { weight: 2, arbitrary: values.map((value) => `Environment=A=1 "${V}=${value} x" 'B=2'`) },
  { weight: 2, arbitrary: values.map((value) => `Environment=A=1 \\\n# c\n  ${V}=${value}`) },
  { weight: 1, arbitrary: values.map((value) => `UnsetEnvironment=${V}=${value}`) },
  {
    weight: 12,
    arbitrary: fc.constantFrom(
      ...["Environment=", "EnvironmentFile=", "UnsetEnvironment=", `UnsetEnvironment=${V}`, `Environment=${V}=`],
      ...[`UnsetEnvironment=A ${V} B`, "PassEnvironment=PATH", `Environment=${V}=%h|%n|%N|%p|%i|%j|%u|%U|%E|%t|%%|%`],
      ...[
        `Environment="${V}=%P|%I|%J|%T|%V|%C"`,
        `Environment=${V}=a\\x41\\tb`,
        `Environment=${V}=%1`,
        `Environment=${V}=$A\${B}`,
      ],
      ...["EnvironmentFile=-%h/env/1.env", "EnvironmentFile=%h/env/2.env", "EnvironmentFile=%h/env/*.env"],
      ...["EnvironmentFile=-%E/none.env", 'EnvironmentFile="%h/env/1.env"', "EnvironmentFile=-%h/env/[!1].env"],
      ...["EnvironmentFile=-%h/env/?.env", "EnvironmentFile=-%h/env/%i.env", "EnvironmentFile=%h//env/./2.env"],
      ...["EnvironmentFile=env/1.env", "EnvironmentFile=-%h/env/none*.env"],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom("EnvironmentFile=%h/none.env", "EnvironmentFile=%h/env/none*.env") },
)
const dump = `/bin/sh -c "cat /proc/self/environ >%h/out/%n"`
const commands = fc.constantFrom(
  ...[`/bin/true ; ${dump}`, `/usr/bin/env ${V}=first ${dump} openclaw gateway ; /usr/bin/env ${V}=second /bin/true`],
  ...[`/usr/bin/env ${V}=own ${dump}`, `env -u ${V} ${dump}`, `/usr/bin/env A=b "${V}=o w n" ${dump}`],
  ...[`/usr/bin/env -S "${V}=split A=b" ${dump}`, `/usr/bin/env -iS "${V}=split" ${dump}`],
  ...[`/usr/bin/env "-S-u ${V}" ${dump}`, `/usr/bin/env "--split-string=${V}=a ${V}=b" ${dump}`],
  ...[`/usr/bin/env --split-string "A=b ${V}=s" ${V}=t ${dump}`, `/usr/bin/env -S "${V}='s t'" ${dump}`],
  ...[`/usr/bin/env -i B=c ${dump}`, `-/usr/bin/env -- ${V}=a ${V}=b ${dump}`, dump],
)
const lines = fc.array(line, { minLength: 1, maxLength: 4 })
const command = commands.map((each) => [`ExecStart=`, `ExecStart=${each}`])
const mask = fc.constantFrom("", "/dev/null")

/** A unit on paper: its own files, and its drop-ins in whatever folder. */
const units = fc.record({
  instance: fc.boolean(),
  own: fc.uniqueArray(fc.record({ place: fc.constantFrom(...places), lines }), {
    selector: ({ place }) => place,
    minLength: 1,
    maxLength: 2,
  }),
  drops: fc.array(
    fc.record({
      place: fc.constantFrom(...places),
      folder: fc.constantFrom("own", "own", "template", "prefix", "short"),
      name: fc.constantFrom("05-a.conf", "10-b.conf", "20-c.conf", "9.conf", ".h.conf", "30.txt"),
      lines: fc.oneof(
        { weight: 8, arbitrary: lines },
        { weight: 1, arbitrary: mask },
        { weight: 2, arbitrary: command },
      ),
    }),
    { maxLength: 4 },
  ),
})
type Unit = typeof units extends fc.Arbitrary<infer T> ? T : never

describe.skipIf(noUserManager)(`what a unit is given${noUserManager ? ` (skipped: ${noUserManager})` : ""}`, () => {
  let manager: UserManager
  const stem = `gk${process.pid}x`
  beforeAll(async () => {
    manager = await startUserManager()
  })
  afterAll(async () => {
    await manager.stop()
  })

  const folder = (place: Place) =>
    ({
      user: `${manager.home}/.config/systemd/user`,
      control: `${manager.home}/.config/systemd/user.control`,
      share: `${manager.home}/.local/share/systemd/user`,
      runtime: `${manager.env.XDG_RUNTIME_DIR}/systemd/user`,
    })[place]
  const write = (path: string, content: string) => {
    mkdirSync(dirname(path), { recursive: true })
    rmSync(path, { force: true })
    if (content === "/dev/null") symlinkSync(content, path)
    else writeFileSync(path, content)
  }
  const service = (all: string | readonly string[]) =>
    typeof all === "string" ? all : `[Service]\n${all.join("\n")}\n`

  /** Writes a unit's files, and tells its name. */
  const install = ({ instance, own, drops }: Unit, at: number): string => {
    const prefix = `${stem}-${at}-gw`
    const file = instance ? `${prefix}@.service` : `${prefix}.service`
    const name = instance ? `${prefix}@work.service` : file
    for (const { place, lines } of own)
      write(join(folder(place), file), service([`ExecStart=${dump}`, "Type=oneshot", ...lines]))
    const short = `${stem}-${at}-`
    const folders = {
      own: `${name}.d`,
      template: `${file}.d`,
      prefix: `${short}.service.d`,
      short: instance ? `${short}@work.service.d` : `${name}.d`,
    }
    for (const { place, folder: kind, name: conf, lines } of drops)
      write(join(folder(place), folders[kind as keyof typeof folders], conf), service(lines))
    return name
  }

  /** What the process was given: undefined where it was not started. */
  const outcome = (name: string): string | undefined => {
    const path = join(manager.home, "out", name)
    if (!existsSync(path)) return undefined
    const all = readFileSync(path, "utf8").split("\0")
    return all.find((each) => each.startsWith(`${V}=`))?.slice(V.length + 1) ?? ""
  }

  test.each([
    ["", 90],
    ["with drop-ins for all services", 60],
  ])(
    "is what the manager gives its process %s",
    async (top, count) => {
      const { home, env, systemctl } = manager
      for (const [name, text] of Object.entries({
        "1.env": `${V}=f1\n`,
        "2.env": `A=b\n${V}='f 2'\n${V}="f 3"\n`,
        "3.env": "A=c\n",
        ".h.env": `${V}=hidden\n`,
        "work.env": `export ${V}=x\n${V}=w\n`,
      }))
        write(join(home, "env", name), text)
      mkdirSync(join(home, "out"), { recursive: true })
      if (top) {
        write(join(folder("user"), "service.d/07-top.conf"), service([`Environment=${V}=top`]))
        write(join(folder("control"), "service.d/10-b.conf"), service([`Environment=${V}=over`]))
      }
      const sample = fc.sample(units, count)
      const names = sample.map((unit, at) => install(unit, at + (top ? 1000 : 0)))
      // An instance of a template is known by what enables it, or by its process.
      for (const name of names.filter((each) => each.includes("@")))
        write(join(folder("user"), "default.target.wants", name), "/dev/null")
      systemctl("daemon-reload")
      try {
        systemctl("start", ...names)
      } catch {
        // Those that cannot be started are seen by what they did not write.
      }
      const before = process.env.XDG_RUNTIME_DIR
      process.env.XDG_RUNTIME_DIR = env.XDG_RUNTIME_DIR
      const seen = await survey({ host: "local", home }).finally(() => {
        if (before === undefined) delete process.env.XDG_RUNTIME_DIR
        else process.env.XDG_RUNTIME_DIR = before
      })
      const wrong: unknown[] = []
      for (const name of names) {
        const definition = seen.definitions.find((each) => each.name === name)
        const [first] = definition?.given?.(V) ?? []
        const real = outcome(name)
        const started = definition !== undefined && first?.kind !== "problem"
        const right =
          real === undefined ? !started : started && (first?.kind === "unknown" || (first?.text ?? "") === real)
        if (right) continue
        const texts = (definition?.parts ?? []).map((path) =>
          [path, existsSync(path) ? readFileSync(path, "utf8") : ""].join("\n"),
        )
        wrong.push(
          [
            name,
            first?.kind,
            first?.text,
            "systemd:",
            real,
            systemctl("show", name, "-p", "Environment,EnvironmentFiles,DropInPaths,FragmentPath"),
            ...texts,
          ].join("\n"),
        )
      }
      expect(wrong).toEqual([])
    },
    120_000,
  )
})
