import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type as systemName } from 'node:os'
import { join } from 'node:path'
import { repoRoot } from '@tingzhou/db'

/** One measured number; `target` is `>= 0.3` or `<= 300`, or null for a number that only tells. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly target: string | null
  readonly holds: boolean
}

/** What a bench prints. */
export type Report = {
  readonly bench: string
  readonly commit: string
  readonly machine: string
  readonly figures: readonly Figure[]
}

/** Says on the way what is being done; on the error stream, so that --json stays one object. */
export type Say = (line: string) => void

/**
 * A figure held against its target.
 * @param target  `>= number` or `<= number`; null when there is nothing to hold
 * @throws Error when the target cannot be read
 */
export function figure(name: string, value: number, unit: string, target: string | null = null): Figure {
  const shown = roundTo(value, 4)
  if (target === null) return { name, value: shown, unit, target, holds: true }
  const [, sign, limit] = /^(>=|<=) (\d+(?:\.\d+)?)$/.exec(target) ?? []
  if (limit === undefined) throw new Error(`target ${target} is neither ">= number" nor "<= number"`)
  return { name, value: shown, unit, target, holds: sign === '>=' ? shown >= Number(limit) : shown <= Number(limit) }
}

/** Four significant digits: more would describe the moment, not the machine. */
function roundTo(value: number, digits: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(digits))
}

/** The middle of the values; of an even number the lower middle. O(n log n). */
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The smallest value that at least this share of the values does not exceed (nearest rank). O(n log n). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** What follows an option on the command line; undefined when it is not given. */
export function said(option: string): string | undefined {
  const at = process.argv.indexOf(option)
  return at < 0 ? undefined : process.argv[at + 1]
}

/**
 * Runs a bench from the command line: prints a table, or with --json one object; --write also puts the table into
 * docs/benchmarks.md. Ends the process with 1 when a figure does not hold.
 * @param kind  how it is asked for: `npm run bench -- NAME` or `npm run soak -- NAME`
 */
export async function report(
  kind: 'bench' | 'soak',
  bench: string,
  measure: (say: Say) => Promise<readonly Figure[]>,
): Promise<void> {
  const args = process.argv.slice(2)
  const say: Say = (line) => process.stderr.write(`${line}\n`)
  const done: Report = { bench, commit: commit(), machine: machine(), figures: await measure(say) }
  if (args.includes('--json')) console.log(JSON.stringify(done))
  else console.log(`${bench} · ${done.commit} · ${done.machine}\n\n${toTable(done.figures)}\n`)
  if (args.includes('--write')) writeSection(kind, done)
  // What a bench started may still hold the loop; the figures are out.
  process.exit(done.figures.every(({ holds }) => holds) ? 0 : 1)
}

/** The commit that was measured; `+` when files differ from it. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repoRoot(), encoding: 'utf8' }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', ':!docs') !== ''
    return git('rev-parse', '--short=10', 'HEAD') + (changed ? '+' : '')
  } catch {
    return 'unknown'
  }
}

function machine(): string {
  const cores = cpus()
  const model = cores[0]?.model.replaceAll(/\s+/g, ' ').trim() ?? 'unknown processor'
  const memoryGib = Math.round(totalmem() / 2 ** 30)
  return `${cores.length} × ${model}, ${memoryGib} GiB, ${systemName()} ${release()}, Node ${process.versions.node}`
}

function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, target, holds }) => [
    name,
    `${value} ${unit}`.trim(),
    target ?? '',
    target === null ? '' : holds ? 'holds' : 'DOES NOT HOLD',
  ])
  const head = ['figure', 'value', 'target', '']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** Replaces the bench's section of docs/benchmarks.md, or adds it at the end. */
function writeSection(kind: 'bench' | 'soak', { bench, commit, machine, figures }: Report): void {
  const file = join(repoRoot(), 'docs/benchmarks.md')
  const text = readFileSync(file, 'utf8')
  const [open, close] = [`<!-- ${kind} ${bench} -->`, `<!-- /${kind} ${bench} -->`]
  const command = `npm run ${kind} -- ${bench} --json`
  const section = `${open}\n\`${command}\` · commit ${commit} · ${machine}\n\n${toTable(figures)}\n${close}`
  const start = text.indexOf(open)
  const end = text.indexOf(close)
  const before = start < 0 ? `${text.trimEnd()}\n\n` : text.slice(0, start)
  writeFileSync(file, before + section + (start < 0 ? '\n' : text.slice(end + close.length)))
}
