/** A line of sh that finds `$client`: the host's `docker`, else its `podman`. */
export const client = `
client=
for each in docker podman; do [ -n "$client" ] || ! has "$each" || client=$each; done
`
