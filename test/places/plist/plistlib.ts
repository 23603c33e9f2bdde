import fc from "fast-check"
import { hasPython, runPython } from "../../support/python.ts"

/** A property list value in JSON: what JSON lacks is an object with one key that starts with `$`. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain }
export type Encoding = "xml" | "binary"

/** An independent reader and writer of property lists: Python's own. */
const script = `
import base64, datetime, json, plistlib, sys

def into(value):
    if isinstance(value, list): return [into(each) for each in value]
    if not isinstance(value, dict): return value
    if "$data" in value: return bytes.fromhex(value["$data"])
    if "$date" in value: return datetime.datetime.fromtimestamp(value["$date"], datetime.timezone.utc).replace(tzinfo=None)
    if "$real" in value: return float(value["$real"])
    if "$uid" in value: return plistlib.UID(value["$uid"])
    return {key: into(each) for key, each in value.items()}

def out(value):
    if isinstance(value, list): return [out(each) for each in value]
    if isinstance(value, dict): return {key: out(each) for key, each in value.items()}
    if isinstance(value, bytes): return {"$data": value.hex()}
    if isinstance(value, datetime.datetime): return {"$date": int(value.replace(tzinfo=datetime.timezone.utc).timestamp())}
    if isinstance(value, float): return {"$real": repr(value)}
    if isinstance(value, plistlib.UID): return {"$uid": value.data}
    return value

def read(file):
    try:
        held = out(plistlib.loads(base64.b64decode(file)))
        json.dumps(held)
        return {"held": held}
    except Exception as error:
        return {"refused": str(error) or type(error).__name__}

def write(job):
    fmt = plistlib.FMT_BINARY if job["encoding"] == "binary" else plistlib.FMT_XML
    return base64.b64encode(plistlib.dumps(into(job["value"]), fmt=fmt, sort_keys=False)).decode()

jobs = json.load(sys.stdin)
json.dump([(read if isinstance(job, str) else write)(job) for job in jobs], sys.stdout)
`

export const hasPlistlib = hasPython("plistlib")

/** What plistlib makes of each file; undefined where it refuses it. */
export function readAll(files: readonly Uint8Array[]): (Plain | undefined)[] {
  const jobs = files.map((file) => Buffer.from(file).toString("base64"))
  return runPython<{ held?: Plain }[]>(script, jobs).map(({ held }) => held)
}

export function writeAll(values: readonly Plain[], encoding: Encoding): Uint8Array[] {
  return (
    runPython(
      script,
      values.map((value) => ({ value, encoding })),
    ) as string[]
  ).map((file) => Buffer.from(file, "base64"))
}

const label = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(..."abcKey-éß日😀<&>'\" ") })
export const name = fc.constantFrom("PATH", "HOME", "GATEWAY_TOKEN", "OTHER_TOKEN", "_")
const environment = fc.dictionary(name, label, { maxKeys: 5, noNullPrototype: true })
/** Arguments with flags of both forms, repeated ones and one without a value among them. */
const args = fc.array(fc.oneof(label, fc.constantFrom("--token", "--token=", "--token=abc", "--port", "18789")), {
  maxLength: 20,
})

function anything(encoding: Encoding): fc.Arbitrary<Plain> {
  const uid = fc.nat().map((held) => ({ $uid: held }))
  return fc.letrec<{ any: Plain }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      label,
      fc.integer(),
      fc.boolean(),
      fc.uint8Array({ maxLength: 20 }).map((held) => ({ $data: Buffer.from(held).toString("hex") })),
      fc.integer({ min: 0, max: 2 ** 31 }).map((held) => ({ $date: held })),
      fc.integer().map((held) => ({ $real: `${held}.5` })),
      ...(encoding === "binary" ? [uid] : []),
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(label, tie("any"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).any
}

export interface Agent {
  readonly [key: string]: Plain
}

/** A launch agent; with what a writer of binary lists makes one object of, equal strings all over the place. */
export function agent(encoding: Encoding): fc.Arbitrary<Agent> {
  const others = fc.dictionary(label, anything(encoding), { maxKeys: 5, noNullPrototype: true })
  const known = fc.record(
    { EnvironmentVariables: environment, ProgramArguments: args },
    { requiredKeys: ["ProgramArguments"] },
  )
  return fc.tuple(others, known).map(([some, more]) => ({ Label: "PATH", ...some, ...more }))
}
