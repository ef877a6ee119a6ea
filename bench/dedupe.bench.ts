// npm run bench -- dedupe: names written differently looked up in a register of invented names, as the registry does it, beside raw names.
import { createNameIndex, makeNameSample, textKey, type NameSample } from '@tingzhou/names'
import { coreOf } from '../modules/registry/name-cores.ts'
import { createNameStore, likenessMin } from '../modules/registry/name-store.ts'
import { figure, quantile, report, type Figure, type Say } from './harness.ts'

// The first is the sample of libs/names' README and test; the others were not looked at while the comparison was chosen.
const seeds = [20_261_122, 4, 5, 6]
const rawThresholds = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1]

type Lookup = (name: string) => readonly string[]
type Measured = {
  readonly recall: number
  readonly precision: number
  readonly firstRight: number
  readonly p50Ms: number
  readonly p95Ms: number
}

await report('bench', 'dedupe', async (say) => {
  const samples = seeds.map((seed) => makeNameSample(seed))
  const [sample] = samples
  const variants = sample?.asked.filter(({ trueId }) => trueId !== null).length ?? 0
  say(`${sample?.registered.length} names, ${variants} variants, ${(sample?.asked.length ?? 0) - variants} new names`)
  const ours = samples.map((one, i) => told(say, `seed ${seeds[i]}`, measure(one, registryLookup(one))))
  return [
    figure('recall, worst of 4 samples', least(ours, 'recall'), '', '>= 0.86'),
    figure('precision, worst of 4 samples', least(ours, 'precision'), '', '>= 0.98'),
    figure('the first suggestion is the right one, worst of 4 samples', least(ours, 'firstRight'), ''),
    figure(
      'one look-up, median',
      quantile(
        ours.map(({ p50Ms }) => p50Ms),
        0.5,
      ),
      'ms',
    ),
    figure('one look-up, p95', Math.max(...ours.map(({ p95Ms }) => p95Ms)), 'ms'),
    ...(sample ? rawFigures(sample, say) : []),
  ]
})

/** The comparison of the registry: cores of names, its index and its threshold; the names have no codes. */
function registryLookup({ registered }: NameSample): Lookup {
  const store = createNameStore()
  for (const { id, name } of registered) store.add({ id, core: coreOf(name), usccStatus: 'missing' })
  return (name) =>
    store
      .lookup({ core: coreOf(name), usccStatus: 'missing' }, { threshold: likenessMin, limit: 10 })
      .map(({ id }) => id)
}

/** Whole names, compared by their pairs: at the same threshold, and at the least one that is hardly ever wrong. */
function rawFigures(sample: NameSample, say: Say): readonly Figure[] {
  const index = createNameIndex()
  for (const { id, name } of sample.registered) index.add(id, textKey(name))
  const at = (threshold: number) =>
    told(
      say,
      `raw names at ${threshold}`,
      measure(sample, (name) => index.lookup(textKey(name), { threshold, limit: 10 }).map(({ id }) => id)),
    )
  const all = rawThresholds.map((threshold) => ({ threshold, ...at(threshold) }))
  const same = all.find(({ threshold }) => threshold === likenessMin)
  const careful = all.find(({ precision }) => precision >= 0.995)
  return [
    figure(`raw names at ${likenessMin}: recall`, same?.recall ?? Number.NaN, ''),
    figure(`raw names at ${likenessMin}: precision`, same?.precision ?? Number.NaN, ''),
    figure('raw names, recall where precision is at least 0.995', careful?.recall ?? 0, ''),
  ]
}

function measure({ asked }: NameSample, lookup: Lookup): Measured {
  for (const { name } of asked.slice(0, 200)) lookup(name)
  const answers = asked.map(({ trueId, name }) => {
    const began = performance.now()
    const found = lookup(name)
    return { trueId, found, ms: performance.now() - began }
  })
  const variants = answers.filter(({ trueId }) => trueId !== null)
  const suggested = answers.filter(({ found }) => found.length > 0)
  const isRight = ({ trueId, found }: (typeof answers)[number]) => trueId !== null && found.includes(trueId)
  const times = answers.map(({ ms }) => ms)
  return {
    recall: variants.filter(isRight).length / variants.length,
    precision: suggested.filter(isRight).length / suggested.length,
    firstRight: suggested.filter(({ trueId, found }) => found[0] === trueId).length / suggested.length,
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
  }
}

function least(all: readonly Measured[], key: 'recall' | 'precision' | 'firstRight'): number {
  return Math.min(...all.map((one) => one[key]))
}

function told(say: Say, what: string, measured: Measured): Measured {
  say(`${what}: ${JSON.stringify(measured)}`)
  return measured
}
