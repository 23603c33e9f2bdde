/** Removes the passphrase of the state and the token of the Events API from an environment: no vault needs them. */
export function omitStateSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(?:PULUMI_CONFIG_PASSPHRASE|EVENTS_API_TOKEN)/.test(name)),
  )
}
