// A worker that the test kills while it fires a timer: node --import tsx testing-killed.ts DATA_DIR IMAGE BEGUN_MS
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { chain, deployed, drawing, started, testHost, testRuntime, timerAt } from './testing.ts'
import { fireDue } from './timers.ts'

const [dataDir = '', image = '', begun = ''] = process.argv.slice(2)
const database = await openDatabase({ dataDir, image })
const { zoneId, runtime, now, moveTo } = testRuntime(epochMs(Number(begun)))
const host = testHost(zoneId, 'late', {
  remind: async () => {
    process.stdout.write(`${JSON.stringify({ zoneId, firedAt: now() })}\n`)
    // Longer than the test lives: the kill comes first.
    await sleep(600_000)
    return {}
  },
})
await deployed(
  database.db,
  runtime,
  drawing(
    'late',
    `<startEvent id="start"/><userTask id="work" tz:roles="clerk"/><endEvent id="end"/>
    <boundaryEvent id="due" attachedToRef="work" cancelActivity="false">${timerAt('dueAt')}</boundaryEvent>
    <serviceTask id="remind" tz:handler="remind"/><endEvent id="reminded"/>
    ${chain('start', 'work', 'end')}${chain('due', 'remind', 'reminded')}`,
  ),
)
await started(database.db, runtime, host, { dueAt: now() + 1 })
moveTo(now() + 1)
await fireDue(database.db, runtime, [host], now(), () => {})
