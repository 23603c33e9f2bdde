import { mayImport, pure, stages, withoutPulumi } from "./tools/rooms.ts"

const folders = Object.keys(mayImport)
const inside = (names) => `^(?:${names.join("|")})/`
const modules = (...names) => `^(?:node:)?(?:${names.join("|")})$`
const pulumi = "^node_modules/(?:@pulumi|@grpc|google-protobuf)/"
const rule = (name, from, to) => ({ name, severity: "error", from, to })

/** A rule a folder of an allow list: whatever else is in the list is off limits. */
const onlyThese = (allowed) =>
  Object.keys(allowed).map((folder) => {
    const others = Object.keys(allowed).filter((each) => each !== folder && !allowed[folder].includes(each))
    return rule(`${folder}-imports`, { path: inside([folder]) }, { path: inside(others) })
  })

/** The rules for imports: an allow list of folders (tools/rooms.ts), and no cycle. */
const options = {
  forbidden: [
    rule("no-cycle", {}, { circular: true }),
    rule("resolves", {}, { couldNotResolve: true }),
    rule("no-test-code", { path: inside(folders) }, { path: inside(["test", "bench", "tools"]) }),
    ...onlyThese(mayImport),
    ...onlyThese(stages),
    rule("commands-apart", { path: "^cli/([^/]+)/" }, { path: "^cli/[^/]+/", pathNot: "^cli/(?:$1|stack)/" }),
    rule(
      "pure",
      { path: inside([...pure, "cli/report/page"]), pathNot: "^(?:policy/index\\.js|core/shell\\.ts)$" },
      { path: modules("fs", "fs/promises", "child_process", "net", "os", "http", "https") },
    ),
    rule(
      "by-streams",
      { path: inside(["gateways"]) },
      { path: modules("fs", "fs/promises", "child_process", "net", "os") },
    ),
    rule("composes", { path: inside(["components"]) }, { path: modules("fs", "fs/promises", "child_process", "net") }),
    rule("without-pulumi", { path: inside(withoutPulumi) }, { path: pulumi }),
    rule("page-of-data", { path: "^cli/report/page/" }, { path: "^hosts/" }),
    rule("stack-as-data", { path: "^cli/" }, { path: "^stacks/", pathNot: "^stacks/config\\.ts$" }),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(?:dist|\\.tools|\\.sandbox)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs", ".json"] },
  },
}
export default options
