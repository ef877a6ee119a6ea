// npm run verify-ledger: reckons the ledger anew from its transfers, also while the server runs.
import { text } from 'node:stream/consumers'
import { verifyLedger, type LedgerReport } from '@tingzhou/ledger'
import { readConfig, type Config } from '../config.ts'
import { CommandRefused, reachZone } from '../zone-access.ts'
import { runCommandLine } from './run-command.ts'

await runCommandLine(async () => {
  if (process.argv.length > 2) throw new CommandRefused('usage: npm run verify-ledger')
  const { accounts, journals, transfers, periods, faults } = await verify(readConfig(process.env, []))
  console.log(`${transfers} transfers in ${journals} journals, ${accounts} accounts, ${periods} closed periods`)
  for (const fault of faults) console.error(JSON.stringify(fault))
  console.log(
    faults.length === 0
      ? 'the ledger is whole'
      : `the ledger is broken in ${faults.length} places, at most a hundred of each kind above`,
  )
  if (faults.length > 0) process.exitCode = 1
})

async function verify(config: Config): Promise<LedgerReport> {
  const zone = await reachZone(config)
  // The server answers with the report of verifyLedger.
  if (zone.by === 'server')
    return JSON.parse(await text(await zone.post('/api/v1/ledger-verifications'))) as LedgerReport
  try {
    return await verifyLedger(zone.database.db, config.zoneId)
  } finally {
    await zone.close()
  }
}
