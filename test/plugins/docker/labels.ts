import type { Properties } from "../../../provider/wire.ts"

/** The words of the command for a resource's labels. */
export function labelWords({ labels = [] }: Properties): string[] {
  return (labels as { label: string; value: string }[]).flatMap(({ label, value }) => ["--label", `${label}=${value}`])
}

export function labelsIn(labels: Readonly<Record<string, string>> | null): Properties[] {
  return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }))
}
