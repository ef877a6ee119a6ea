import { sql } from 'kysely'
import { at, expectRevision, jsonb, newId, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { addDevice, hashSecret, type DeviceError, type DeviceSettings, type DeviceState } from './device.ts'
import type { Protocol } from './protocol.ts'
import type { DeviceSource } from './source-contract.ts'
import { followSource, type ResolutionFixed } from './source-points.ts'
import type { FirstContact } from './first-contact.ts'
import { noteDeed, type Keeper } from './trail.ts'

export type LifecycleError =
  | StaleRevision
  | { readonly kind: 'not_found' }
  | { readonly kind: 'device_not_active'; readonly state: DeviceState }

type Locked = {
  readonly id: string
  readonly protocol: Protocol
  readonly identity: string
  readonly name: string
  readonly nodeId: string
  readonly settings: DeviceSettings
  readonly rev: number
}

/** The row of a device in use, locked until the transaction ends. */
async function lockActive(tx: Tx, zoneId: string, id: string): Promise<Result<Locked, LifecycleError>> {
  const row = await tx
    .selectFrom('telemetry_device')
    .select(['id', 'protocol', 'identity', 'name', 'node_id', 'state', 'settings', 'rev'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const { node_id: nodeId, state, ...rest } = row
  // Who is in use is built into something.
  return state === 'active' && nodeId !== null ? ok({ ...rest, nodeId }) : err({ kind: 'device_not_active', state })
}

/** Whether a device is in use, and stays so until the transaction ends. */
export async function shareActive(tx: Tx, zoneId: string, id: string): Promise<Result<null, LifecycleError>> {
  const row = await tx
    .selectFrom('telemetry_device')
    .select('state')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  return row.state === 'active' ? ok(null) : err({ kind: 'device_not_active', state: row.state })
}

/** Whoever holds devices in memory finds what changed by its time, which is the database's. */
const touched = { changed_at: sql<Date>`clock_timestamp()`, rev: sql<number>`rev + 1` }

const update = (tx: Tx, zoneId: string, id: string) =>
  tx.updateTable('telemetry_device').where('zone_id', '=', zoneId).where('id', '=', id)

/** What a keeper sets of a device. */
export type DeviceWish = Required<Pick<DeviceSettings, 'isLenient' | 'isTrusted' | 'coordinates'>> & {
  readonly name: string
  /** The name of a profile of deviations; null: as the standard says. */
  readonly profile: string | null
  /** The version of a JT/T 808 header that does not say it; null: nobody says it. Absent: as it was. */
  readonly before2019?: '2011' | '2013' | null | undefined
  /** What an HJ 212 data logger is told when it calls for the first time; null: nothing. Absent: as it was. */
  readonly firstContact?: FirstContact | null | undefined
  /** Where its machine is; null of a protocol whose devices call themselves. */
  readonly source: DeviceSource | null
}

/**
 * Sets the name of a device and how it departs from its protocol. A connection that stands goes on as it began where reading is
 * concerned; coordinates count from the next report on. Points that its source calls otherwise now are called so.
 * @param rev  what the writer saw
 * @returns the new revision
 * Source: own. Five statements.
 */
export async function setDevice(
  tx: Tx,
  zoneId: string,
  id: string,
  wish: DeviceWish,
  rev: number,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, LifecycleError | ResolutionFixed>> {
  const found = await lockActive(tx, zoneId, id)
  if (!found.ok) return found
  const { settings: before, name: nameBefore, nodeId } = found.value
  const expected = expectRevision(found.value.rev, rev)
  if (!expected.ok) return expected
  const { name, profile, source, before2019 = before.before2019 ?? null, ...others } = wish
  const { firstContact = before.firstContact ?? null, ...rest } = others
  const followed = source === null ? ok(null) : await followSource(tx, zoneId, nodeId, before.source, source)
  if (!followed.ok) return followed
  const { profile: _profile, source: _source, before2019: _before2019, firstContact: _contact, ...kept } = before
  const named = {
    ...(profile === null ? {} : { profile }),
    ...(source === null ? {} : { source }),
    ...(before2019 === null ? {} : { before2019 }),
    ...(firstContact === null ? {} : { firstContact }),
  }
  const settings: DeviceSettings = { ...kept, ...rest, ...named }
  await update(tx, zoneId, id)
    .set({ name, settings: jsonb(settings), ...touched })
    .execute()
  await noteDeed(tx, zoneId, { kind: 'device', id }, who, now, {
    verb: 'set',
    data: { before: { name: nameBefore, ...before }, after: { name, ...settings } },
  })
  return ok({ rev: rev + 1 })
}

/**
 * Takes a device out of use: it is heard no longer, its commands end, its identity is free for another. What it sent stays with
 * its equipment, what was asked of it and its pictures with it.
 * Source: own. Four statements.
 */
export async function retireDevice(
  tx: Tx,
  zoneId: string,
  id: string,
  reason: string,
  who: Keeper,
  now: EpochMs,
): Promise<Result<null, LifecycleError>> {
  const found = await lockActive(tx, zoneId, id)
  if (!found.ok) return found
  await retire(tx, zoneId, id, now)
  await noteDeed(tx, zoneId, { kind: 'device', id }, who, now, {
    verb: 'retire',
    reason,
    data: { identity: found.value.identity },
  })
  return ok(null)
}

async function retire(tx: Tx, zoneId: string, id: string, now: EpochMs): Promise<void> {
  await update(tx, zoneId, id)
    .set({ state: 'retired', secret_sha256: null, ...touched })
    .execute()
  await tx
    .updateTable('telemetry_command')
    .set({ state: 'failed', answered_at: at(now), answer: jsonb({ result: 'retired' }) })
    .where('zone_id', '=', zoneId)
    .where('device_id', '=', id)
    .where('state', 'in', ['queued', 'sent'])
    .execute()
}

/**
 * Puts another device in the place of one: on the same equipment, whose points and history go on, with the same settings. The old
 * one is retired; the new one may have its identity.
 * @param secret  what the new one shows; null where it gets its code by registering
 * Source: own. About ten statements.
 */
export async function replaceDevice(
  tx: Tx,
  zoneId: string,
  id: string,
  wish: { readonly identity: string; readonly secret: string | null; readonly reason: string },
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly id: string }, LifecycleError | DeviceError>> {
  const found = await lockActive(tx, zoneId, id)
  if (!found.ok) return found
  const { protocol, name, nodeId, identity: before } = found.value
  // What the old one was and was told says nothing of the new one.
  const { terminal: _terminal, before2019: _before2019, version: _version, ...rest } = found.value.settings
  const { contacted: _contacted, ...settings } = rest
  const { identity, secret, reason } = wish
  await retire(tx, zoneId, id, now)
  const added = await addDevice(tx, zoneId, { id: newId(), protocol, identity, name, nodeId, secret, settings })
  if (!added.ok) return added
  await noteDeed(tx, zoneId, { kind: 'device', id }, who, now, {
    verb: 'replaced',
    reason,
    data: { identity: before, by: added.value.id, byIdentity: identity },
  })
  await noteDeed(tx, zoneId, { kind: 'device', id: added.value.id }, who, now, {
    verb: 'replaces',
    reason,
    data: { identity, instead: id, insteadIdentity: before },
  })
  return added
}

/**
 * Lets a device prove anew who it is: with a code that is given, or, where it gets its code by registering, whichever terminal
 * registers next is the one that belongs to it.
 * Source: own. Three statements.
 */
export async function renewSecret(
  tx: Tx,
  zoneId: string,
  id: string,
  wish: { readonly secret: string | null; readonly reason: string },
  who: Keeper,
  now: EpochMs,
): Promise<Result<null, LifecycleError>> {
  const found = await lockActive(tx, zoneId, id)
  if (!found.ok) return found
  const { terminal, before2019: _, version: _version, ...settings } = found.value.settings
  await update(tx, zoneId, id)
    .set({
      secret_sha256: wish.secret === null ? null : hashSecret(wish.secret),
      settings: jsonb(settings),
      ...touched,
    })
    .execute()
  await noteDeed(tx, zoneId, { kind: 'device', id }, who, now, {
    verb: 'renew',
    reason: wish.reason,
    data: terminal === undefined ? {} : { terminal },
  })
  return ok(null)
}
