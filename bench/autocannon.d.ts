/** The part of autocannon's interface that the benches use. */
declare module 'autocannon' {
  export type Result = {
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number }
    readonly requests: { readonly average: number; readonly total: number }
    readonly non2xx: number
    readonly errors: number
  }
  const autocannon: (options: {
    readonly url: string
    readonly connections: number
    readonly overallRate: number
    readonly duration: number
    readonly headers?: Readonly<Record<string, string>>
  }) => Promise<Result>
  export default autocannon
}
