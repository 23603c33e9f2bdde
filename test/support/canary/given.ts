/** What the engine itself makes of secret configuration. */
export const programEnvironment: RegExp = / PULUMI_CONFIG=\S*/g

/** What lets `pulumi` ask a vault, where the user put it. */
export const vaultEnvironment: RegExp = / (?:OP_CONNECT_TOKEN|EVENTS_API_TOKEN)=\S*/g

/** Of processes, as the user gave it to `pulumi`. */
export const givenPassphrase: RegExp = / PULUMI_CONFIG_PASSPHRASE=\S*/g
