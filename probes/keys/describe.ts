import type { Refusal } from "./parse.ts"

const sentences: { readonly [refusal in Refusal]: string } = {
  "no-openssl": "the host has no openssl; install it (Debian: apt install openssl)",
  "no-folder": "its folder cannot be made",
  "folder-of-another": "its folder belongs to another user; choose one of your own",
  "open-folder": "its folder can be written by others; run chmod go-w on it",
  "no-room": "nothing can be written there",
  "no-key": "no key could be made there",
  folder: "it is a folder",
  another: "the key there is not the one that gatekey made, so it stays",
  silent: "the host's answer was cut off",
}

/** Describes why a host changed nothing, as what follows the file's name. */
export function describeRefusal(refusal: Refusal): string {
  return sentences[refusal]
}
