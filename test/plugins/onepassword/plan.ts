import { isDeepStrictEqual } from "node:util"
import { Secret } from "../../../core/secret.ts"
import { type Properties, unknown } from "../../../provider/wire.ts"

/** [pulumi] schema.json: all that an item can be declared with, and we need. */
export const inputNames: readonly string[] = [
  ...["category", "noteValue", "password", "passwordRecipe", "tags", "title", "url", "username", "vault"],
]
const replacing = ["category", "vault"]
const categories = ["login", "password", "database", "secure_note"]
const recipeDefaults = { length: 32, letters: true, digits: true, symbols: true }

/**
 * Checks what is declared as [tf] onepassword_item_resource.go, Schema, does, in the words of [bridge]
 * detect_check_failures.go; marks the secret properties. Defaults are not inputs: the plan has them.
 */
export function check(name: string, news: Properties): { inputs: Properties; failures: [string, string][] } {
  const other = Object.keys(news).find((key) => !inputNames.includes(key))
  if (other) throw new Error(`the stand-in for onepassword does not know ${other}: add it, or set E2E_PLUGINS=real`)
  const { category = "login", passwordRecipe, password, noteValue } = news
  const length = (passwordRecipe as { length?: unknown } | undefined)?.length ?? 32
  const failures: [string, string][] = []
  const fail = (key: string, path: string, why: string) =>
    failures.push([key, `Invalid Attribute Value. Attribute ${why}. Examine values at '${name}.${path}'.`])
  if (category !== unknown && !categories.includes(String(category).toLowerCase())) {
    const all = categories.map((each) => `"${each}"`).join(" ")
    fail("category", "category", `category value must be one of: [${all}], got: "${category}"`)
  }
  if (typeof length === "number" && (length < 1 || length > 64))
    fail(
      "passwordRecipe",
      "passwordRecipe.length",
      `password_recipe[0].length value must be between 1 and 64, got: ${length}`,
    )
  return { inputs: { ...news, password: sealed(password), noteValue: sealed(noteValue) }, failures }
}

/**
 * Plans an item, as Terraform does: what is not declared is not there, but for what is computed. [tf] value_modifier.go: a
 * password that is not declared stays, unless its recipe changes.
 */
export function plan(inputs: Properties, state?: Properties): Properties {
  const { passwordRecipe, password, category } = inputs
  const declared = Object.fromEntries(inputNames.map((name) => [name, inputs[name]]))
  const recipe = typeof passwordRecipe === "object" ? { ...recipeDefaults, ...passwordRecipe } : undefined
  const stays = isDeepStrictEqual(recipe, state?.passwordRecipe)
  return withoutUndefined({
    ...declared,
    passwordRecipe: recipe,
    category: category ?? "login",
    password: sealed(password ?? (stays ? state?.password : undefined) ?? unknown),
    noteValue: sealed(inputs.noteValue),
    id: state?.id ?? unknown,
    uuid: state?.uuid ?? unknown,
  })
}

/** [bridge] provider_diff.go: a plan is compared with the state, not with the last inputs. */
export function difference(state: Properties, inputs: Properties): { changes: string[]; replaces: string[] } {
  const planned = plan(inputs, state)
  const names = [...new Set([...Object.keys(state), ...Object.keys(planned)])].sort()
  const changes = names.filter((name) => !isDeepStrictEqual(bare(state[name]), bare(planned[name])))
  return { changes, replaces: changes.filter((name) => replacing.includes(name)) }
}

/** [bridge] pkg/convert/secret.go: what is not known, or not there, is not marked. */
export function sealed(value: unknown): unknown {
  return typeof value === "string" ? new Secret(value) : value
}

export function bare(value: unknown): unknown {
  return value instanceof Secret ? value.reveal() : value
}

export function withoutUndefined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== ""))
}
