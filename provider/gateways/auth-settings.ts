import { posix } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { isLoopback } from "../../core/address.ts"
import type { Content } from "../../core/content.ts"
import { hostOf } from "../../hosts/index.ts"
import { authKeys } from "../../products/auth-modes.ts"
import type { ProductName } from "../../products/product.ts"
import { type Credential, formatVariable } from "../../products/readers.ts"
import { describeSecretObstacle } from "../../products/secret-obstacle.ts"
import { maxWrongTokens } from "../../products/wrong-tokens.ts"
import { dotenvsOf } from "../../survey/files/located.ts"
import { type ProductSettings, settingsIn } from "../../survey/files/settings.ts"
import { type PlaceAt, snapshotPlace } from "../hosts/place.ts"
import { otherThan } from "../resources/placement/auth-mode.ts"
import type { Run } from "../run/run.ts"
import type { GatewayAt } from "./session.ts"

/** Reads a gateway's config; undefined if it is missing or cannot be read. */
export async function settingsAt(
  host: string,
  config: string,
  product: ProductName,
): Promise<ProductSettings | undefined> {
  const file = await hostOf(host).readFirstSnapshot(config)
  return file.kind === "file" ? settingsIn(file.bytes, { product, path: config }) : undefined
}

/** Returns how many wrong tokens may be sent to a gateway, by the limit in its config. */
export async function mostWrong(
  purpose: Parameters<typeof maxWrongTokens>[0],
  { host, config, product, address = "127.0.0.1", published = false }: GatewayAt,
): Promise<number> {
  const settings = config === undefined ? undefined : await settingsAt(host, config, product as ProductName)
  return maxWrongTokens(purpose, { isLoopback: isLoopback(address) && !published, limit: settings?.rateLimit })
}

interface AuthQuestion {
  readonly host: string
  readonly config: string
  readonly product: ProductName
  /** The credential that the gateway must have. */
  readonly wanted: Credential
  /** What the stack knows of the other credential, which it may replace. */
  readonly known: { readonly values: (value: string) => boolean; readonly reference?: Content | undefined }
  /** Further places of its environment; its dotenv files are always checked. */
  readonly environment?: readonly PlaceAt[]
}

/** Explains why the gateway with this config must not get that credential; undefined if it may. */
export async function authObstacle(run: Run, question: AuthQuestion): Promise<string | undefined> {
  const { host, config, product, wanted, environment = [] } = question
  const settings = await settingsAt(host, config, product)
  if (await hasKnown(run, question))
    return describeSecretObstacle({ product, wanted, mode: settings?.auth, isKnown: true })
  if (settings?.auth !== undefined) return describeSecretObstacle({ product, wanted, mode: settings.auth })
  const key = authKeys[otherThan(wanted)]
  const inConfig = settings?.has(...key.split(".")) ?? false
  if (inConfig) return describeSecretObstacle({ product, wanted, other: key })
  // A password overrides a token, wherever it is.
  if (wanted === "password") return undefined
  const password = await passwordIn(host, [...dotenvsFor(config, product), ...environment], product)
  return describeSecretObstacle({ product, wanted, other: password })
}

/** Checks whether the config has the other credential, and the stack knows it. */
async function hasKnown(run: Run, { host, config, wanted, known }: AuthQuestion): Promise<boolean> {
  const locator = authKeys[otherThan(wanted)]
  const snapshot = await snapshotPlace(host, { path: config, locator, format: "json5" })
  if (snapshot.kind !== "content" || snapshot.found.kind === "missing") return false
  const { found } = snapshot
  if (found.kind === "value") return [found.value, ...found.others].every(known.values)
  const isOwn = run.places.isOwnReference({ host, path: config, locator }, found.content)
  return isOwn || (known.reference !== undefined && isDeepStrictEqual(found.content, known.reference))
}

/**
 * Explains why a declared gateway must not get its credential; more of its environment is known.
 * @param values whether the stack knows a value
 */
export async function gatewayObstacle(
  run: Run,
  { host, config, product, mode: wanted = "token", places: environment = [] }: GatewayAt,
  values: (value: string) => boolean,
): Promise<string | undefined> {
  if (config === undefined) return undefined
  return authObstacle(run, { host, config, product: product as ProductName, wanted, known: { values }, environment })
}

/** Describes where a password is; undefined if nowhere. */
async function passwordIn(host: string, places: readonly PlaceAt[], product: ProductName): Promise<string | undefined> {
  const [variable, token] = [formatVariable(product, "password"), formatVariable(product, "token")]
  for (const place of places) {
    const { path, locator } = place
    const name = locator === "--token" ? "--password" : locator.endsWith(token) ? variable : undefined
    if (name === undefined) continue
    const snapshot = await snapshotPlace(host, { ...place, locator: locator.replace(/[\w-]+$/, name) })
    if (snapshot.kind !== "content" || snapshot.found.kind === "missing") continue
    if (snapshot.found.kind === "reference" || snapshot.found.value !== "") return `${name} in ${path}`
  }
  return undefined
}

/** Lists the dotenv files that a gateway with this config reads. */
export function dotenvsFor(config: string, product: ProductName): PlaceAt[] {
  const locator = formatVariable(product, "token")
  const folder = posix.dirname(config)
  const paths = dotenvsOf(product, { dotenv: `${folder}/.env` }, posix.dirname(folder))
  return paths.map((path) => ({ path, locator, format: "dotenv" }))
}
