import { expect, test } from "vitest"
import { LaunchAgent, SystemdUnit, Token } from "../../components/index.ts"
import { named, placements, record } from "./record.ts"

const token = () => new Token("token", { rotation: 1 })

test("a LaunchAgent alone: its environment may hold the token, its arguments never", async () => {
  const recorded = await record(() => {
    const serves = "the backup cannot log in"
    const args = { label: "org.example.backup", variable: "BACKUP_TOKEN", must: "token", serves } as const
    return new LaunchAgent("backup agent", { token: token(), ...args })
  })
  expect(placements(recorded)).toEqual([
    "backup agent arguments: ~/Library/LaunchAgents/org.example.backup.plist --token nothing",
    "backup agent environment: ~/Library/LaunchAgents/org.example.backup.plist BACKUP_TOKEN token",
  ])
  const { inputs, parent } = named(recorded, "backup agent environment")
  expect([inputs.host, inputs.format, inputs.serves, parent]).toEqual([
    "local",
    "plist",
    "the backup cannot log in",
    "backup agent",
  ])
})

test("a SystemdUnit alone must hold nothing, in its drop-ins neither", async () => {
  const recorded = await record(() => {
    const where = { host: "ssh://me@box", home: "/home/me" }
    const args = { unit: "backup.service", variable: "BACKUP_TOKEN", dropIns: ["a.conf"], envFile: "~/backup.env" }
    return new SystemdUnit("backup unit", { token: token(), ...where, ...args })
  })
  expect(placements(recorded)).toEqual([
    "backup unit arguments: /home/me/.config/systemd/user/backup.service --token nothing",
    "backup unit drop-in a.conf: /home/me/.config/systemd/user/backup.service.d/a.conf BACKUP_TOKEN nothing",
    "backup unit env file: /home/me/backup.env BACKUP_TOKEN nothing",
    "backup unit environment: /home/me/.config/systemd/user/backup.service BACKUP_TOKEN nothing",
  ])
  expect(named(recorded, "backup unit env file").inputs.format).toBe("environment-file")
})

test("both wait for what they are told to wait for", async () => {
  const recorded = await record(() => {
    const first = token()
    const args = { token: first, variable: "BACKUP_TOKEN" }
    new LaunchAgent("agent", { ...args, label: "org.example.backup" }, { dependsOn: first })
    new SystemdUnit("unit", { ...args, unit: "backup.service" }, { dependsOn: [first] })
  })
  expect(named(recorded, "agent environment").after).toContain("token")
  expect(named(recorded, "unit arguments").after).toContain("token")
})
