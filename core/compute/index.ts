import type { Compute } from './pool.ts'

export { defineJob, type ComputeJob } from './job.ts'
export { ComputeFailed, openCompute, type Compute, type PoolOptions, type RunOptions } from './pool.ts'
export { serveCompute } from './serve.ts'

declare module '@tingzhou/http' {
  interface Deps {
    /** Threads for work that would keep the server from answering. */
    readonly compute: Compute
  }
}
