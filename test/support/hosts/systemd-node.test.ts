import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { unified } from "./control-groups.ts"
import { type Farm, noSystemdHosts, startFarm } from "./ssh-farm.ts"
import { runOn } from "./systemd-node.ts"

const suite = noSystemdHosts ? describe.skip : describe

suite(`hosts with systemd${noSystemdHosts ? ` (${noSystemdHosts})` : ""}`, () => {
  let farm: Farm
  beforeAll(async () => {
    farm = await startFarm(2, { systemd: true })
  })
  afterAll(() => farm?.stop())

  const ssh = (host: string, command: string) =>
    execFileSync("ssh", ["-F", farm.config, "-o", "BatchMode=yes", host, command], { encoding: "utf8" }).trim()

  test("are machines of their own: systemd is the first process, and all of it runs", () => {
    for (const { name, homeThere } of farm.hosts) {
      const who = ssh(name, "cat /proc/1/comm; hostname; id -un; pwd")
      expect(who.split("\n")).toEqual(["systemd", name, "oc", homeThere])
      const state = "is-system-running --wait"
      expect(ssh(name, `systemctl ${state}; systemctl --user ${state}`)).toBe("running\nrunning")
      expect(ssh(name, "systemctl show -P NFailedUnits; systemctl --user show -P NFailedUnits")).toBe("0\n0")
    }
  })

  test("have nothing of this machine but its programs, and a kernel that they cannot change", () => {
    const host = farm.host(1)
    expect(ssh(host.name, "ls /home /tmp /root 2>/dev/null | grep -v systemd-private; ls /etc/ssh")).not.toContain(
      "gatekey",
    )
    expect(ssh(host.name, "ls /home").split("\n")).toEqual(["oc"])
    for (const path of ["/usr/gatekey", "/proc/sys/kernel/gatekey", "/sys/gatekey"])
      expect(() => runOn(host, `: >${path}`, "root")).toThrow()
    expect(() => runOn(host, "echo 1000 >/proc/sys/kernel/pid_max", "root")).toThrow(/[Rr]ead-only/)
  })

  test("run the units of their user, whose home is seen from here", () => {
    const { name, home, homeThere } = farm.host(1)
    runOn(farm.host(1), "mkdir -p ~/.config/systemd/user")
    const unit = "[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=default.target\n"
    writeFileSync(join(home, ".config/systemd/user/one.service"), unit)
    ssh(name, "systemctl --user daemon-reload; systemctl --user enable --now -q one.service")
    expect(ssh(name, "systemctl --user show -P ActiveState -P FragmentPath one.service").split("\n").sort()).toEqual(
      [`${homeThere}/.config/systemd/user/one.service`, "active"].sort(),
    )
    expect(runOn(farm.host(1), "systemctl --user is-active one.service").trim()).toBe("active")
  })

  test("outlive a power cut: what lay in the home is there, and what was enabled runs", async () => {
    const host = farm.host(1)
    host.kill()
    await host.start()
    expect(ssh(host.name, "systemctl --user is-active one.service")).toBe("active")
  })

  test("leave nothing", async () => {
    const one = await startFarm(1, { systemd: true })
    const [host] = one.hosts
    const pids = host?.processes() ?? []
    const groups = () =>
      execFileSync("find", [unified, "-maxdepth", "1", "-name", `gatekey-${process.pid}-*`]).toString()
    const during = groups().split("\n").length
    await one.stop()
    expect(groups().split("\n").length).toBe(during - 1)
    expect(pids.length).toBeGreaterThan(3)
    expect(pids.filter(runs)).toEqual([])
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain(one.folder)
    expect(existsSync(one.folder)).toBe(false)
  })
})

/** Whether it still runs; who has ended may be listed until its parent asks. */
function runs(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== ""
  } catch {
    return false
  }
}
