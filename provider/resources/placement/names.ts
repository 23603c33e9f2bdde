import { hostOf } from "../../../hosts/index.ts"
import type { PlacementInputs } from "./inputs.ts"

/** Whether a secret file is reached by a link, or has a second name: right in all that is written, and refused by openclaw. */
export async function hasOtherNames({ host, path, format, must }: PlacementInputs): Promise<boolean> {
  if (format !== "file" || must !== "token") return false
  const at = hostOf(host)
  const [real, look] = await Promise.all([at.resolveCanonical(path), at.readFirstSnapshot(path)])
  // The home itself may be reached by a link.
  const own = path.split("/").slice(-3).join("/")
  return !real.endsWith(`/${own}`) || (look.kind === "file" && look.links !== undefined)
}
