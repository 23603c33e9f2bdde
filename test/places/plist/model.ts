import type { Plain } from "./plistlib.ts"

/** A list's content, and what stands, is put or dropped in it, as told by the plain rules: no file, no offsets. */
interface Model {
  readonly find: (list: Content) => string[]
  readonly put: (list: Content, text: string) => Content
  readonly drop: (list: Content) => Content
}
type Content = { readonly [key: string]: Plain }

export function model(locator: string): Model {
  return locator.startsWith("--") ? flag(locator) : variable(locator)
}

function variable(name: string): Model {
  const held = (list: Content) => list.EnvironmentVariables as { [name: string]: string } | undefined
  return {
    find: (list) => (held(list) && name in (held(list) ?? {}) ? [held(list)?.[name] ?? ""] : []),
    put: (list, text) => ({ ...list, EnvironmentVariables: { ...held(list), [name]: text } }),
    drop(list) {
      if (held(list) === undefined) return list
      const { [name]: _, ...rest } = held(list) ?? {}
      return { ...list, EnvironmentVariables: rest }
    },
  }
}

function flag(name: string): Model {
  type Part = { readonly plain: string } | { readonly form: "joined" | "apart"; readonly text: string }
  const parse = (args: readonly string[]): Part[] => {
    const [first, second = "", ...others] = args
    if (first === undefined) return []
    if (first === name) return [{ form: "apart", text: second }, ...parse(others)]
    if (first.startsWith(`${name}=`))
      return [{ form: "joined", text: first.slice(name.length + 1) }, ...parse(args.slice(1))]
    return [{ plain: first }, ...parse(args.slice(1))]
  }
  const print = (parts: readonly Part[]): string[] =>
    parts.flatMap((part) =>
      "plain" in part ? [part.plain] : part.form === "apart" ? [name, part.text] : [`${name}=${part.text}`],
    )
  const change = (list: Content, edit: (parts: Part[]) => Part[]): Content => ({
    ...list,
    ProgramArguments: print(edit(parse(list.ProgramArguments as string[]))),
  })
  return {
    find: (list) => parse(list.ProgramArguments as string[]).flatMap((part) => ("form" in part ? [part.text] : [])),
    put: (list, text) =>
      change(list, (parts) => {
        const set = parts.map((part) => ("form" in part ? { ...part, text } : part))
        return set.some((part) => "form" in part) ? set : [...set, { form: "apart", text }]
      }),
    drop: (list) => change(list, (parts) => parts.filter((part) => "plain" in part)),
  }
}
