import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { epochMs, type Clock } from '@tingzhou/kernel'
import { createAccess, openSetup, settleOrigin, type OidcConfig } from '@tingzhou/access'
import { listenForAlarms } from '@tingzhou/alarms'
import { createCalendarStore } from '@tingzhou/calendar'
import { openCompute } from '@tingzhou/compute'
import { migrate, openDatabase, repoRoot, type Database } from '@tingzhou/db'
import { createDemoModule, openDemoZone, type DemoZone } from '@tingzhou/demo'
import { collectEventHandlers, createRelay, type Relay } from '@tingzhou/events'
import { openFileStore } from '@tingzhou/files'
import { openGeography } from '@tingzhou/geography'
import { createHttp, type Deps, type HttpLimits, type Log, type ServerModule } from '@tingzhou/http'
import { openTelemetry, startReceiving, startTaking } from '@tingzhou/telemetry'
import { prepareTimers, type TimerRunner } from '@tingzhou/timers'
import type { Config } from './config.ts'
import { holdDataDir, readSecret, type HeldDataDir } from './data-dir.ts'
import { openFieldGateway } from './field-gateway.ts'
import { createModules } from './modules.ts'

/** What tests and other starters may replace. */
export type ServerOptions = {
  /** An open database instead of the one that the configuration names; it stays open when the server closes. */
  readonly database?: Database
  readonly clock?: Clock
  readonly log?: Log
  readonly modules?: readonly ServerModule[]
  readonly limits?: Partial<HttpLimits>
  /** Whether events and timers run by themselves; tests may call `relay.settle` and `timers.runDue` instead. */
  readonly background?: boolean
  /** The program of the threads for long work; absent: it is done on the server's own. */
  readonly computeFile?: string
}

/** A server that listens. */
export type Server = {
  readonly app: FastifyInstance
  readonly deps: Deps
  readonly relay: Relay
  readonly timers: TimerRunner
  readonly url: string
  readonly port: number
  readonly demo: boolean
  /** The clock of the demo and how far it is built; null where the zone is real. */
  readonly demoZone: DemoZone | null
  /** Credential of this machine's commands. */
  readonly token: string
  /** Where the first administrator is created; null when there is one. */
  readonly setupUrl: string | null
  readonly close: () => Promise<void>
}

const demoPassword = 'tingzhou-demo'

/**
 * Opens the database, brings it to the schema, wires every module, listens.
 * @throws DataDirHeld when another server runs on the data folder; Error when a part cannot start: nothing stays open then
 */
