import { join } from "node:path"
import ts from "typescript"
import { tableOf } from "./markdown.ts"

const root = join(import.meta.dirname, "../..")

interface Documented {
  readonly name: string
  readonly type: string
  readonly optional: boolean
  readonly about: string
}

interface Section {
  readonly name: string
  readonly about: string
  readonly kind: "component" | "resource" | "type"
  readonly args: readonly Documented[]
  readonly outputs: readonly Documented[]
}

/** Generates the reference of the components and resources from their types and doc comments. */
export function apiReference(): string {
  const sections = exportedSections()
  const groups = { component: "## Components", resource: "## Resources", type: "## Types of arguments" }
  return (["component", "resource", "type"] as const)
    .map((kind) => {
      const own = sections.filter((each) => each.kind === kind)
      return [groups[kind], ...own.map(sectionOf)].join("\n\n")
    })
    .join("\n\n")
}

function sectionOf({ name, about, kind, args, outputs }: Section): string {
  const tables = [
    ...(args.length > 0 ? [tableOfProperties(kind === "type" ? "key" : "argument", args)] : []),
    ...(outputs.length > 0 ? [tableOfProperties("output", outputs)] : []),
  ]
  return [`### \`${name}\``, ...(about === "" ? [] : [about]), ...tables].join("\n\n")
}

function tableOfProperties(head: string, properties: readonly Documented[]): string {
  return tableOf(
    [head, "type", "meaning"],
    properties.map(({ name, type, optional, about }) => [
      `\`${name}${optional ? "?" : ""}\``,
      `\`${type}\``,
      about === "" ? "–" : about,
    ]),
  )
}

function exportedSections(): readonly Section[] {
  const entry = join(root, "components/index.ts")
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const program = ts.createProgram([entry], options)
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const module = source && checker.getSymbolAtLocation(source)
  if (!module) throw new Error("components/index.ts is not a module")
  return checker.getExportsOfModule(module).flatMap((each) => {
    const symbol = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each
    const declaration = symbol.valueDeclaration
    if (declaration && ts.isClassDeclaration(declaration)) return [classOf(checker, symbol, declaration)]
    // The arguments of a class are in its section.
    return /Args$|Options$/.test(each.name) && !["RotationArgs", "VaultArgs"].includes(each.name)
      ? []
      : [typeSection(checker, each.name, symbol)]
  })
}

function classOf(checker: ts.TypeChecker, symbol: ts.Symbol, declaration: ts.ClassDeclaration): Section {
  const heritage = declaration.heritageClauses?.[0]?.getText() ?? ""
  const [parameter] =
    declaration.members.find(ts.isConstructorDeclaration)?.parameters.filter(({ name }) => name.getText() === "args") ??
    []
  const args = parameter ? checker.getTypeAtLocation(parameter) : undefined
  const own = checker
    .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
    .filter(({ valueDeclaration }) => valueDeclaration?.parent === declaration && isPublicProperty(valueDeclaration))
  return {
    name: symbol.name,
    about: commentOf(checker, symbol),
    kind: /ComponentResource/.test(heritage) ? "component" : "resource",
    args: args ? propertiesOf(checker, args) : [],
    outputs: own.map((each) => documented(checker, each)),
  }
}

function typeSection(checker: ts.TypeChecker, name: string, symbol: ts.Symbol): Section {
  const args = propertiesOf(checker, checker.getDeclaredTypeOfSymbol(symbol))
  return { name, about: commentOf(checker, symbol), kind: "type", args, outputs: [] }
}

/** Lists the properties of a type; of a union those of each part, which is optional if one lacks it. */
function propertiesOf(checker: ts.TypeChecker, type: ts.Type): readonly Documented[] {
  const parts = type.isUnion() ? type.types : [type]
  const all = Map.groupBy(
    parts.flatMap((part) => checker.getPropertiesOfType(part).map((each) => documented(checker, each))),
    ({ name }) => name,
  )
  return [...all.values()].map((same) => ({
    ...(same[0] as Documented),
    type: [...new Set(same.map((each) => each.type))].join(" | "),
    optional: same.length < parts.length || same.some(({ optional }) => optional),
    about: [...new Set(same.map(({ about }) => about).filter((about) => about !== ""))].join(" Or: "),
  }))
}

function isPublicProperty(declaration: ts.Declaration): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static
  const isOpen = (ts.getCombinedModifierFlags(declaration) & hidden) === 0
  return isOpen && ts.isPropertyDeclaration(declaration) && ts.isIdentifier(declaration.name)
}

function documented(checker: ts.TypeChecker, symbol: ts.Symbol): Documented {
  const [declaration] = symbol.declarations ?? []
  const written =
    declaration && (ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration))
      ? declaration.type?.getText()
      : undefined
  return {
    name: symbol.name,
    type: oneLine(written ?? (declaration ? checker.typeToString(checker.getTypeAtLocation(declaration)) : "unknown")),
    optional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
    about: commentOf(checker, symbol),
  }
}

function commentOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  return oneLine(ts.displayPartsToString(symbol.getDocumentationComment(checker)))
}

/** Writes a type or a comment on one line; Pulumi's own types go without their prefix. */
function oneLine(text: string): string {
  return (
    text
      .replaceAll(/\/\*\*.*?\*\//gs, "")
      // The members of a type on several lines.
      .replaceAll(/(?<=[^\s{;,|&(])\n\s+(?=[\w"]+\??: )/g, "; ")
      .replaceAll(/\s+/g, " ")
      .replaceAll("pulumi.", "")
      .replace(/^\| /, "")
      .trim()
  )
}
