/** What each folder of the product may import besides itself. The linter's rules and CONTRIBUTING's picture come from here. */
export const mayImport: { readonly [folder: string]: readonly string[] } = {
  core: [],
  places: ["core"],
  products: ["core"],
  processes: ["core"],
  vaults: ["core", "processes"],
  certificates: ["core"],
  proxies: ["core", "certificates"],
  gateways: ["core"],
  "probes/services": ["core", "places"],
  "probes/containers": ["core", "probes/services"],
  "probes/certificates": ["core", "probes/services"],
  "probes/proxies": ["core", "probes/services"],
  "probes/keys": ["core", "probes/services"],
  "probes/listeners": ["core", "products", "probes/services", "probes/containers"],
  hosts: ["core", "processes", "vaults"],
  policy: ["core", "products"],
  components: ["core", "places", "products", "probes/services"],
  stacks: ["core", "products", "components"],
  survey: [
    "core",
    "places",
    "products",
    "certificates",
    "proxies",
    "probes/services",
    "probes/containers",
    "probes/certificates",
    "probes/proxies",
    "probes/listeners",
    "gateways",
    "hosts",
  ],
  provider: [
    "core",
    "places",
    "products",
    "vaults",
    "certificates",
    "proxies",
    "gateways",
    "probes/services",
    "probes/containers",
    "probes/certificates",
    "probes/proxies",
    "probes/keys",
    "probes/listeners",
    "hosts",
    "survey",
  ],
  cli: ["core", "places", "products", "processes", "vaults", "hosts", "survey", "stacks"],
}

/** The stages of a survey, each with those before it that it may import. */
export const stages: { readonly [folder: string]: readonly string[] } = {
  "survey/files": [],
  "survey/collect": ["survey/files"],
  "survey/resolve": ["survey/files", "survey/collect"],
  "survey/causes": ["survey/files", "survey/collect", "survey/resolve"],
  "survey/describe": ["survey/files", "survey/collect", "survey/resolve", "survey/causes"],
  "survey/propose": ["survey/files", "survey/collect", "survey/resolve"],
}

/** Those that are pure: no files, processes or connections. */
export const pure: readonly string[] = ["core", "places", "products", "probes", "policy"]

/** Those that know nothing of Pulumi. */
export const withoutPulumi: readonly string[] = [
  ...pure,
  "gateways",
  "processes",
  "vaults",
  "certificates",
  "hosts",
  "survey",
  "cli",
].filter((folder) => folder !== "policy")

/** Draws the folders as a Mermaid graph: an arrow is an import; what follows from other arrows is left out. */
export function picture(): string {
  const reaches = (from: string, to: string): boolean =>
    (mayImport[from] ?? []).some((each) => each === to || reaches(each, to))
  const node = (folder: string) => folder.replace("/", "-")
  const arrows = Object.entries(mayImport).flatMap(([from, all]) =>
    all
      .filter((to) => !all.some((other) => other !== to && reaches(other, to)))
      .map((to) => `  ${node(from)} --> ${node(to)}`),
  )
  return ["```mermaid", "graph TD", ...arrows, "```"].join("\n")
}

// As a program it names the folders, for the linter's command line.
if (import.meta.main) console.log(Object.keys(mayImport).join(" "))
