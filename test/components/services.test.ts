import { expect, test } from "vitest"
import { Gateway, LaunchAgent, Node, type NodeArgs, SystemdUnit, Token } from "../../components/index.ts"
import { named, placements, record } from "./record.ts"

const token = () => new Token("token", { rotation: 1 })

test("a standalone LaunchAgent may contain the token in its environment, never in its arguments", async () => {
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

test("a standalone SystemdUnit must not contain the token, nor must its drop-ins", async () => {
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

test("a LaunchAgent and a SystemdUnit wait for their dependencies", async () => {
  const recorded = await record(() => {
    const first = token()
    const args = { token: first, variable: "BACKUP_TOKEN" }
    new LaunchAgent("agent", { ...args, label: "org.example.backup" }, { dependsOn: first })
    new SystemdUnit("unit", { ...args, unit: "backup.service" }, { dependsOn: [first] })
  })
  expect(named(recorded, "agent environment").after).toContain("token")
  expect(named(recorded, "unit arguments").after).toContain("token")
})

const service = (recorded: Awaited<ReturnType<typeof record>>, name: string) => {
  const { inputs, after } = named(recorded, name)
  const { token: _, generation: __, fingerprint: ___, ...rest } = inputs
  return { ...rest, after }
}

test("a LaunchAgent's service keeps its installer's definition, may be missing, and comes after its places", async () => {
  const recorded = await record(() => {
    new LaunchAgent("agent", { token: token(), label: "org.example.backup", variable: "BACKUP_TOKEN" })
  })
  expect(service(recorded, "agent service")).toMatchObject({
    host: "local",
    manager: "launchd",
    name: "org.example.backup",
    path: "~/Library/LaunchAgents/org.example.backup.plist",
    must: "nothing",
    optional: true,
    act: "manage",
  })
  expect(named(recorded, "agent service").after).toEqual(
    expect.arrayContaining(["token", "agent environment", "agent arguments"]),
  )
})

test("a unit that gatekey owns is not optional, and has its token in a private file", async () => {
  const recorded = await record(() => {
    const program = { command: ["~/bin/backup", "--daily"] }
    const args = { unit: "backup.service", variable: "BACKUP_TOKEN", must: "token", home: "/home/me", program } as const
    new SystemdUnit("unit", { token: token(), ...args })
  })
  expect(placements(recorded)).toEqual([
    "unit arguments: /home/me/.config/systemd/user/backup.service --token nothing",
    "unit env file: /home/me/.config/gatekey/backup.service.env BACKUP_TOKEN token",
    "unit environment: /home/me/.config/systemd/user/backup.service BACKUP_TOKEN nothing",
  ])
  expect(service(recorded, "unit service")).toMatchObject({
    must: "token",
    optional: false,
    program: {
      command: ["/home/me/bin/backup", "--daily"],
      environment: { HOME: "/home/me" },
      environmentFile: "/home/me/.config/gatekey/backup.service.env",
      folder: "/home/me",
    },
  })
})

test("the token of a unit may be in its environment file, which must then be declared", async () => {
  const args = { unit: "backup.service", variable: "BACKUP_TOKEN", must: "token", tokenIn: "env file" } as const
  const recorded = await record(() => new SystemdUnit("unit", { token: token(), ...args, envFile: "~/backup.env" }))
  expect(placements(recorded)).toContain("unit env file: ~/backup.env BACKUP_TOKEN token")
  expect(placements(recorded)).toContain("unit environment: ~/.config/systemd/user/backup.service BACKUP_TOKEN nothing")
  await record(() =>
    expect(() => new SystemdUnit("unit", { token: token(), ...args })).toThrow('"env file" needs envFile'),
  )
})

test.each([
  ["gateway", "launchd", {}, { reads: "/h/.openclaw/gatekey/gateway-token" }],
  ["gateway", "launchd", { delivery: "copy" }, { otherwise: "its config" }],
  ["gateway", "systemd", { product: "clawdbot" }, { otherwise: "its config" }],
  ["node", "systemd", {}, {}],
] as const)("a %s on %s %j runs with %j", async (role, manager, more, expected) => {
  const Member = role === "gateway" ? Gateway : Node
  const args = { host: "local", home: "/h", manager, predecessor: false, ...more } as const
  const recorded = await record(() => new Member("m", { token: token(), ...args }))
  const own = recorded.find(({ type }) => type === "gatekey:index:Service")?.name ?? ""
  const { reads, otherwise } = service(recorded, own) as { reads?: string; otherwise?: string }
  expect({ ...(reads ? { reads } : {}), ...(otherwise ? { otherwise } : {}) }).toEqual(expected)
})

test("a member's plain process is checked only with a program and a managed service", async () => {
  const common = { host: "local", home: "/h", predecessor: false } as const
  const services = async (args: Partial<NodeArgs>) => {
    const recorded = await record(() => new Node("m", { token: token(), ...common, manager: "process", ...args }))
    return recorded.filter(({ type }) => type.endsWith(":Service")).map(({ inputs }) => [inputs.name, inputs.path])
  }
  expect(await services({})).toEqual([])
  expect(await services({ manager: "systemd", service: "none" })).toEqual([])
  expect(await services({ program: { command: ["/usr/bin/openclaw", "node", "run"] } })).toEqual([
    ["openclaw-node", "/h/.local/state/gatekey/openclaw-node.sh"],
  ])
})

test("the previous product has no managed service", async () => {
  const recorded = await record(() => new Node("m", { token: token(), host: "local", manager: "launchd" }))
  expect(recorded.filter(({ type }) => type.endsWith(":Service")).map(({ name }) => name)).toEqual([
    "m launch agent service",
  ])
})
