import { createHash, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { grantReach } from '@tingzhou/access'
import { at, jsonb, type Db, type Json, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { FirstContact } from './first-contact.ts'
import { identityOf, type Protocol } from './protocol.ts'
import type { DeviceSource } from './source-contract.ts'

export type DeviceState = 'active' | 'quarantined' | 'retired'

/** How one device departs from what its protocol says. */
export type DeviceSettings = {
  /** The name of a profile of deviations. */
  readonly profile?: string
  /** Read on where something is wrong, and count it. */
  readonly isLenient?: boolean
  /** What its positions are measured in; WGS-84 when absent. */
  readonly coordinates?: 'wgs84' | 'gcj02'
  /** It sends without showing its code; taken because its identity is known. */
  readonly isTrusted?: boolean
  /** The version of a JT/T 808 header that does not say it. */
  readonly before2019?: '2011' | '2013'
  /** The version in which a JT/T 808 terminal spoke last, as its registration or its header says. */
  readonly version?: '2011' | '2013' | '2019'
  /** The terminal that registered first: maker and serial number. */
  readonly terminal?: string
  /** Seconds between two heartbeats of a terminal, where it has said so. */
  readonly heartbeatS?: number
  /** Where its machine is and what is read of it, of a protocol whose machines are called. */
  readonly source?: DeviceSource
  /** What an HJ 212 data logger is told when it calls for the first time. */
  readonly firstContact?: FirstContact
  /** What of that it has been told. */
  readonly contacted?: FirstContact
}

/** A device that may speak, with the points that it fills. */
export type Device = {
  readonly id: string
  readonly identity: string
  readonly name: string
  readonly nodeId: string
  readonly secretSha256: string | null
  readonly settings: DeviceSettings
  /** The points of its equipment by the last part of their code. */
  readonly points: Readonly<Record<string, number>>
}

/** Changes are found by their time: that of the database, which is one however many servers there are. */
const databaseTime = sql<Date>`clock_timestamp()`

export type NewDevice = {
  readonly id: string
  readonly protocol: Protocol
  readonly identity: string
  readonly name: string
  readonly nodeId: string
  readonly secret: string | null
  readonly settings: DeviceSettings
}

/** The form in which a code is kept. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Whether a code is the one that was kept; takes the same time whichever byte differs. */
export function isSecret(secret: string, sha256: string | null): boolean {
  return sha256 !== null && timingSafeEqual(Buffer.from(hashSecret(secret)), Buffer.from(sha256))
}

export type DeviceError =
  | { readonly kind: 'node_not_found'; readonly nodeId: string }
  | { readonly kind: 'identity_taken'; readonly identity: string }

/**
 * Makes a device known. One that stood in quarantine under this identity becomes it; one that was retired stays retired.
 * Who owns the equipment reads what the device sends.
 * Source: own. Three statements.
 */
export async function addDevice(
  tx: Tx,
  zoneId: string,
  device: NewDevice,
): Promise<Result<{ readonly id: string }, DeviceError>> {
  const { protocol, nodeId } = device
  const identity = identityOf(protocol, device.identity)
  const node = await tx
    .selectFrom('telemetry_node')
    .select('party_id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', nodeId)
    .executeTakeFirst()
  if (!node) return err({ kind: 'node_not_found', nodeId })
  const known = {
    name: device.name,
    node_id: nodeId,
    state: 'active' as const,
    secret_sha256: device.secret === null ? null : hashSecret(device.secret),
    settings: jsonb(device.settings),
    changed_at: databaseTime,
  }
  const row = await tx
    .insertInto('telemetry_device')
    .values({
      zone_id: zoneId,
      id: device.id,
      protocol,
      identity,
      ...known,
      first_seen_at: null,
      last_seen_at: null,
      last_address: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'protocol', 'identity'])
        // Written out: with a parameter PostgreSQL no longer finds the index once it plans for every value.
        .where(sql<boolean>`state <> 'retired'`)
        .doUpdateSet({ ...known, rev: sql`telemetry_device.rev + 1` })
        .where('telemetry_device.state', '<>', 'active'),
    )
    .returning('id')
    .executeTakeFirst()
  if (!row) return err({ kind: 'identity_taken', identity })
  if (node.party_id !== null)
    await grantReach(tx, zoneId, [
      { objectKind: 'device', objectId: row.id, partyId: node.party_id, relation: 'enterprise' },
    ])
  return ok({ id: row.id })
}

const quarantinedMax = 10_000

/**
 * Notes a device that spoke and that nobody knows. At most 10 000 stand in quarantine: a flood of invented identities fills
 * no disk.
 * @returns whether there was room
 * Source: own. One statement.
 */
export async function quarantine(
  db: Db,
  zoneId: string,
  id: string,
  seen: { readonly protocol: Protocol; readonly identity: string; readonly name: string; readonly address: string },
  now: EpochMs,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into telemetry_device (zone_id, id, protocol, identity, name, state, first_seen_at, last_seen_at, last_address, refused, changed_at)
    select ${zoneId}, ${id}, ${seen.protocol}, ${seen.identity}, ${seen.name}, 'quarantined', ${at(now)}, ${at(now)}, ${seen.address}, 1, clock_timestamp()
    where (select count(*) from telemetry_device where zone_id = ${zoneId} and state = 'quarantined') < ${quarantinedMax}
      or exists (select from telemetry_device where zone_id = ${zoneId} and protocol = ${seen.protocol} and identity = ${seen.identity} and state <> 'retired')
    on conflict (zone_id, protocol, identity) where state <> 'retired' do update
    set last_seen_at = excluded.last_seen_at, last_address = excluded.last_address, refused = telemetry_device.refused + 1`.execute(
    db,
  )
  return (numAffectedRows ?? 0n) > 0n
}

/** What a gateway saw of its devices since it last told. */
export type Seen = {
  readonly id: string
  /** When and where it was heard last; null: it was not. */
  readonly heard: { readonly at: number; readonly address: string } | null
  readonly superseded: number
}

/**
 * Notes when devices were last heard, a batch at a time.
 * Source: own. One statement.
 */
export async function noteSeen(db: Db, zoneId: string, seen: readonly Seen[]): Promise<void> {
  if (seen.length === 0) return
  await sql`
    update telemetry_device d set last_seen_at = coalesce(to_timestamp(s.at / 1000.0), d.last_seen_at),
      last_address = coalesce(s.address, d.last_address), superseded = d.superseded + s.superseded,
      first_seen_at = coalesce(d.first_seen_at, to_timestamp(s.at / 1000.0))
    from unnest(${seen.map(({ id }) => id)}::uuid[], ${seen.map(({ heard }) => heard?.at ?? null)}::double precision[],
      ${seen.map(({ heard }) => heard?.address ?? null)}::text[], ${seen.map(({ superseded }) => superseded)}::integer[])
      as s (id, at, address, superseded)
    where d.zone_id = ${zoneId} and d.id = s.id`.execute(db)
}

/**
 * Gives a device in use the code that it must show from now on.
 * Source: own. One statement.
 */
export async function setSecret(db: Db, zoneId: string, id: string, secret: string | null): Promise<void> {
  await db
    .updateTable('telemetry_device')
    .set({
      secret_sha256: secret === null ? null : hashSecret(secret),
      changed_at: databaseTime,
      rev: sql`telemetry_device.rev + 1`,
    })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .execute()
}

/**
 * Ties a device in use to the terminal that registers first under its identity.
 * @param said  what it says of itself: maker and serial number, and the layout of its bodies where its header does not tell
 * @returns false when another one is tied already, or the device was retired meanwhile
 * Source: own. One statement.
 */
export async function bindTerminal(
  db: Db,
  zoneId: string,
  id: string,
  { terminal, before2019, version }: Pick<DeviceSettings, 'before2019' | 'version'> & { readonly terminal: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('telemetry_device')
    .set({
      settings: sql`settings || ${jsonb({ terminal, ...(before2019 ? { before2019 } : {}), ...(version ? { version } : {}) })}::jsonb`,
      changed_at: databaseTime,
      rev: sql`telemetry_device.rev + 1`,
    })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where(sql<boolean>`coalesce(settings ->> 'terminal', ${terminal}) = ${terminal}`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Notes how often a device in use is heard when it has nothing to say. What a person has read of it stays as new as it was.
 * @param heartbeatS  seconds
 * Source: own. One statement.
 */
export async function noteHeartbeat(db: Db, zoneId: string, id: string, heartbeatS: number): Promise<void> {
  await db
    .updateTable('telemetry_device')
    .set({ settings: sql`settings || ${jsonb({ heartbeatS })}::jsonb`, changed_at: databaseTime })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .execute()
}

/**
 * Notes in which version a terminal in use speaks now. What a person has read of it stays as new as it was.
 * Source: own. One statement.
 */
export async function noteVersion(
  db: Db,
  zoneId: string,
  id: string,
  version: NonNullable<DeviceSettings['version']>,
): Promise<void> {
  await db
    .updateTable('telemetry_device')
    .set({ settings: sql`settings || ${jsonb({ version })}::jsonb`, changed_at: databaseTime })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .execute()
}

/** The devices of a protocol that may speak, by identity, in memory. */
export type Devices = {
  readonly find: (identity: string) => Device | undefined
  readonly all: () => Iterable<Device>
  /** Reads what changed since the last time. */
  readonly refresh: () => Promise<void>
  /** Reads one device now. */
  readonly reload: (identity: string) => Promise<void>
  readonly size: () => number
}

const pageRows = 5_000
// A row that was written before a later one may become visible after it. Past that only what is newer is read: a fleet that was
// made known in one go would be read again at every look.
const overlapMs = 10_000

/** Where a reading of changes stands: their time, then the id. */
type Change = { readonly at: EpochMs; readonly id: string }

/**
 * Reads the devices of a protocol.
 * Source: own. One statement 5 000 devices.
 */
export async function openDevices(db: Db, zoneId: string, protocol: Protocol): Promise<Devices> {
  const devices = new Map<string, Device>()
  const revisions = new Map<string, number>()
  const take = (row: DeviceRow): void => {
    // Two readings may overtake each other: what is older changes nothing.
    if (row.rev < (revisions.get(row.id) ?? 0)) return
    revisions.set(row.id, row.rev)
    if (row.state === 'active' && row.node_id !== null) devices.set(row.identity, toDevice(row, row.node_id))
    // Another one may have its identity by now.
    else if (devices.get(row.identity)?.id === row.id) devices.delete(row.identity)
  }
  /** The newest change that was read, and since when, on a clock that never goes back. */
  let newest: Change = { at: epochMs(0), id: '' }
  let newestMs = -Infinity
  const refresh = async (): Promise<void> => {
    const begunMs = performance.now()
    let from = begunMs - newestMs > overlapMs ? newest : { at: epochMs(Math.max(0, newest.at - overlapMs)), id: '' }
    for (;;) {
      const rows = await pageOf(db, zoneId, protocol, from)
      for (const row of rows) take(row)
      const last = rows.at(-1)
      if (last) from = { at: last.changed_at, id: last.id }
      if (from.at > newest.at || (from.at === newest.at && from.id > newest.id)) {
        newest = from
        newestMs = begunMs
      }
      if (rows.length < pageRows) return
    }
  }
  const reload = async (identity: string): Promise<void> => {
    const rows = await devicesOf(db, zoneId, protocol).where('d.identity', '=', identity).execute()
    for (const row of rows) take(row)
  }
  await refresh()
  return {
    find: (identity) => devices.get(identity),
    all: () => devices.values(),
    refresh,
    reload,
    size: () => devices.size,
  }
}

type DeviceRow = Awaited<ReturnType<typeof pageOf>>[number]

const toDevice = (row: DeviceRow, nodeId: string): Device => ({
  id: row.id,
  identity: row.identity,
  name: row.name,
  nodeId,
  secretSha256: row.secret_sha256,
  settings: row.settings,
  points: row.points ?? {},
})

const devicesOf = (db: Db, zoneId: string, protocol: Protocol) =>
  db
    .selectFrom('telemetry_device as d')
    .select([
      'd.id',
      'd.identity',
      'd.name',
      'd.node_id',
      'd.state',
      'd.secret_sha256',
      'd.settings',
      'd.changed_at',
      'd.rev',
    ])
    .select(
      sql<Readonly<Record<string, number>> | null>`(select jsonb_object_agg(p.template, p.id) from telemetry_point p
        where p.zone_id = d.zone_id and p.node_id = d.node_id and p.template is not null and p.retired_at is null)`.as(
        'points',
      ),
    )
    .where('d.zone_id', '=', zoneId)
    .where('d.protocol', '=', protocol)

const pageOf = (db: Db, zoneId: string, protocol: Protocol, from: Change) =>
  devicesOf(db, zoneId, protocol)
    .where('d.state', '<>', 'quarantined')
    .where(sql<boolean>`(d.changed_at, d.id::text) > (${at(from.at)}::timestamptz, ${from.id})`)
    .orderBy('d.changed_at')
    .orderBy(sql`d.id::text`)
    .limit(pageRows)
    .execute()

/** What is asked of a device, as the protocol's own code reads it. */
export type DeviceOrder = {
  readonly id: string
  readonly deviceId: string
  readonly kind: string
  readonly body: Json
  /** Past this nobody wants it any more. */
  readonly expiresAt: EpochMs
}
