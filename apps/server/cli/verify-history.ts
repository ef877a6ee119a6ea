// npm run verify-history: recomputes every hash of the history, also while the server runs.
import { text } from 'node:stream/consumers'
import { verifyHistory, type HistoryReport } from '@tingzhou/audit'
import { readConfig, type Config } from '../config.ts'
import { CommandRefused, reachZone } from '../zone-access.ts'
import { runCommandLine } from './run-command.ts'

await runCommandLine(async () => {
  if (process.argv.length > 2) throw new CommandRefused('usage: npm run verify-history')
  const config = readConfig(process.env, [])
  const report = await verify(config)
  const { entries, objects, seals, lastSeal, faults } = report
  console.log(`${entries} entries of ${objects} objects, ${seals} seals`)
  if (lastSeal) console.log(`last seal ${lastSeal.seq} ${lastSeal.hash}`)
  for (const fault of faults) console.error(JSON.stringify(fault))
  console.log(
    faults.length === 0
      ? 'the history is whole'
      : `the history is broken in ${faults.length} places, the first of each chain above`,
  )
  if (faults.length > 0) process.exitCode = 1
})

async function verify(config: Config): Promise<HistoryReport> {
  const zone = await reachZone(config)
  // The server answers with the report of verifyHistory.
  if (zone.by === 'server')
    return JSON.parse(await text(await zone.post('/api/v1/admin/history-verifications'))) as HistoryReport
  try {
    return await verifyHistory(zone.database.db, config.zoneId, ({ entries, seals }) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${entries} entries, ${seals} seals`)
    })
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\n')
    await zone.close()
  }
}
