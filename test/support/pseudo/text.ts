import ts from "typescript"

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** The strings that code compares: those that a type or a constant table names. */
export function codesIn(file: ts.SourceFile): string[] {
  const codes: string[] = []
  const visit = (node: ts.Node, isTable: boolean): void => {
    const inTable = isTable || isConstant(node)
    if (ts.isStringLiteral(node) && (inTable || ts.isLiteralTypeNode(node.parent) || isKey(node))) codes.push(node.text)
    ts.forEachChild(node, (child) => visit(child, inTable && !ts.isCallExpression(child)))
  }
  visit(file, false)
  return codes
}

function isConstant(node: ts.Node): boolean {
  return ts.isAsExpression(node) && ts.isConstTypeReference(node.type) && ts.isArrayLiteralExpression(node.expression)
}

function isKey(node: ts.StringLiteral): boolean {
  return ts.isPropertyAssignment(node.parent) && node.parent.name === node
}

/**
 * The source with each of its sentences in other letters: strings and templates of two words or more, but no code.
 * @param onlyErrors what stands in an error that is made, and nothing else
 */
export function pseudoText(name: string, source: string, codes: ReadonlySet<string>, onlyErrors: boolean): string {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true)
  const edits: Edit[] = []
  const visit = (node: ts.Node, isSaid: boolean): void => {
    const said = isSaid || isError(node)
    if (said && ts.isTemplateExpression(node)) edits.push(...inTemplate(node))
    else if (said && ts.isStringLiteralLike(node) && isSentence(node.text) && !codes.has(node.text) && isValue(node))
      edits.push({
        from: node.getStart(file),
        to: node.getEnd(),
        text: shuffled(source, node.getStart(file), node.getEnd()),
      })
    ts.forEachChild(node, (child) => visit(child, said))
  }
  const inTemplate = ({ head, templateSpans }: ts.TemplateExpression): Edit[] => {
    const parts = [head, ...templateSpans.map(({ literal }) => literal)]
    if (!parts.some(({ text }) => /[A-Za-z]{2}[^A-Za-z]* | [^A-Za-z]*[A-Za-z]{2}/.test(text))) return []
    return parts.map((part) => {
      const [from, to] = [part.getStart(file), part.getEnd()]
      return { from, to, text: shuffled(source, from, to) }
    })
  }
  visit(file, !onlyErrors)
  return edits
    .toSorted((one, other) => other.from - one.from)
    .reduce((text, { from, to, text: said }) => text.slice(0, from) + said + text.slice(to), source)
}

function isError(node: ts.Node): boolean {
  return (
    ts.isNewExpression(node) &&
    ts.isIdentifier(node.expression) &&
    /Error$|^Un\w+$|^NoConnection$/.test(node.expression.text)
  )
}

/** Whether it is said: no name of a module, and no option or argument of a command line, which commander reads. */
function isValue(node: ts.StringLiteralLike): boolean {
  const { parent } = node
  if (/^(?:-|<|\[)/.test(node.text)) return false
  return !(
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
  )
}

/** Two words with a blank between them. */
function isSentence(text: string): boolean {
  return /[A-Za-z]{2,}[^A-Za-z]* [^A-Za-z]*[A-Za-z]/.test(text)
}

/** Each letter of each word by another one, the same for the same word; escapes stay. */
function shuffled(source: string, from: number, to: number): string {
  return source
    .slice(from, to)
    .replace(/\\u\{?[0-9a-fA-F]+\}?|\\.|[A-Za-z]/gs, (each) => (each.startsWith("\\") ? each : rotated(each)))
}

function rotated(letter: string): string {
  const base = letter <= "Z" ? 65 : 97
  return String.fromCharCode(base + ((letter.charCodeAt(0) - base + 13) % 26))
}
