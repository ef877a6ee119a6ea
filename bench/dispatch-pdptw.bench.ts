// npm run bench -- dispatch-pdptw [--dir DIR] [--objective distance|vehicles] [--cpu S] [--seeds 1,2,3]: every Li & Lim file of a folder in a
// process of its own, held against the tables beside the folder. Without --dir the few instances that the tests use.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { repoRoot } from '@tingzhou/db'
import { z } from 'zod'
import { figure, report, said, type Figure } from './harness.ts'
import { programArgs } from './program.ts'

const objective = z.enum(['distance', 'vehicles']).parse(said('--objective') ?? 'distance')
const folder = said('--dir') ?? join(repoRoot(), 'libs/dispatch/tours/data')
const cpuSeconds = z.coerce
  .number()
  .positive()
  .parse(said('--cpu') ?? '0.75')
const seeds = z
  .array(z.coerce.number().int())
  .min(1)
  .parse((said('--seeds') ?? '1,2,3').split(','))

const Outcome = z.object({
  tasks: z.number(),
  vehicles: z.number(),
  distance: z.number(),
  faults: z.number(),
  iterations: z.number(),
  cpuS: z.number(),
})
type Reference = { readonly vehicles: number; readonly distance: number; readonly cpuS: number }
type Run = z.infer<typeof Outcome> & {
  readonly name: string
  readonly best: Reference | undefined
  readonly vroom: Reference | undefined
}

// What must hold at the CPU seconds that each was set for; elsewhere the figures only tell.
const goals: readonly { tasks: number; objective: string; cpuSeconds: number; gapPct?: string; vroomPct?: string }[] = [
  { tasks: 100, objective: 'distance', cpuSeconds: 0.75, gapPct: '<= 0.3' },
  { tasks: 100, objective: 'distance', cpuSeconds: 10, gapPct: '<= 0.05' },
  { tasks: 100, objective: 'vehicles', cpuSeconds: 2, gapPct: '<= 0.3' },
  { tasks: 200, objective: 'distance', cpuSeconds: 4.3, vroomPct: '>= 0.4' },
  { tasks: 400, objective: 'distance', cpuSeconds: 30, vroomPct: '>= 2' },
  { tasks: 1000, objective: 'distance', cpuSeconds: 16, vroomPct: '>= 6' },
]

await report('bench', 'dispatch-pdptw', async (say) => {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .toSorted()
  if (files.length === 0) throw new Error(`${folder} holds no .txt file`)
  const best = table(objective === 'distance' ? 'best_distance.csv' : 'best_known.csv')
  const vroom = objective === 'distance' ? table('vroom_x5.csv') : new Map<string, readonly Reference[]>()
  const runs: Run[] = []
  for (const file of files)
    for (const seed of seeds) {
      const name = basename(file, '.txt')
      const args = [...programArgs('dispatch-pdptw-host.ts'), join(folder, file), objective, `${cpuSeconds}`, `${seed}`]
      const outcome = Outcome.parse(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })))
      const run: Run = {
        ...outcome,
        name: `${name} seed ${seed}`,
        best: nearest(best.get(name)),
        vroom: nearest(vroom.get(name)),
      }
      const gap = run.best ? `${gapPct(run, run.best).toFixed(3)} % against ${run.best.distance}` : 'no reference'
      const verdict = run.faults === 0 ? 'right' : `${run.faults} FAULTS`
      say(
        `${run.name}: ${run.vehicles} vehicles, ${run.distance.toFixed(2)}, ${gap}, ${verdict}, ${run.cpuS.toFixed(2)} s`,
      )
      runs.push(run)
    }
  return [...overall(runs), ...runs.flatMap(each)]
})

/** Rows of a table beside the folder or above it, by instance; none when there is no such table. */
function table(name: string): ReadonlyMap<string, readonly Reference[]> {
  const rows = new Map<string, Reference[]>()
  const file = [folder, dirname(folder)].map((place) => join(place, name)).find((path) => existsSync(path))
  if (file === undefined) return rows
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  const column = new Map(head.split(',').map((field, at) => [field, at]))
  for (const line of lines) {
    const cells = line.split(',')
    const of = (field: string): string => cells[column.get(field) ?? -1] ?? ''
    const instance = of('instance')
    const row = { vehicles: Number(of('vehicles')), distance: Number(of('distance')), cpuS: Number(of('cpu_s')) }
    rows.set(instance, [...(rows.get(instance) ?? []), row])
  }
  return rows
}

/** Of several runs of another solver the one that was given about as much time. */
function nearest(rows: readonly Reference[] = []): Reference | undefined {
  return rows.toSorted((a, b) => Math.abs(a.cpuS - cpuSeconds) - Math.abs(b.cpuS - cpuSeconds))[0]
}

function gapPct({ distance }: Run, reference: Reference): number {
  return 100 * (distance / reference.distance - 1)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function overall(runs: readonly Run[]): readonly Figure[] {
  // Nominal size: the files of one hold a few stops more or less.
  const tasks = 100 * Math.round((runs[0]?.tasks ?? 0) / 100)
  const goal = goals.find(
    (goal) => goal.tasks === tasks && goal.objective === objective && goal.cpuSeconds === cpuSeconds,
  )
  const known = runs.flatMap((run) => (run.best ? [{ run, best: run.best, gap: gapPct(run, run.best) }] : []))
  const beside = runs.flatMap((run) => (run.vroom ? [-gapPct(run, run.vroom)] : []))
  const figures = [
    figure('runs', runs.length, ''),
    figure('plans that the checker refuses', runs.filter(({ faults }) => faults > 0).length, '', '<= 0'),
    figure('CPU seconds a run, longest', Math.max(...runs.map(({ cpuS }) => cpuS)), 's'),
    figure('changes tried a CPU second', mean(runs.map(({ iterations, cpuS }) => iterations / cpuS)), '/s'),
  ]
  if (known.length > 0)
    figures.push(
      figure('mean gap to the best known', mean(known.map(({ gap }) => gap)), '%', goal?.gapPct ?? null),
      figure('worst gap', Math.max(...known.map(({ gap }) => gap)), '%'),
      figure('runs within 0.01 % of the best known', known.filter(({ gap }) => gap < 0.01).length, ''),
    )
  if (known.length > 0 && objective === 'vehicles')
    for (const seed of seeds) {
      const ofSeed = known.filter(({ run }) => run.name.endsWith(` seed ${seed}`))
      const more = ofSeed.reduce((sum, { run, best }) => sum + run.vehicles - best.vehicles, 0)
      figures.push(figure(`vehicles above the best known, seed ${seed}`, more, '', goal ? '<= 1' : null))
    }
  if (beside.length > 0)
    figures.push(
      figure('mean distance saved against VROOM', mean(beside), '%', goal?.vroomPct ?? null),
      figure('least saved against VROOM', Math.min(...beside), '%'),
    )
  return figures
}

function each(run: Run): readonly Figure[] {
  const { name, vehicles, distance, faults, cpuS, best, vroom } = run
  return [
    figure(`${name}: vehicles`, vehicles, ''),
    // In hundredths, as the tables have them: figures are shown to four digits, whole numbers in full.
    figure(`${name}: distance`, Math.round(100 * distance), '/ 100'),
    ...(best ? [figure(`${name}: gap to ${best.distance}`, gapPct(run, best), '%')] : []),
    ...(vroom ? [figure(`${name}: gap to VROOM's ${vroom.distance}`, gapPct(run, vroom), '%')] : []),
    figure(`${name}: faults the checker finds`, faults, '', '<= 0'),
    figure(`${name}: CPU`, cpuS, 's'),
  ]
}
