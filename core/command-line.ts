/** Where npx keeps what it fetched for one command. */
const isFetched = /[\\/]_npx[\\/]/.test(import.meta.dirname)

/**
 * Starts our command line, in every message that names a command: from a project or a clone, else as npx fetched it. `--no`
 * keeps npx from fetching: the package that npm calls `gatekey` is somebody else's, ours is `pulumi-gatekey`.
 */
export const gatekeyCommand: string = isFetched ? "npx pulumi-gatekey" : "npx --no -- gatekey"
