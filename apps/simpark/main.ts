import { setTimeout as sleep } from 'node:timers/promises'
import { Refused } from './api.ts'
import { answerFiles } from './bank-run.ts'
import { carryOn, openCarriage } from './carriage.ts'
import { livePast, prepareZone, type Watch, type Zone } from './build.ts'
import { openEconomy } from './economy.ts'
import { reportFigures } from './figures.ts'
import { driveShipment, openExport } from './export.ts'
import { startFleet } from './fleet/run.ts'
import { enterFreight } from './freight.ts'
import { headStart } from './head-start.ts'
import { liveOn } from './live.ts'
import { sayOpinions } from './opinions.ts'
import { openMarket } from './market.ts'
import { readOptions } from './options.ts'
import { startReporting } from './regulator/run.ts'
import { startStations } from './stations/run.ts'

const verbose = process.env.SIM_LOG === 'debug'
let told = -10

const watch: Watch = {
  onProgress: (percent) => {
    if (percent < told + 10 || percent === 100) return
    told = percent
    console.log(`  The demo zone is being built: ${percent} %`)
  },
  onRefused: (what, error) => {
    if (verbose) console.error(`  refused: ${what}: ${error.message}`)
  },
}

/** The process beside a demo server: builds the zone at the first start, then lives on. */
async function main(): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
  // A server that was killed takes its simulation with it.
  const parent = process.ppid
  setInterval(() => process.ppid === parent || process.exit(0), 1_000).unref()
  const options = readOptions(process.env)
  const startedAt = performance.now()
  const zone = await prepareZone(options, watch)
  const { live } = await zone.people.machine.api.demo.status()
  const office = live ? undefined : await livePast(zone, watch)
  if (!live) console.log(`  The demo zone is ready (${Math.round((performance.now() - startedAt) / 1_000)} s)`)
  void letDrive(zone, options.dataDir)
  void letMeasure(zone)
  void letCarry(zone, stop.signal)
  void letBank(zone, stop.signal)
  void letExport(zone)
  void letTrade(zone)
  void letReport(zone, options.dataDir)
  await liveOn(zone, watch, stop.signal, office)
}

/** The zone lives on without trucks when they cannot be put on the roads. */
async function letDrive(zone: Zone, dataDir: string): Promise<void> {
  try {
    await startFleet(zone, dataDir, watch, (line) => console.log(`  ${line}`))
  } catch (error) {
    console.error(error instanceof Refused ? `  No trucks: ${error.message}` : error)
  }
}

const bankTurnMs = 60_000

/** The bank answers the files that it is given, some days late. */
async function letBank(zone: Zone, signal: AbortSignal): Promise<void> {
  // What it said while nobody listened it says again.
  for (let after = Date.now() - 4 * 86_400_000; !signal.aborted; await sleep(bankTurnMs)) {
    const until = Date.now()
    try {
      await answerFiles(zone, watch, { after, until })
      after = until
    } catch (error) {
      console.error(error instanceof Refused ? `  The bank is silent: ${error.message}` : error)
    }
  }
}

/** Nor does it need stations. */
async function letMeasure(zone: Zone): Promise<void> {
  try {
    await startStations(zone, watch, (line) => console.log(`  ${line}`))
  } catch (error) {
    console.error(error instanceof Refused ? `  No monitoring stations: ${error.message}` : error)
  }
}

/** Nor somewhere to report to. */
async function letReport(zone: Zone, dataDir: string): Promise<void> {
  try {
    await startReporting(zone, dataDir, watch, (line) => console.log(`  ${line}`))
  } catch (error) {
    console.error(error instanceof Refused ? `  No monitoring system: ${error.message}` : error)
  }
}

/** Nor does it need what is exported. */
async function letExport(zone: Zone): Promise<void> {
  try {
    const sent = await openExport(zone)
    for (const one of sent) await driveShipment(zone, one, watch)
  } catch (error) {
    console.error(error instanceof Refused ? `  No export: ${error.message}` : error)
  }
}

/** Nor does it need chains and a market. */
async function letTrade(zone: Zone): Promise<void> {
  try {
    await reportFigures(zone, watch)
    await openEconomy(zone, watch)
    await openMarket(zone, watch)
  } catch (error) {
    console.error(error instanceof Refused ? `  No economy: ${error.message}` : error)
  }
}

const carryTurnMs = 20_000

/** Nor does it need a freight register, or what is carried. */
async function letCarry(zone: Zone, signal: AbortSignal): Promise<void> {
  try {
    await enterFreight(zone, watch)
    const loadId = await openCarriage(zone, watch)
    await headStart(zone, loadId, watch)
    await sayOpinions(zone, watch)
    for (; !signal.aborted; await sleep(carryTurnMs)) await carryOn(zone, loadId, watch, Date.now())
  } catch (error) {
    console.error(error instanceof Refused ? `  No freight: ${error.message}` : error)
  }
}

try {
  await main()
} catch (error) {
  // The server restarts what fails; a moment's pause keeps a refusing server from being asked in a circle.
  console.error(error instanceof Refused ? `  simpark: ${error.message}` : error)
  await sleep(500)
  process.exit(1)
}
