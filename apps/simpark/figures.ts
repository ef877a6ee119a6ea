import { addDays, localDateOf } from '@tingzhou/calendar'
import { epochMs } from '@tingzhou/kernel'
import type { Watch, Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/figures.json' with { type: 'json' }
import { Refused } from './api.ts'
import { randomOf, type Random } from './random.ts'
import { uploadRows, type SheetRow } from './workbook.ts'

type Told = Pick<Watch, 'onRefused'>

/**
 * Hands in what the firms of the demo reported for the years that are over, as one workbook: invented, and marked so. Safe to repeat: the rows
 * follow from the seed and the day on which the zone began.
 * @returns rows that were written
 */
export async function reportFigures(
  { options, people, firms }: Pick<Zone, 'options' | 'people' | 'firms'>,
  watch: Told,
): Promise<number> {
  const { api, connection } = people.machine
  const { began } = await api.demo.status()
  const today = localDateOf(epochMs(began))
  const years = Array.from({ length: data.years }, (_, back) => Number(today.slice(0, 4)) - data.years + back)
  const rows = firms.flatMap(({ plan }) =>
    figuresOf(randomOf(options.seed, 'figures', plan.uscc), plan, years, addDays(today, -1)),
  )
  if (rows.length === 0) return 0
  const fileId = await uploadRows(connection, data.fileName, rows, data.source)
  try {
    const commandId = commandIdOf(options.seed, 'figures', fileId)
    const report = await api.registry.figures.importXlsx({ commandId, fileId, preview: false, synthetic: true })
    if (report.bad > 0)
      throw new Error(`${report.bad} figures were refused: ${JSON.stringify(report.faults.slice(0, 3))}`)
    return report.added + report.updated
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    watch.onRefused('figures', error)
    return 0
  }
}

/** A firm's years: turnover that grows or shrinks, and the others as parts of it. */
function figuresOf(
  random: Random,
  { uscc, aboveScale }: { readonly uscc: string; readonly aboveScale: boolean },
  years: readonly number[],
  day: string,
): readonly SheetRow[] {
  let turnover = within(random, aboveScale ? data.turnover.large : data.turnover.small)
  const shares = data.of.map(({ share }) => within(random, share))
  return years.flatMap((year) => {
    turnover *= within(random, data.growth)
    return data.of.map(({ indicator, unit, decimals }, place) => {
      const value = Number((turnover * (shares[place] ?? 0)).toFixed(decimals))
      const cells = [uscc, indicator, String(year), value, unit, data.source, data.confidence, day]
      return Object.fromEntries(data.heads.map((head, column) => [head, cells[column] ?? '']))
    })
  })
}

const within = (random: Random, [low = 0, high = low]: readonly number[]): number => low + random.next() * (high - low)
