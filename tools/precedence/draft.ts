import { products } from "../../products/index.ts"
import type { ProductName } from "../../products/product.ts"
import { type Credential, formatVariable } from "../../products/readers.ts"
import type { Case } from "./cases.ts"

/** The folder in which the process is started, below the home. */
export const startedIn = "work"
/** What the config includes. */
export const includedName = "auth.json5"

type Values = { [name: string]: string }
type Where = "process" | "dotenv" | "second dotenv" | "folder's dotenv" | "env.vars" | "env"

/** The files, the environment and the flags of one home, source by source. */
export class Draft {
  readonly #product: ProductName
  readonly #gateway: { [key: string]: unknown }
  readonly #keys = { auth: {} as Values, remote: {} as Values }
  readonly #included: Values = {}
  readonly #variables: { readonly [where in Where]: Values } = {
    process: {},
    dotenv: {},
    "second dotenv": {},
    "folder's dotenv": {},
    "env.vars": {},
    env: {},
  }
  readonly #profile: Values = {}
  readonly #flags: { token?: string; password?: string } = {}

  constructor(product: ProductName, mode: "local" | "remote", auth: string | undefined) {
    this.#product = product
    const proxy = auth === "trusted-proxy"
    if (auth) this.#keys.auth.mode = auth
    this.#gateway = {
      mode,
      ...(proxy ? { trustedProxies: ["127.0.0.1"] } : {}),
      auth: proxy ? { trustedProxy: { userHeader: "x-user", allowLoopback: true } } : {},
    }
  }

  variable(credential: Credential): string {
    return formatVariable(this.#product, credential)
  }

  flag(credential: Credential, value: string): void {
    this.#flags[credential] = value
  }

  key(key: "auth" | "remote", credential: Credential, value: string): void {
    this.#keys[key][credential] = value
  }

  include(credential: Credential, value: string): void {
    this.#included[credential] = value
  }

  /** @returns the variable's name */
  naming(key: "auth" | "remote", credential: Credential, suffix: string): string {
    const name = `CLAW_${credential} ${suffix}`.replace(/\W+/g, "_").toUpperCase()
    this.#keys[key][credential] = `\${${name}}`
    return name
  }

  set(where: Where, name: string, value: string): void {
    this.#variables[where][name] = value
  }

  /** By what a login shell reads, of which the config makes use. */
  exported(name: string, value: string): void {
    this.#profile[name] = value
  }

  written(): Pick<Case, "files" | "env" | "flags"> {
    const { process, dotenv, "second dotenv": second, "folder's dotenv": folders, ...inConfig } = this.#variables
    const config = products[this.#product].config.slice("~/".length)
    const folder = config.replace(/\/.*/, "")
    const files = {
      [config]: JSON.stringify(this.#config(inConfig)),
      [`${folder}/${includedName}`]: isEmpty(this.#included) ? "" : JSON.stringify(this.#included),
      // Some commands read the second file only where the first one is there.
      [`${folder}/.env`]: lines(dotenv) || (isEmpty(second) ? "" : "OTHER=1\n"),
      ".config/openclaw/gateway.env": lines(second),
      [`${startedIn}/.env`]: lines(folders),
      ".profile": lines(this.#profile, "export "),
    }
    const written = Object.entries(files).filter(([, text]) => text !== "")
    return { files: Object.fromEntries(written), env: process, flags: this.#flags }
  }

  #config({ "env.vars": vars, env }: { readonly "env.vars": Values; readonly env: Values }): object {
    const { auth, remote } = this.#keys
    const include = isEmpty(this.#included) ? {} : { $include: `./${includedName}` }
    const shell = isEmpty(this.#profile) ? {} : { shellEnv: { enabled: true } }
    return {
      env: { ...shell, ...(isEmpty(vars) ? {} : { vars }), ...env },
      gateway: {
        ...this.#gateway,
        auth: { ...include, ...(this.#gateway.auth as object), ...auth },
        remote: { url: "ws://127.0.0.1:18789", ...remote },
      },
    }
  }
}

function lines(values: Values, prefix = ""): string {
  return Object.entries(values)
    .map(([name, value]) => `${prefix}${name}=${value}\n`)
    .join("")
}

function isEmpty(values: object): boolean {
  return Object.keys(values).length === 0
}
