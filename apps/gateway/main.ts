// A gateway in a process of its own: npm run gateway.
import { resolve, join } from 'node:path'
import { pino } from 'pino'
import * as z from 'zod'
import { migrate, openDatabase } from '@tingzhou/db'
import { openFileStore } from '@tingzhou/files'
import { epochMs } from '@tingzhou/kernel'
import { openForwarding } from '@tingzhou/telemetry'
import { callsOf } from './connector/calls.ts'
import { openGateway } from './gateway.ts'
import { keepMedium } from './keep-medium.ts'
import { readSources } from './mqtt-source/config.ts'
import { gatewayEnvironment, gatewayOptions, portsOf, tlsFault } from './options.ts'
import { stopOnSignal } from './stop-on-signal.ts'

const text = z.string().trim().min(1)
const Environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/ }),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(8),
  TELEMETRY_STREAM: text
    .regex(/^[a-z0-9-]{1,60}$/)
    .refine((name) => name !== 'server', 'a name that no other process has; "server" is the server\'s')
    .default('gateway'),
  ...gatewayEnvironment,
})
type Environment = z.infer<typeof Environment>

const countsMs = 60_000

async function main(): Promise<void> {
  const environment = readEnvironment()
  if (typeof environment === 'string') {
    console.error(`tingzhou gateway: ${environment}`)
    process.exit(1)
  }
  stopOnSignal(await open(environment))
}

/** @returns what the environment sets, or what is wrong with it */
function readEnvironment(): Environment | string {
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''))
  const read = Environment.safeParse(given)
  if (read.success) return tlsFault(read.data) ?? read.data
  const lines = read.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  return `the configuration cannot be used:\n${lines.join('\n')}`
}

/** Opens everything. @returns what closes it, in the right order */
async function open(environment: Environment): Promise<() => Promise<void>> {
  const { DATABASE_URL: databaseUrl, ZONE_ID: zoneId, HOST: host } = environment
  const log = pino({ level: environment.LOG_LEVEL })
  const clock = () => epochMs(Date.now())
  const options = gatewayOptions(environment, false)
  const sources = options.mqttSourcesFile === null ? null : await readSources(options.mqttSourcesFile)
  const calls = await callsOf(options, environment.TELEMETRY_STREAM)
  const database = await openDatabase({ databaseUrl, connectionsMax: environment.DATABASE_CONNECTIONS })
  await migrate(database)
  const files = await openFileStore(join(resolve(environment.DATA_DIR), 'files'))
  const deps = { database, zoneId, clock, log, stream: environment.TELEMETRY_STREAM }
  const telemetry = await openForwarding({ ...deps, nats: options.nats })
  const shared = { db: database.db, zoneId, clock, log }
  const gateway = await openGateway(
    {
      ...shared,
      telemetry,
      keepMedium: keepMedium({ ...shared, files }),
      ...(options.tls ? { tls: options.tls } : {}),
      ...(sources ? { sources } : {}),
      calls,
      name: environment.TELEMETRY_STREAM,
    },
    portsOf(host, options),
  )
  log.info({ ports: gateway.ports, zone: zoneId, nats: options.nats !== null }, 'the gateway listens')
  // Nobody asks this process over HTTP: what it counts stands in its log, and where a server shows it.
  const timer = setInterval(() => log.info({ counts: gateway.counters.read() }, 'counted since the start'), countsMs)
  return async () => {
    clearInterval(timer)
    await gateway.close()
    await telemetry.close()
    await database.close()
  }
}

await main()
