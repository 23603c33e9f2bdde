import type { Reader } from "./specifiers.ts"

/** Lists the folders of units; the first counts (systemd 252, `systemd-analyze unit-paths`). */
export function unitFolders({
  scope,
  home,
  runtime: folder,
}: Pick<Reader, "scope" | "home" | "runtime">): readonly string[] {
  const runtime = `${folder}/systemd`
  if (scope === "system")
    return [
      ...["/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient"],
      ...["/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached", "/run/systemd/system"],
      ...["/run/systemd/system.attached", "/run/systemd/generator", "/usr/local/lib/systemd/system"],
      ...["/usr/lib/systemd/system", "/lib/systemd/system", "/run/systemd/generator.late"],
    ]
  return [
    ...[`${home}/.config/systemd/user.control`, `${runtime}/user.control`, `${runtime}/transient`],
    ...[`${runtime}/generator.early`, `${home}/.config/systemd/user`, "/etc/xdg/systemd/user", "/etc/systemd/user"],
    ...[`${runtime}/user`, "/run/systemd/user", `${runtime}/generator`, `${home}/.local/share/systemd/user`],
    ...["/usr/local/share/systemd/user", "/usr/share/systemd/user", "/usr/local/lib/systemd/user"],
    ...["/usr/lib/systemd/user", "/lib/systemd/user", `${runtime}/generator.late`],
  ]
}

/** Lists the names of a unit's drop-in folders, as systemd searches them. */
export function dropInFolders(name: string): string[] {
  const all = [`${name}.d`]
  const template = templateOf(name)
  if (template) all.push(...dropInFolders(template))
  const [, prefix = "", instance = ""] = /^([^@]*)(@.*)?\.service$/s.exec(name) ?? []
  const dash = prefix.replace(/-+$/, "").lastIndexOf("-")
  // A template's prefix has no @: `foo-.service.d` also applies to `foo-bar@.service`.
  if (dash > 0) all.push(...dropInFolders(`${prefix.slice(0, dash + 1)}${instance === "@" ? "" : instance}.service`))
  return [...new Set(all)]
}

/** Returns the template: `foo@.service` for `foo@bar.service`. */
export function templateOf(name: string): string | undefined {
  const [, prefix, instance = ""] = /^([^@]+)@(.*)\.service$/s.exec(name) ?? []
  return prefix !== undefined && instance !== "" ? `${prefix}@.service` : undefined
}
