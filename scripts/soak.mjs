// npm run soak -- NAME [--json] [--write] [--rounds N]
import { runMeasure } from './measure.mjs'

runMeasure('soak')
