// npm run bench -- NAME [--json] [--write]
import { runMeasure } from './measure.mjs'

runMeasure('bench')
