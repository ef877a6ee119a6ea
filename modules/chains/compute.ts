import { runJob } from './run/reckon.ts'
import { shockJob } from './run/shock.ts'

/** What chains have done by the server's threads. */
export const chainsJobs = [runJob, shockJob] as const
