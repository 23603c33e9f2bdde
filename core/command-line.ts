/** Whether npx fetched this package for one command. */
const isFetched = /[\\/]_npx[\\/]/.test(import.meta.dirname)

/**
 * The command line in messages: that of a project or a clone, else that of npx. `--no` prevents npx from fetching: the npm
 * package `gatekey` is another product, this one is `pulumi-gatekey`.
 */
export const gatekeyCommand: string = isFetched ? "npx pulumi-gatekey" : "npx --no -- gatekey"
