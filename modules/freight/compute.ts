import { chainJob } from './chain/plan.ts'
import { tourJob } from './tour/plan.ts'
import { boundJob } from './ratio/bound.ts'
import { dayJob } from './ratio/outcome.ts'
import { waveJob } from './wave/plan.ts'

/** What freight has done by the server's threads. */
export const freightJobs = [boundJob, chainJob, dayJob, tourJob, waveJob] as const
