// npm run bench -- NAME [--json] [--write]
import { runMeasure } from './measure.mjs'

await runMeasure('bench')
