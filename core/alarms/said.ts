import type { Db } from '@tingzhou/db'
import { fixesOf, fixKind, fromSteps, quality, qualityIn, readMinutes, sampleKind } from '@tingzhou/telemetry'
import type { Judge } from './judge.ts'
import { verdict, type Verdict } from './machine.ts'
import type { PlacePoint } from './place.ts'
import type { AlarmRule } from './rule.ts'

/** One thing that a point said: a value, or a position with its words. */
export type Said = {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Steps of the resolution; the alarm word of a position. */
  readonly steps: number
  /** The status word of a position. */
  readonly status: number
  /** Bad values say nothing. */
  readonly counts: boolean
}

const minuteMs = 60_000

/**
 * What a point said in [from, to), oldest first; at most a day.
 * @param open  minutes that are in no row yet
 * Source: own. As `readMinutes`.
 */
export async function readSaid(
  { db, zoneId }: { readonly db: Db; readonly zoneId: string },
  { id, kind }: Pick<PlacePoint, 'id' | 'kind'>,
  from: number,
  to: number,
  open?: Parameters<typeof readMinutes>[6],
): Promise<Said[]> {
  const isFix = kind === 'position'
  const said: Said[] = []
  for (const { minute, rows } of await readMinutes(db, zoneId, isFix ? fixKind : sampleKind, id, from, to, open)) {
    if (isFix)
      for (const { at, alarm, status } of fixesOf(rows, minute)) said.push({ at, steps: alarm, status, counts: true })
    else
      for (let index = 0, row = 0; index < rows.count; index++, row += 3)
        said.push({
          at: minute * minuteMs + (rows.data[row] as number),
          steps: rows.data[row + 1] as number,
          status: 0,
          counts: qualityIn(rows.data[row + 2] as number) < quality.bad,
        })
  }
  return said.filter(({ at }) => at >= from && at < to)
}

/** What one of them says of a condition that is looked for in values or bits. O(1), as the judge. */
export function verdictOn(
  { condition }: Pick<AlarmRule, 'condition'>,
  judge: Judge | null,
  { resolution }: Pick<PlacePoint, 'resolution'>,
  { at, steps }: Said,
): Verdict {
  if (condition.kind === 'bit') return ((steps >>> condition.bit) & 1) === 1 ? verdict.met : verdict.over
  return judge ? judge(at, fromSteps(steps, resolution)) : verdict.between
}
