import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { stringify } from "yaml"
import { run } from "./command.ts"
import { places } from "./fleet/places.ts"

interface Ansible {
  /** Checks all hosts once, with nothing to change. @returns seconds */
  check(): Promise<number>
}

/** Prepares ansible to expect what a node's files contain. @param model a node's home, as seen from here */
export async function ansible(
  folder: string,
  config: string,
  hosts: readonly string[],
  model: string,
): Promise<Ansible> {
  await install()
  const directory = join(folder, "ansible")
  const sockets = join(directory, "cp")
  mkdirSync(sockets, { recursive: true, mode: 0o700 })
  const tasks = places.map(({ name, path }, at) => {
    const src = join(directory, `file-${at}`)
    copyFileSync(path.replace("~", model), src)
    return { name, "ansible.builtin.copy": { src, dest: path, mode: "0600" } }
  })
  writeFileSync(join(directory, "site.yml"), stringify([{ hosts: "all", gather_facts: false, tasks }]))
  writeFileSync(join(directory, "inventory"), `${hosts.join("\n")}\n`)
  const env = {
    ...process.env,
    ANSIBLE_HOME: join(directory, "home"),
    ANSIBLE_LOCAL_TEMP: join(directory, "tmp"),
    ANSIBLE_PIPELINING: "True",
    ANSIBLE_HOST_KEY_CHECKING: "True",
    ANSIBLE_SSH_ARGS: `-F ${config} -o ControlMaster=auto -o ControlPersist=60s`,
    ANSIBLE_SSH_CONTROL_PATH_DIR: sockets,
    ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
    ANSIBLE_NOCOLOR: "1",
  }
  const command = ["ansible-playbook", "-i", "inventory", "--check", "--diff", "--forks", "50", "site.yml"]

  return {
    async check() {
      await closeAll(sockets)
      const { seconds, stdout } = await run(command, { cwd: directory, env })
      await closeAll(sockets)
      const unchanged = stdout.match(/ok=4 +changed=0 +unreachable=0 +failed=0/g)?.length
      if (unchanged !== hosts.length)
        throw new Error(`ansible did not find all as it should be:\n${stdout.slice(-2000)}`)
      return seconds
    },
  }
}

/** Closes the connections, so that each run connects again, as gatekey does. */
async function closeAll(sockets: string): Promise<void> {
  for (const socket of readdirSync(sockets))
    await run(["ssh", "-o", `ControlPath=${join(sockets, socket)}`, "-O", "exit", "ansible"]).catch(() => {})
}

async function install(): Promise<void> {
  const has = (process.env.PATH ?? "").split(delimiter).some((path) => existsSync(join(path, "ansible-playbook")))
  if (has) return
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new Error("ansible-playbook is not on PATH: install ansible-core, or leave it out with --no-ansible")
  console.log("installing Debian's ansible-core")
  await run(["apt-get", "-qq", "update"])
  await run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "ansible-core"], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  })
}
