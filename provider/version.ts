/** The package's. */
export const version = "0.1.0"
