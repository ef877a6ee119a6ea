import { at, jsonb, type Json, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Confirmation } from './command-confirmation.ts'
import type { CommandState } from './command-state.ts'
import type { NewCommand } from './device-command.ts'
import { noteDeed, type Keeper } from './trail.ts'

/** A command as whoever decides on it finds it. */
type Proposal = {
  readonly id: string
  readonly deviceId: string
  readonly kind: string
  readonly body: Json
  readonly state: CommandState
  readonly actorId: string
  readonly actorName: string
  readonly reason: string | null
  readonly confirmUntil: EpochMs
  readonly waitS: number
  readonly needsOther: boolean
  readonly decidedAt: EpochMs | null
}

export type ProposalError =
  | { readonly kind: 'command_not_found'; readonly id: string }
  | { readonly kind: 'command_not_proposed'; readonly state: CommandState }
  | { readonly kind: 'confirmation_over'; readonly until: string; readonly value: number }
  | { readonly kind: 'confirmed_by_other'; readonly value: string }
  | { readonly kind: 'confirmed_by_same'; readonly value: string }

/** How a command stands after a decision. */
export type Standing = { readonly id: string; readonly state: CommandState }

/**
 * Keeps a command that a person must confirm before its device hears of it.
 * @returns until when it may be confirmed
 * Source: own. Three statements.
 */
export async function proposeCommand(
  tx: Tx,
  zoneId: string,
  command: Omit<NewCommand, 'expiresAt'> & { readonly waitS: number },
  { confirmS, needsOther }: Confirmation,
  now: EpochMs,
): Promise<EpochMs> {
  const { id, deviceId, kind, body, actorId, actorName, reason, waitS } = command
  const until = epochMs(now + confirmS * 1_000)
  await tx
    .insertInto('telemetry_command')
    .values({
      zone_id: zoneId,
      id,
      device_id: deviceId,
      kind,
      body: jsonb(body),
      state: 'proposed',
      actor_id: actorId,
      actor_name: actorName,
      reason,
      created_at: at(now),
      expires_at: at(until),
      confirm_until: at(until),
      wait_s: waitS,
      needs_other: needsOther,
    })
    .execute()
  const who = { accountId: actorId, name: actorName }
  await noteDeed(tx, zoneId, { kind: 'device', id: deviceId }, who, now, {
    verb: 'propose',
    reason,
    data: { command: id, kind, body },
  })
  return until
}

/** A command that is, or was, to be confirmed, locked until the transaction ends; null when there is none. */
export async function lockProposal(tx: Tx, zoneId: string, deviceId: string, id: string): Promise<Proposal | null> {
  const row = await tx
    .selectFrom('telemetry_command')
    .select(['id', 'device_id as deviceId', 'kind', 'body', 'state', 'actor_id as actorId', 'actor_name as actorName'])
    .select(['reason', 'confirm_until as confirmUntil', 'wait_s as waitS', 'needs_other as needsOther'])
    .select('decided_at as decidedAt')
    .where('zone_id', '=', zoneId)
    .where('device_id', '=', deviceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return null
  const { confirmUntil, waitS, ...rest } = row
  return confirmUntil === null || waitS === null ? null : { ...rest, confirmUntil, waitS }
}

/**
 * Whether somebody may confirm a command now.
 * @returns `standing`: it was confirmed before, and stands so; `confirm`: it may be
 * Pure. O(1).
 */
export function decideConfirmation(
  { state, decidedAt, confirmUntil, needsOther, actorId, actorName }: Proposal,
  who: Keeper,
  now: EpochMs,
): Result<'standing' | 'confirm', ProposalError> {
  if (state === 'withdrawn') return err({ kind: 'command_not_proposed', state })
  const isSame = actorId === who.accountId
  if (needsOther && isSame) return err({ kind: 'confirmed_by_same', value: actorName })
  if (!needsOther && !isSame) return err({ kind: 'confirmed_by_other', value: actorName })
  if (decidedAt !== null) return ok('standing')
  // The clock decides, also where the round that marks it has not come by yet.
  if (state === 'expired' || now >= confirmUntil)
    return err({ kind: 'confirmation_over', until: new Date(confirmUntil).toISOString(), value: confirmUntil })
  return state === 'proposed' ? ok('confirm') : err({ kind: 'command_not_proposed', state })
}

/**
 * Lets a proposed command wait for its device, from now on.
 * @param proposal  locked and decided
 * Source: own. Two statements.
 */
export async function confirmProposal(
  tx: Tx,
  zoneId: string,
  { id, deviceId, kind, body, waitS, actorName: proposedBy }: Proposal,
  seen: number | null,
  who: Keeper,
  now: EpochMs,
): Promise<Standing> {
  await tx
    .updateTable('telemetry_command')
    .set({
      state: 'queued',
      expires_at: at(epochMs(now + waitS * 1_000)),
      decided_at: at(now),
      decided_by_id: who.accountId,
      decided_by_name: who.name,
    })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  const data = { command: id, kind, body, proposedBy, ...(seen === null ? {} : { seen }) }
  await noteDeed(tx, zoneId, { kind: 'device', id: deviceId }, who, now, { verb: 'confirm', data })
  return { id, state: 'queued' }
}

/**
 * Takes a proposed command back; again, it stays taken back.
 * @param proposal  locked
 * Source: own. Two statements.
 */
export async function withdrawProposal(
  tx: Tx,
  zoneId: string,
  { id, deviceId, kind, state, decidedAt, actorName: proposedBy }: Proposal,
  who: Keeper,
  now: EpochMs,
): Promise<Result<Standing, ProposalError>> {
  // What is over by time is over as well: whoever takes it back has what they want.
  if (state === 'withdrawn' || (state === 'expired' && decidedAt === null)) return ok({ id, state })
  if (state !== 'proposed') return err({ kind: 'command_not_proposed', state })
  await tx
    .updateTable('telemetry_command')
    .set({
      state: 'withdrawn',
      answered_at: at(now),
      decided_at: at(now),
      decided_by_id: who.accountId,
      decided_by_name: who.name,
    })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  await noteDeed(tx, zoneId, { kind: 'device', id: deviceId }, who, now, {
    verb: 'withdraw',
    data: { command: id, kind, proposedBy },
  })
  return ok({ id, state: 'withdrawn' })
}
