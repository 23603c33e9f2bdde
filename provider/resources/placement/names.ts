import { hostOf } from "../../../hosts/index.ts"
import type { PlacementInputs } from "./inputs.ts"

/** Checks whether a secret file is reached by a link, or has a second name: openclaw rejects such a file. */
export async function hasOtherNames({ host, path, format, must }: PlacementInputs): Promise<boolean> {
  if (format !== "file" || must !== "token") return false
  const at = hostOf(host)
  const [real, look] = await Promise.all([at.resolveCanonical(path), at.readFirstSnapshot(path)])
  // The home folder itself may be a link.
  const own = path.split("/").slice(-3).join("/")
  return !real.endsWith(`/${own}`) || (look.kind === "file" && look.links !== undefined)
}
