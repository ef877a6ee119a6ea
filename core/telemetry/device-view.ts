import { sql } from 'kysely'
import type { Db, Json } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type { FieldGateway } from './field-gateway.ts'
import { reachesNode } from './reach.ts'
import { fromSteps } from './sample.ts'
import type { Telemetry } from './telemetry.ts'
import { commandsOf } from './command-kind.ts'
import type { DeviceSettings, DeviceState } from './device.ts'
import type { Protocol } from './protocol.ts'
import { isCalled } from './source-contract.ts'

export type DeviceViewDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Telemetry
  readonly fieldGateway: FieldGateway | null
}

type DeviceFilter = {
  readonly state?: DeviceState | undefined
  readonly protocol?: Protocol | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const visibleDevices = ({ db, zoneId }: DeviceViewDeps, actor: Actor) =>
  db
    .selectFrom('telemetry_device as d')
    .leftJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'd.zone_id').onRef('n.id', '=', 'd.node_id'),
    )
    .select([
      'd.id',
      'd.protocol',
      'd.identity',
      'd.name',
      'd.state',
      'd.node_id as nodeId',
      'n.code as nodeCode',
      'd.last_seen_at as lastSeenAt',
      'd.last_address as lastAddress',
      'd.superseded',
      'd.refused',
    ])
    .where('d.zone_id', '=', zoneId)
    .where(reachesNode(actor, sql`n.party_id`))

/** Devices by identity. One statement. */
export async function listDevices(deps: DeviceViewDeps, actor: Actor, filter: DeviceFilter) {
  let query = visibleDevices(deps, actor)
  if (filter.state) query = query.where('d.state', '=', filter.state)
  if (filter.protocol) query = query.where('d.protocol', '=', filter.protocol)
  if (filter.q) {
    const words = `%${filter.q.replaceAll(/[\\%_]/g, '\\$&')}%`
    query = query.where(sql<boolean>`(d.identity ilike ${words} or d.name ilike ${words} or n.code ilike ${words})`)
  }
  const sort = [
    { ref: sql.ref('d.identity'), order: 'asc', kind: 'string', read: (row: { identity: string }) => row.identity },
    { ref: sql`d.id::text`, order: 'asc', kind: 'string', read: (row: { id: string }) => row.id },
  ] as const
  const { rows, next } = await keysetPage(query, sort, filter)
  const online = new Set(deps.fieldGateway?.online())
  return { rows: rows.map((row) => ({ ...row, online: online.has(row.id) })), next, total: null }
}

const commandsShown = 20

/** A device with its settings, points, last commands and neighbours; null when there is none in reach. Four statements. */
export async function findDevice(deps: DeviceViewDeps, actor: Actor, id: string) {
  const { db, zoneId, telemetry, fieldGateway } = deps
  const found = await visibleDevices(deps, actor)
    .select(['d.rev', 'd.settings'])
    .where('d.id', '=', id)
    .executeTakeFirst()
  if (!found) return null
  const { settings, ...device } = found
  const rows = await db
    .selectFrom('telemetry_point')
    .select(['id', 'code', 'kind', 'name', 'unit'])
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', device.nodeId)
    .where('retired_at', 'is', null)
    .orderBy('code')
    .limit(500)
    .execute()
  const points = rows.map(({ id: point, ...rest }) => {
    const last = telemetry.last.sample(point)
    const resolution = telemetry.catalog.resolutionOf(point)
    return {
      point,
      ...rest,
      last: last ? { at: last.at, value: fromSteps(last.steps, resolution), quality: last.quality } : null,
      lastFix: telemetry.last.fix(point) ?? null,
    }
  })
  return {
    ...device,
    settings: settingsView(settings),
    commandKinds: isSettable(device.protocol, settings) ? spreadOrNull(commandsOf(device.protocol)) : [],
    online: fieldGateway?.online().includes(device.id) ?? false,
    machine:
      device.state === 'active' ? ((await fieldGateway?.machine(device.protocol, device.identity)) ?? null) : null,
    points,
    commands: await listCommands(db, zoneId, id),
    neighbours: device.nodeId === null ? [] : await listNeighbours(db, zoneId, device.nodeId, id),
  }
}

const spreadOrNull = (list: readonly string[] | null): string[] | null => (list === null ? null : [...list])

/** Whether a device takes commands at all: a machine of whose points none is written takes none. */
const isSettable = (protocol: Protocol, { source }: DeviceSettings): boolean =>
  !isCalled(protocol) || (source?.points ?? []).some(({ write }) => write !== null)

const settingsView = ({
  profile,
  isLenient,
  isTrusted,
  coordinates,
  before2019,
  version,
  terminal,
  source,
  firstContact,
  contacted,
}: DeviceSettings) => ({
  profile: profile ?? null,
  isLenient: isLenient ?? false,
  isTrusted: isTrusted ?? false,
  coordinates: coordinates ?? ('wgs84' as const),
  before2019: before2019 ?? null,
  version: version ?? null,
  terminal: terminal ?? null,
  source: source ?? null,
  firstContact: firstContact ?? null,
  contacted: contacted ?? null,
})

const neighboursMax = 20

/** Other devices of the same equipment, the newest first. */
const listNeighbours = (db: Db, zoneId: string, nodeId: string, id: string) =>
  db
    .selectFrom('telemetry_device')
    .select(['id', 'identity', 'state', 'changed_at as changedAt'])
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', nodeId)
    .where('id', '<>', id)
    .orderBy('changed_at', 'desc')
    .limit(neighboursMax)
    .execute()

async function listCommands(db: Db, zoneId: string, deviceId: string) {
  const rows = await db
    .selectFrom('telemetry_command')
    .select(['id', 'kind', 'body', 'state', 'actor_name as actorName', 'reason', 'created_at as createdAt'])
    .select(['expires_at as expiresAt', 'sent_at as sentAt', 'attempts', 'answered_at as answeredAt', 'answer'])
    .select(['confirm_until as confirmUntil', 'needs_other as needsOther'])
    .select(['decided_at as decidedAt', 'decided_by_name as decidedByName'])
    .where('zone_id', '=', zoneId)
    .where('device_id', '=', deviceId)
    .orderBy('created_at', 'desc')
    .limit(commandsShown)
    .execute()
  return rows
}

/** Whether somebody may see a point. One statement. */
export async function reachesPoint({ db, zoneId }: DeviceViewDeps, actor: Actor, point: number): Promise<boolean> {
  const row = await db
    .selectFrom('telemetry_point as p')
    .innerJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'p.zone_id').onRef('n.id', '=', 'p.node_id'),
    )
    .select('p.id')
    .where('p.zone_id', '=', zoneId)
    .where('p.id', '=', point)
    .where(reachesNode(actor, sql`n.party_id`))
    .executeTakeFirst()
  return row !== undefined
}

/** What JSON.parse gave of a request's body is JSON. */
export const asJson = (value: unknown): Json => value as Json
