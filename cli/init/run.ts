import { existsSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join, relative, resolve } from "node:path"
import { gatekeyCommand } from "../../core/command-line.ts"
import { describeErrno } from "../../core/errno.ts"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { hostOf } from "../../hosts/index.ts"
import type { Run } from "../command.ts"
import { print } from "../print.ts"
import { checkHomes, targetsIn } from "../stack/check-homes.ts"
import { declareFound, type FoundStack, readStackName } from "../stack/found-stack.ts"
import { installedModeline } from "../stack/modeline.ts"
import { findPackageSource, type PackageSource } from "./package-source.ts"
import { ignoreText, manifestText, programText, projectName, projectText, stackText } from "./project-files.ts"

export interface Options {
  readonly stack: string
  readonly scan?: boolean
  readonly host?: readonly string[]
  readonly home?: readonly string[]
}

export const run: Run<Options> = async ([folder = "."], options) => {
  const project = resolve(folder)
  const name = `Pulumi.${options.stack}.yaml`
  readStackName(name)
  const keepsStack = existsSync(join(project, name)) && !isScan(options)
  const present = ["Pulumi.yaml", "Pulumi.yml", "index.mjs", ...(keepsStack ? [] : [name])].filter((each) =>
    existsSync(join(project, each)),
  )
  if (present.length > 0)
    throw new UserError(
      `${shown(project)} contains ${present.map((each) => shown(each)).join(" and ")} already; expected a folder without a Pulumi project: name another, or remove ${present.length === 1 ? "it" : "them"}`,
    )
  const found = isScan(options) ? await scanned(options) : undefined
  const source = findPackageSource(project)
  await writeProject(project, keepsStack ? undefined : name, found, source)
  const files = ["Pulumi.yaml", "index.mjs", "package.json", ".gitignore", ...(keepsStack ? [] : [shown(name)])]
  print(`Wrote to ${shown(project)}: ${files.join(", ")}.\n${found ? found.notes + found.open : ""}`)
  if (found?.waits) print(`Uncomment the gateway in ${shown(name)} once the reason is settled.\n`)
  print(`Next:\n${nextCommands(project, source, options.stack, found ?? keepsStack)}`)
  return 0
}

function isScan({ scan, host, home }: Options): boolean {
  return scan === true || host !== undefined || home !== undefined
}

/** Scans. @throws UserError if a host cannot be checked, or nothing was found */
async function scanned({ host, home }: Options): Promise<FoundStack> {
  const places = { ...(host ? { host } : {}), ...(home ? { home } : {}) }
  const { world, unseen } = await checkHomes(targetsIn(places), undefined, { searches: true })
  if (unseen.length > 0) throw new UserError(unseen.join("\n"))
  return declareFound(world)
}

async function writeProject(
  project: string,
  stack: string | undefined,
  found: FoundStack | undefined,
  { dependencies }: PackageSource,
): Promise<void> {
  await mkdir(project, { recursive: true }).catch((error) => {
    throw new UserError(`${shown(project)}: ${describeErrno(error)}`)
  })
  const text = found
    ? installedModeline + found.text
    : stackText(installedModeline, `${gatekeyCommand} scan --write ${stack}`)
  // First the one that may be refused; last the one that makes the folder a project.
  await write(join(project, "package.json"), (before) => manifestText(before, dependencies))
  await write(join(project, ".gitignore"), ignoreText)
  if (stack !== undefined) await write(join(project, stack), () => text)
  await write(join(project, "index.mjs"), () => programText)
  await write(join(project, "Pulumi.yaml"), () => projectText(projectName(project)))
}

async function write(file: string, textOf: (before: string | undefined) => string): Promise<void> {
  await hostOf("local").edit(file, (found) => {
    if (found.kind === "file") return { bytes: Buffer.from(textOf(Buffer.from(found.bytes).toString())) }
    if (found.kind === "absent") return { bytes: Buffer.from(textOf(undefined)), mode: 0o644 }
    throw new UserError("is not a regular file; remove it, or name another folder")
  })
}

/** Lists the commands up to the first preview. @param declared what the stack's file declares, or whether it existed */
function nextCommands(
  project: string,
  { clone }: PackageSource,
  stack: string,
  declared: FoundStack | boolean,
): string {
  const folder = relative(resolve(), project)
  const at = `--stack ${shellWord(stack)}`
  const commands = [
    ...(folder === "" ? [] : [`cd ${shellWord(folder.startsWith("..") ? project : folder)}`]),
    ...(clone === undefined ? [] : [`(cd ${shellWord(clone)} && npm pack --pack-destination ${shellWord(project)})`]),
    "npm install",
    `pulumi stack init ${shellWord(stack)}`,
    ...(declared === false ? [`${gatekeyCommand} scan --write Pulumi.${shellWord(stack)}.yaml`] : []),
    ...(typeof declared === "object" && declared.byValue
      ? [`pulumi config set --secret --path 'gatekey:token.adopt.value' ${at}`]
      : []),
    `pulumi preview ${at}`,
  ]
  return commands.map((line) => `  ${line}\n`).join("")
}
