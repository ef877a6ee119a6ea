// npm run soak -- NAME [--json] [--write]; crash: [--rounds N]; process: [--minutes N] [--seed N]
import { runMeasure } from './measure.mjs'

await runMeasure('soak')
