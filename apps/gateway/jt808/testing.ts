import { pino } from 'pino'
import { newId, type Json } from '@tingzhou/db'
import type { TestDatabase } from '@tingzhou/db/testing'
import type { MessageOf } from '@tingzhou/jt808'
import { epochMs } from '@tingzhou/kernel'
import {
  addDevice,
  addNode,
  openTelemetry,
  queueCommand,
  saveProfile,
  type DeviceSettings,
  type PointTemplate,
  type Telemetry,
} from '@tingzhou/telemetry'
import { openGateway, type Gateway, type GatewayDeps } from '../gateway.ts'
import { connectTerminal, type TestTerminal } from '../testing.ts'

/** A gateway of its own, with trucks whose equipment has a position and nothing else. */
export type Stage = {
  readonly zoneId: string
  readonly clock: { now: number }
  readonly telemetry: Telemetry
  readonly gateway: Gateway
  /** @returns the device's id */
  readonly addTruck: (phone: string, settings?: DeviceSettings) => Promise<string>
  readonly connect: (phone: string, version?: '2011' | '2013' | '2019') => Promise<TestTerminal>
  /** Asks something of a device, for a minute. @returns the order's id */
  readonly order: (deviceId: string, kind: string, body: Json, forMs?: number) => Promise<string>
  readonly orderState: (id: string) => Promise<{ readonly state: string; readonly answer: Json }>
  readonly close: () => Promise<void>
}

/** Opens a stage. @param keepMedium  what becomes of media */
export async function openStage(
  test: TestDatabase,
  keepMedium: GatewayDeps['keepMedium'] = async () => {},
): Promise<Stage> {
  const zoneId = newId()
  const clock = { now: Date.UTC(2026, 10, 27, 4, 0) }
  const now = () => epochMs(clock.now)
  const log = pino({ level: 'silent' })
  const telemetry = await openTelemetry({ database: test.database, zoneId, clock: now, log, stream: 'test' }, false)
  const deps = { db: test.db, zoneId, clock: now, log, telemetry, keepMedium }
  const gateway = await openGateway(deps, { host: '127.0.0.1', jt808: 0, jt808Udp: 0 })
  const terminals: TestTerminal[] = []
  return {
    zoneId,
    clock,
    telemetry,
    gateway,
    addTruck: async (phone, settings = {}) => {
      const id = await addTruck(test, zoneId, now(), phone, settings)
      await gateway.poll()
      return id
    },
    connect: async (phone, version) => {
      const terminal = await connectTerminal(gateway.ports.jt808 ?? 0, phone, version)
      terminals.push(terminal)
      return terminal
    },
    order: async (deviceId, kind, body, forMs = 60_000) => {
      const id = newId()
      const who = { actorId: 'a', actorName: '甲', reason: null }
      const expiresAt = epochMs(clock.now + forMs)
      await queueCommand(test.db, zoneId, { id, deviceId, kind, body, expiresAt, ...who }, now())
      await gateway.poll()
      return id
    },
    orderState: (id) =>
      test.db
        .selectFrom('telemetry_command')
        .select(['state', 'answer'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow(),
    close: async () => {
      for (const terminal of terminals) terminal.close()
      await gateway.close()
      await telemetry.close()
    },
  }
}

const name = { zh: '货车', en: 'Truck' }
const position: PointTemplate = {
  key: 'POS',
  kind: 'position',
  name: { zh: '位置', en: 'Position' },
  unit: null,
  resolution: 1,
  euLow: null,
  euHigh: null,
  sampleMs: 10_000,
  staleAfterS: 60,
  counterMax: null,
}

function addTruck(
  { db }: TestDatabase,
  zoneId: string,
  now: ReturnType<typeof epochMs>,
  phone: string,
  settings: DeviceSettings,
): Promise<string> {
  return db.transaction().execute(async (tx) => {
    await saveProfile(tx, zoneId, { key: 'truck', name, points: [position] }, now)
    const nodeId = newId()
    await addNode(tx, zoneId, {
      id: nodeId,
      parentId: null,
      level: 'equipment',
      segment: `T${phone}`,
      name,
      profileKey: 'truck',
      partyId: null,
    })
    const device = { id: newId(), protocol: 'jt808', identity: phone, name: phone, nodeId, secret: null } as const
    const added = await addDevice(tx, zoneId, { ...device, settings })
    if (!added.ok) throw new Error(`not added: ${JSON.stringify(added.error)}`)
    return added.value.id
  })
}

/** A report of a truck under way, with a place. */
export const positionAt = (
  timeMs: number,
  more: Partial<MessageOf<'position'>['body']> = {},
): MessageOf<'position'>['body'] => ({
  alarmBits: 0,
  statusBits: 0b11,
  latitude: 44.007806,
  longitude: 87.305341,
  altitudeM: 577,
  speedKmh: 65,
  directionDeg: 271,
  timeMs,
  items: [],
  ...more,
})
