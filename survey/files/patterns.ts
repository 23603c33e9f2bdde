import { products } from "../../products/index.ts"
import type { Product, ProductName, Role } from "../../products/product.ts"
import type { Kind } from "./kinds.ts"

/** A pattern of files that may contain a token. */
export interface Pattern {
  readonly kind: Kind
  /** A shell pattern; `~/` is the home. */
  readonly glob: string
  readonly product?: ProductName
  readonly role?: Role
  /** Only files count that name a product, or a variable for its token. */
  readonly naming?: true
}

const profiles = [
  ...[".zshenv", ".zprofile", ".zshrc", ".zlogin"],
  ...[".bash_profile", ".bash_login", ".bashrc", ".bash_aliases", ".profile", ".kshrc"],
  ...[".cshrc", ".tcshrc", ".login"],
  ...["config.fish", "conf.d/*.fish", "fish_variables"].map((name) => `.config/fish/${name}`),
  // Read by a login to a desktop or by ssh.
  ...[".xprofile", ".xsessionrc", ".gnomerc", ".config/plasma-workspace/env/*.sh"],
  ...[".pam_environment", ".ssh/environment", ".config/systemd/user.conf", ".config/systemd/user.conf.d/*.conf"],
].map((name) => `~/${name}`)
const machineProfiles = [
  ...["/etc/environment", "/etc/environment.d/*.conf", "/etc/profile", "/etc/profile.d/*.sh", "/etc/bash.bashrc"],
  ...["/etc/zsh/zshenv", "/etc/zsh/zprofile", "/etc/zshenv", "/etc/zprofile"],
  ...["user", "system"].flatMap((scope) => [`/etc/systemd/${scope}.conf`, `/etc/systemd/${scope}.conf.d/*.conf`]),
]

/** Every place where either product may keep a token, in the order of the report. */
export const patterns: readonly Pattern[] = [
  ...Object.values(products).flatMap(productPatterns),
  { kind: "home dotenv", glob: "~/.env", naming: true },
  // Also one that names nothing, because it masks another of its name.
  { kind: "profile", glob: "~/.config/environment.d/*.conf" },
  ...[...profiles, ...machineProfiles].map((glob): Pattern => ({ kind: "profile", glob, naming: true })),
  { kind: "script", glob: "~/.config/containers/systemd/*.d/*.conf", naming: true },
  ...["/etc/crontab", "/etc/cron.d/*"].map((glob): Pattern => ({ kind: "crontab", glob, naming: true })),
  ...["~/Library/LaunchAgents", "/Library/LaunchAgents", "/Library/LaunchDaemons"].map(
    (folder): Pattern => ({ kind: "launch agent environment", glob: `${folder}/*.plist`, naming: true }),
  ),
  ...["~/.config/systemd/user", "/etc/systemd/user", "/etc/systemd/system"].flatMap((folder): Pattern[] => [
    { kind: "unit environment", glob: `${folder}/*.service`, naming: true },
    { kind: "unit drop-in", glob: `${folder}/*.service.d/*.conf`, naming: true },
  ]),
]

function productPatterns(product: Product): Pattern[] {
  const { name, config, legacyConfig, dotenv, secondDotenv, secretRef } = product
  const own = (kind: Kind, glob: string): Pattern => ({ kind, glob, product: name })
  // `--profile NAME` has a folder of its own.
  const profiled = (path: string) => [path, path.replace(`/.${name}/`, `/.${name}-*/`)]
  const folder = config.slice(0, config.lastIndexOf("/"))
  return [
    ...profiled(config).map((glob) => own("config", glob)),
    ...(legacyConfig ? profiled(`${folder}/${legacyConfig}`).map((glob) => own("config", glob)) : []),
    ...profiled(config).flatMap((glob) =>
      [".bak*", ".*.bak", ".old", ".orig", ".save", "~", ".last-good", ".clobbered*", ".pre-*", ".rejected*"].map(
        (end) => own("backup", `${glob}${end}`),
      ),
    ),
    ...[...profiled(dotenv), ...(secondDotenv ? [secondDotenv] : [])].map((glob) => own("dotenv", glob)),
    ...(secretRef ? [own("secret file", secretRef.file), own("token reader", secretRef.exec.reader)] : []),
    ...Object.entries(product.roles).flatMap(([role, { launchd, systemd }]) => [
      ...(launchd.envFile ? [{ ...own("launch agent env file", launchd.envFile), role: role as Role }] : []),
      ...(systemd.envFile ? [{ ...own("unit env file", systemd.envFile), role: role as Role }] : []),
    ]),
    ...["devices/*.json", "identity/*.json", "node.json", "state/openclaw.sqlite", "state/openclaw.sqlite-wal"].map(
      (path) => own("device store", `${folder}/${path}`),
    ),
  ]
}
