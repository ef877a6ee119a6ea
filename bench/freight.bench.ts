// npm run bench -- freight [--only grabs | waybills | lists]: five thousand who grab one truckload; waybills carried from the grab to
// the report, and whether the books agree afterwards; lists and searches among two million. `--waybills N` carries fewer.
import { serverScratch } from './databases.ts'
import { grabFigures } from './freight-grab.ts'
import { lifeFigures } from './freight-life.ts'
import { listFigures } from './freight-lists.ts'
import { openFreightZone, type FreightZone } from './freight-zone.ts'
import { report, said, type Figure } from './harness.ts'
import { sql } from 'kysely'

const connections = 8
const waybills = 20_000
const legs = ['grabs', 'waybills', 'lists'] as const
type Leg = (typeof legs)[number]

await report('bench', 'freight', async (say) => {
  const figures: Figure[] = []
  const name = 'PostgreSQL'
  const count = Number(said('--waybills') ?? waybills)
  const run: Readonly<Record<Leg, (zone: FreightZone) => Promise<readonly Figure[]>>> = {
    grabs: (zone) => grabFigures(name, zone, say),
    waybills: (zone) => lifeFigures(name, zone, count, say),
    lists: (zone) => listFigures(name, zone, say),
  }
  const crews: Readonly<Record<Leg, number>> = { grabs: 200, waybills: 400, lists: 2_000 }
  for (const leg of legs) {
    if (![leg, undefined].includes(said('--only') as Leg | undefined)) continue
    const scratch = await serverScratch(connections)
    const zone = await openFreightZone(scratch, crews[leg])
    await sql`analyze`.execute(zone.db)
    figures.push(...(await run[leg](zone)))
    await zone.server.close()
    await scratch.drop()
  }
  return figures
})
