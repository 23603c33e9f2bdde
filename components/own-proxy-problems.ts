import { admissions, knownHeaders } from "../core/own-proxy.ts"
import type { PlannedGuard } from "./planned-guard.ts"

/** Reports what cannot be with a proxy of the user's own in place of a guard. */
export function ownProxyProblems({
  name,
  args,
  gateway,
  clients,
}: Pick<PlannedGuard, "name" | "args" | "gateway" | "clients">): string[] {
  const { bring, identityHeader } = args
  if (bring === undefined) return givenWithout(name, args)
  const hasHeader = (identityHeader ?? knownHeaders[bring]) !== undefined
  const byCertificate = admissions[bring] === "certificate"
  return [
    ...(gateway.args.mode === "trusted-proxy" && !hasHeader
      ? [
          `guard ${name} brings ${bring} and has no identityHeader; set it to the header in which ${bring} says who is there`,
        ]
      : []),
    ...(["mode", "manager", "haproxy", "header", "devices"] as const)
      .filter((key) => args[key] !== undefined)
      .map((key) => `guard ${name} brings ${bring}, so ${key} has no meaning; remove it`),
    ...clients.flatMap((client) => {
      if (!byCertificate)
        return [
          `${client.role} ${client.name} has a certificate, and ${bring} asks for none; remove its ${wayOf(client)}`,
        ]
      if (client.auth === "mtls") return []
      return [
        `${client.role} ${client.name} has auth ${client.auth}; a proxy of your own lets in by certificate: set mtls`,
      ]
    }),
  ]
}

function wayOf({ role }: PlannedGuard["clients"][number]): string {
  return role === "node" ? "sidecar" : "declaration in clients"
}

function givenWithout(name: string, args: PlannedGuard["args"]): string[] {
  return (["identityHeader", "identities", "from"] as const)
    .filter((key) => args[key] !== undefined)
    .map((key) => `guard ${name} has ${key}, which only a proxy of your own has; set bring, or remove it`)
}
