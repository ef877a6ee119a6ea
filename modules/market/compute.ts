import { proposalJob } from './proposal/plan.ts'

/** What the market has done by the server's threads. */
export const marketJobs = [proposalJob] as const