export async function createServer(config: Config, options: ServerOptions = {}): Promise<Server> {
  const stops: (() => Promise<void> | void)[] = []
  const close = async () => {
    const errors: unknown[] = []
    // What cannot be closed well keeps nothing else open.
    for (const stop of stops.splice(0).toReversed())
      try {
        await stop()
      } catch (error) {
        errors.push(error)
      }
    if (errors.length > 0) throw new AggregateError(errors, 'the server could not be closed well')
  }
  try {
    return await start(config, options, stops, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  config: Config,
  options: ServerOptions,
  stops: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<Server> {
  const realClock = options.clock ?? (() => epochMs(Date.now()))
  const log = options.log ?? pino({ level: config.logLevel })
  const held = holdDataDir(config.dataDir, Date.now())
  stops.push(held.release)
  const database = options.database ?? (await open(config))
  if (!options.database) stops.push(database.close)
  const ran = await migrate(database)
  if (ran.length > 0) log.info({ migrations: ran }, 'the schema was brought forward')

  const { zoneId } = config
  const { demo } = await settleOrigin(database.db, zoneId, config, realClock())
  const demoZone = demo ? await openDemoZone({ db: database.db, zoneId, realClock }, config.demoDays) : null
  const clock = demoZone?.clock ?? realClock
  const ownModules = options.modules ?? createModules(config)
  const modules = demoZone ? [...ownModules, createDemoModule(demoZone, () => timers)] : ownModules
  const background = options.background !== false
  const { deps, attach } = await createDeps({
    config,
    database,
    clock,
    realClock,
    log,
    demo,
    background,
    token: held.token,
    computeFile: options.computeFile ?? null,
  })
  stops.push(deps.telemetry.close, deps.geography.close)
  const gateway = await openFieldGateway(deps, realClock, config, background)
  stops.push(gateway.close)
  deps.fieldGateway = gateway.face
  if (background) receiveFromGateways(deps, config, stops)
  for (const module of modules) {
    const stop = await module.start?.(deps)
    if (stop) stops.push(stop)
  }
  // Before the modules, who wait for what they have asked of it.
  stops.push(deps.compute.close)
  const relay = createRelay(deps, collectEventHandlers(modules, deps))
  attach(relay)
  const timers = await prepareTimers(deps, modules)
  if (background) runBackground(relay, timers, stops)

  const app = await createHttp(deps, {
    modules,
    identify: deps.access.identify,
    hub: relay.hub,
    sites: [
      { path: '/', folder: join(repoRoot(), 'dist/web') },
      { path: '/phone/', folder: join(repoRoot(), 'dist/phone') },
    ],
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    limits: { ...limitsOf(config), ...options.limits },
  })
  app.addHook('onResponse', async (request) => {
    // What a change told is passed on at once instead of at the relay's next second.
    if (request.method !== 'GET') relay.wake()
  })
  stops.push(() => app.close())
  const port = await listen(app, config, held)
  const setupToken = demo ? null : await openSetup(database.db, zoneId, clock())
  const setupUrl = setupToken === null ? null : `${config.publicUrl}/setup?token=${setupToken}`
  const url = `http://localhost:${port}`
  return { app, deps, relay, timers, url, port, demo, demoZone, token: held.token, setupUrl, close }
}

function open(config: Config): Promise<Database> {
  if (config.databaseUrl !== null)
    return openDatabase({ databaseUrl: config.databaseUrl, connectionsMax: config.connectionsMax })
  const dataDir = join(config.dataDir, 'db')
  // Made with the bundle: unpacking it is faster than building an empty database.
  const image = join(repoRoot(), 'dist/image.tar')
  return openDatabase({ dataDir, ...(!existsSync(dataDir) && existsSync(image) ? { image } : {}) })
}

type DepsParts = {
  readonly config: Config
  readonly database: Database
  readonly clock: Clock
  /** What devices live by, also in a demo whose clock is moved. */
  readonly realClock: Clock
  readonly log: Log
  readonly demo: boolean
  readonly background: boolean
  readonly token: string
  readonly computeFile: string | null
}

/** The relay needs the modules' handlers, which need the ports: the events port is filled by `attach`. */
async function createDeps(parts: DepsParts): Promise<{ deps: Deps; attach: (relay: Relay) => void }> {
  const { config, database, clock, log } = parts
  const { zoneId } = config
  let relay: Relay | null = null
  const attached = (): Relay => {
    if (!relay) throw new Error('events are used before the server has started')
    return relay
  }
  const oidc = oidcOf(config)
  const access = createAccess({
    db: database.db,
    clock,
    zoneId,
    log,
    publicUrl: config.publicUrl,
    secret: config.authSecret ?? readSecret(config.dataDir),
    machineToken: parts.token,
    ...(oidc ? { oidc } : {}),
    ...(parts.demo ? { demoPassword } : {}),
  })
  const files = await openFileStore(join(config.dataDir, 'files'))
  const telemetry = await openTelemetry(
    { database, zoneId, clock: parts.realClock, log, stream: 'server' },
    parts.background,
  )
  listenForAlarms(telemetry, parts.background)
  // Listens from the first reading on, before anything is heard.
  const geography = await openGeography(
    { db: database.db, zoneId, clock, log, telemetry, wake: () => relay?.wake() },
    config.routeService,
    parts.background,
  ).catch(async (error: unknown) => {
    await telemetry.close()
    throw error
  })
  const deps: Deps = {
    db: database.db,
    database,
    clock,
    zoneId,
    log,
    access,
    calendar: createCalendarStore({ zoneId }),
    files,
    events: {
      get hub() {
        return attached().hub
      },
      wake: () => relay?.wake(),
    },
    telemetry,
    geography,
    compute: openCompute(parts.computeFile),
    fieldGateway: null,
  }
  return { deps, attach: (made) => (relay = made) }
}

/** Gateways in processes of their own hand over by the database, which an embedded one has no other process for, or by NATS. */
function receiveFromGateways(deps: Deps, config: Config, stops: (() => Promise<void> | void)[]): void {
  if (config.databaseUrl !== null) stops.push(startTaking(deps))
  if (config.nats) stops.push(startReceiving({ ...deps, nats: config.nats }).close)
}

function runBackground(relay: Relay, timers: TimerRunner, stops: (() => Promise<void> | void)[]): void {
  relay.start()
  stops.push(relay.stop)
  timers.start()
  stops.push(timers.stop)
}

async function listen(app: FastifyInstance, config: Config, held: HeldDataDir): Promise<number> {
  await app.listen({ port: config.port, host: config.host })
  // A TCP listener has a port.
  const { port } = app.server.address() as AddressInfo
  held.announce(port)
  return port
}

function limitsOf({ requestsPerMinute }: Config): Partial<HttpLimits> {
  if (requestsPerMinute === null) return {}
  return { perMinute: { account: requestsPerMinute, address: requestsPerMinute, machine: requestsPerMinute * 50 } }
}

function oidcOf({ oidc }: Config): OidcConfig | null {
  if (!oidc) return null
  return {
    name: oidc.OIDC_NAME,
    issuer: oidc.OIDC_ISSUER,
    clientId: oidc.OIDC_CLIENT_ID,
    clientSecret: oidc.OIDC_CLIENT_SECRET,
    authorizationUrl: oidc.OIDC_AUTHORIZATION_URL,
    tokenUrl: oidc.OIDC_TOKEN_URL,
    userInfoUrl: oidc.OIDC_USERINFO_URL,
  }
}
