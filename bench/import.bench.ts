// npm run bench -- import: an enterprise register of 20,000 rows through `npm run import`, beside a bare COPY of the same rows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedScratch } from './databases.ts'
import { figure, median, report, type Figure, type Say } from './harness.ts'
import { importRegister, inventFirms, writeRegister, type Firm } from './register.ts'
import { ask, buildAll, startServer } from './server.ts'

const rows = 20_000
const runs = 3

await report('bench', 'import', async (say) => {
  buildAll()
  const firms = inventFirms(0, rows)
  const floorS = await bareCopy(firms)
  say(`bare COPY of ${rows} rows: ${floorS.toFixed(2)} s`)
  return [
    ...(await importing('xlsx', firms, floorS, say)),
    ...(await importing('csv', firms, floorS, say)),
    figure(`bare COPY of the same ${rows} rows into PGlite`, floorS, 's'),
  ]
})

async function importing(format: string, firms: readonly Firm[], floorS: number, say: Say): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tingzhou-import-'))
  const file = join(folder, `register.${format}`)
  await writeRegister(file, firms)
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-bench-'))
    const server = await startServer({ dataDir })
    times.push(await importRegister(file, dataDir))
    say(`${format}: ${times.at(-1)?.toFixed(2)} s`)
    const list = await ask(server.url, server.token, 'GET', '/enterprises?limit=1')
    // The list's answer says how many there are.
    const { total } = list.body as { total: number | null }
    if (total !== rows) throw new Error(`${total} of ${rows} enterprises are there`)
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  rmSync(folder, { recursive: true, force: true })
  return [
    figure(`npm run import, ${rows} rows, ${format}, running server on PGlite`, median(times), 's', '<= 10'),
    figure(`${format}: times the bare COPY`, median(times) / floorS, ''),
  ]
}

async function bareCopy(firms: readonly Firm[]): Promise<number> {
  const { database, drop } = await embeddedScratch()
  const line = (firm: Firm) => Object.values(firm).join('\t')
  const bytes = new TextEncoder().encode(`${firms.map(line).join('\n')}\n`)
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    await database.exec(
      'create table bare (uscc text primary key, name text, industry text, address text, size text, years text, tags text, contact text, phone text, lon float8, lat float8)',
    )
    const began = performance.now()
    await database.copyIn('bare', bytes)
    times.push((performance.now() - began) / 1_000)
    await database.exec('drop table bare')
  }
  await drop()
  return median(times)
}
