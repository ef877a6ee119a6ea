// A gateway in a process of its own, as the bench measures it. Environment: DATABASE_URL or DATA_DIR, ZONE_ID, JT808_PORT, HJ212_PORT. Tells its ports on
// standard output; on SIGTERM writes what is open and tells its memory.
import { pino } from 'pino'
import { openDatabase } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { openTelemetry } from '@tingzhou/telemetry'
import { openGateway } from '@tingzhou/gateway'

const { DATABASE_URL, DATA_DIR, ZONE_ID = 'bench' } = process.env
const database = await openDatabase(
  DATABASE_URL ? { databaseUrl: DATABASE_URL, connectionsMax: 8 } : { dataDir: DATA_DIR ?? 'data' },
)
const clock = () => epochMs(Date.now())
const log = pino({ level: 'error' }, process.stderr)
const telemetry = await openTelemetry({ database, zoneId: ZONE_ID, clock, log, stream: 'gateway' })
const gateway = await openGateway(
  { db: database.db, zoneId: ZONE_ID, clock, log, telemetry, keepMedium: async () => {} },
  {
    host: '127.0.0.1',
    jt808: Number(process.env.JT808_PORT ?? 0),
    jt808Udp: null,
    hj212: Number(process.env.HJ212_PORT ?? 0),
  },
)
console.log(JSON.stringify({ port: gateway.ports.jt808, hj212: gateway.ports.hj212 }))
process.on('message', (wish) => {
  if (wish === 'memory')
    process.send?.({
      rss: process.memoryUsage().rss,
      online: gateway.online().length,
      counters: gateway.counters.read(),
      cpu: process.cpuUsage(),
    })
})
process.on('SIGTERM', () => {
  void (async () => {
    await gateway.close()
    await telemetry.close()
    await database.close()
    process.exit(0)
  })()
})
