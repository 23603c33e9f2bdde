export interface Options {
  readonly compromised?: boolean
  readonly ifDue?: boolean
  readonly commit?: boolean
  readonly pullRequest?: boolean
  readonly stack?: string
  readonly cwd: string
}
