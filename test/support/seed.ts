import fc from "fast-check"

const asked = process.env.SEED

/**
 * The seed of all properties. It is the same in each run, so that a change is judged by what it changes;
 * `SEED=random` (or a number) looks for what that one does not find.
 */
export const seed = asked === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(asked ?? 17)

if (!Number.isInteger(seed)) throw new Error(`SEED is a whole number or "random", not ${JSON.stringify(asked)}`)
fc.configureGlobal({ seed })
