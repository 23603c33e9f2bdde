import { createHash } from "node:crypto"
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** A stack that is about to be made: `folder` has a `project`, a `backend` and `pulumi`, which is Pulumi's own home. */
export interface NewStack {
  readonly folder: string
  /** The name in Pulumi.yaml. */
  readonly project: string
  readonly name: string
  /** The URL and the passphrase of its state. */
  readonly backend: string
  readonly passphrase: string
  /** Hands a file or folder over to the user who runs the stack. */
  readonly give?: (path: string) => void
}

interface Made {
  readonly path: string
  readonly mode: number
  readonly bytes: Buffer
}

/** What `pulumi stack init` wrote, by what it was asked. */
const made = new Map<string, readonly Made[]>()

/**
 * Makes a stack. The first one is made by Pulumi; a later one of the same file of tests, of the same names and with the
 * same passphrase, gets a copy of what Pulumi wrote then: a start of Pulumi and its derivation of a key cost half a second.
 * @param init runs `pulumi stack init`
 */
export async function makeStack(stack: NewStack, init: () => Promise<unknown>): Promise<void> {
  const { folder, project, name, backend, passphrase } = stack
  if (backend !== `file://${join(folder, "backend")}`) return void (await init())
  const key = JSON.stringify([project, name, passphrase])
  const before = made.get(key)
  if (before) return lay(stack, before)
  await init()
  const state = (readdirSync(join(folder, "backend"), { recursive: true }) as string[]).map((each) =>
    join("backend", each),
  )
  const written = [...state, `project/Pulumi.${name}.yaml`].filter((path) => lstatSync(join(folder, path)).isFile())
  const files = written.map((path) => ({
    ...{ path, mode: lstatSync(join(folder, path)).mode & 0o777, bytes: readFileSync(join(folder, path)) },
  }))
  made.set(key, files)
}

function lay({ folder, project, name, give = () => {} }: NewStack, files: readonly Made[]): void {
  // Which stack is selected, as Pulumi notes it for a project's folder.
  const of = createHash("sha1").update(join(folder, "project/Pulumi.yaml")).digest("hex")
  const selected = {
    ...{ path: `pulumi/workspaces/${project}-${of}-workspace.json`, mode: 0o600 },
    bytes: JSON.stringify({ stack: `organization/${project}/${name}` }),
  }
  for (const { path, mode, bytes } of [...files, selected]) {
    const file = join(folder, path)
    const top = mkdirSync(dirname(file), { recursive: true })
    for (let each = dirname(file); top !== undefined && each.length >= top.length; each = dirname(each)) give(each)
    writeFileSync(file, bytes, { mode })
    give(file)
  }
}
