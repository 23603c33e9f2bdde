import { spawn } from "node:child_process"

/** The Docker engine that the provider was configured for. */
export interface Client {
  /**
   * @param input goes to standard input, for what must not stand in arguments
   * @returns what the client wrote, without the last line break
   * @throws Refused with what the engine says
   */
  docker(args: readonly string[], input?: string): Promise<string>
}

class Refused extends Error {}

/** [tf] provider.go: the default of `host`. */
const usual = "unix:///var/run/docker.sock"

/**
 * As [pulumi] image.go `configureDockerClient` has it: an engine that does not answer fails the configuration, and with it
 * the whole preview. Without a host, two more sockets in the home are tried. A host over ssh is not asked here, but at the
 * first resource that is created, read, changed or deleted ([tf] config.go `MakeClient`): not in a preview.
 */
export async function connect(given: string | undefined): Promise<Client> {
  const host = given || process.env.DOCKER_HOST
  if (host?.startsWith("ssh://")) return overSsh(host)
  const own = ["run", "desktop"].map((folder) => `unix://${process.env.HOME}/.docker/${folder}/docker.sock`)
  for (const one of host ? [host] : [usual, ...own]) {
    const client = clientOf(one)
    if (
      await client.docker(["version"]).then(
        () => true,
        () => false,
      )
    )
      return client
  }
  throw new Error(
    "docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon",
  )
}

function overSsh(host: string): Client {
  const client = clientOf(host)
  let asked: Promise<unknown> | undefined
  return {
    async docker(args, input) {
      asked ??= client.docker(["version"]).catch((error) => {
        asked = undefined
        throw new Error(
          `failed to create Docker client: Error pinging Docker server, please make sure that ${host} is reachable and has a  '_ping' endpoint. Error: ${error.message}`,
        )
      })
      await asked
      return client.docker(args, input)
    },
  }
}

function clientOf(host: string): Client {
  return {
    docker: (args, input = "") =>
      new Promise((done, failed) => {
        // The shell makes a pipe of what would be a socket, which /dev/stdin cannot open.
        const child = spawn("sh", ["-c", 'cat | docker "$@"', "docker", "-H", host, ...args])
        let [output, errors] = ["", ""]
        child.stdout.on("data", (text) => (output += text))
        child.stderr.on("data", (text) => (errors += text))
        child.on("error", failed)
        child.on("close", (code) => (code === 0 ? done(output.trimEnd()) : failed(new Refused(errors.trim()))))
        child.stdin.end(input)
      }),
  }
}

/** The work, where it does not matter that the engine refuses it for one of these reasons. */
export async function unless(work: Promise<unknown>, ...reasons: readonly string[]): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof Refused && reasons.some((reason) => error.message.includes(reason)))) throw error
  }
}

/** One thing of the engine, as it tells of it; nothing where there is none. */
export async function inspected<T>(client: Client, kind: string, id: string): Promise<T | undefined> {
  try {
    const [found] = JSON.parse(await client.docker([kind, "inspect", id])) as T[]
    return found
  } catch (error) {
    if (error instanceof Refused && /no such|not found/i.test(error.message)) return undefined
    throw error
  }
}

/** What is tried again for half a minute while it is refused for this reason, as [tf] does with what is in use. */
export async function patiently(work: () => Promise<unknown>, reason: string): Promise<void> {
  for (const end = Date.now() + 30_000; ; await new Promise((done) => setTimeout(done, 500))) {
    try {
      await work()
      return
    } catch (error) {
      if (!(error instanceof Refused && error.message.includes(reason)) || Date.now() > end) throw error
    }
  }
}
