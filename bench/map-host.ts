// A server of its own with an invented fleet that moves, as the bench of the map looks at it. Environment: DATA_DIR, PORT, TRUCKS,
// REPORT_EVERY_S. Tells where it listens as one line of JSON; a message `usage` is answered with what it has used of its processor.
import { sql } from 'kysely'
import { pino } from 'pino'
import { epochMs } from '@tingzhou/kernel'
import { readConfig } from '../apps/server/config.ts'
import { createServer } from '../apps/server/create-server.ts'
import { addFleet, inventFleet, plant, reportsOf } from './map-fleet.ts'

const { TRUCKS, REPORT_EVERY_S } = process.env
const everyS = Number(REPORT_EVERY_S)
const config = readConfig(process.env, ['--empty'])
const server = await createServer(config, { background: true, log: pino({ level: 'error' }, process.stderr) })
const { database, zoneId, telemetry } = server.deps
await addFleet(database, zoneId, Number(TRUCKS))
await telemetry.catalog.refresh()
const { rows } = await sql<{ id: number }>`
  select id from telemetry_point where zone_id = ${zoneId} and kind = 'position' order by id limit ${Number(TRUCKS)}`.execute(
  database.db,
)
const fleet = inventFleet(rows.map(({ id }) => id))
const began = Date.now()
// A part of the fleet each second, and each truck once in so many seconds.
const parts = Array.from({ length: everyS }, (_, part) => fleet.filter((_, index) => index % everyS === part))
for (const [part, trucks] of parts.entries())
  await telemetry.ingest(reportsOf(trucks, part - everyS, began - (everyS - part) * 1_000))

let turn = 0
const moving = setInterval(() => {
  const now = epochMs(Date.now())
  const trucks = parts[turn++ % everyS] ?? []
  void telemetry.ingest(reportsOf(trucks, (now - began) / 1_000, now))
}, 1_000)

const middle = fleet.findIndex(
  ({ from, start }) => Math.hypot(from[0] - plant[0], from[1] - plant[1]) < 0.05 && start < 0.2,
)
console.log(
  JSON.stringify({ url: `http://127.0.0.1:${server.port}`, token: server.token, point: fleet[middle]?.point }),
)
process.on('message', (wish) => {
  if (wish === 'usage') process.send?.(process.cpuUsage())
})
process.on('SIGTERM', () => {
  clearInterval(moving)
  void server.close().then(() => process.exit(0))
})
