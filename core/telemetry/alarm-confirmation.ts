import { sql } from 'kysely'
import { at, jsonb, newId, type Tx } from '@tingzhou/db'
import { alarmFlags, alarmsResetByAnswer, confirmableAlarms } from '@tingzhou/jt808'
import { epochMs, type EpochMs } from '@tingzhou/kernel'

/** An alarm of a position's alarm word that somebody has acknowledged. */
export type AcknowledgedBit = { readonly point: number; readonly bit: number }

const bitsOf = (names: readonly (typeof alarmFlags)[number][]): ReadonlySet<number> =>
  new Set(names.map((name) => alarmFlags.indexOf(name)))
const held: ReadonlySet<number> = bitsOf(alarmsResetByAnswer)
const confirmable: ReadonlySet<number> = bitsOf(confirmableAlarms)
// A day: a terminal that is away for longer has forgotten its alarm.
const waitsMs = 86_400_000

/**
 * Tells terminals that a person has acknowledged alarms which they hold until they hear so: one order for each terminal, and one for
 * what only an answer to a report can tell. Other devices have no such alarms.
 * @param alarms  at most 200
 * Source: JT/T 808-2013 and -2019, 0x8203, 0x8001 and the alarm bits that these reset. Two statements, none where no alarm is held so.
 */
export async function confirmAtTerminals(
  tx: Tx,
  zoneId: string,
  alarms: readonly AcknowledgedBit[],
  who: { readonly accountId: string; readonly name: string },
  now: EpochMs,
): Promise<void> {
  const told = alarms.filter(({ bit }) => held.has(bit))
  if (told.length === 0) return
  const { rows } = await sql<{ id: string; bits: number[] }>`
    select d.id, array_agg(distinct a.bit) as bits
    from unnest(${told.map(({ point }) => point)}::integer[], ${told.map(({ bit }) => bit)}::integer[],
      ${told.map(({ bit }) => confirmable.has(bit))}::boolean[]) as a (point, bit, confirmable)
    join telemetry_point p on p.zone_id = ${zoneId} and p.id = a.point and p.kind = 'position'
    join telemetry_device d on d.zone_id = p.zone_id and d.node_id = p.node_id
    where d.protocol = 'jt808' and d.state = 'active'
    group by d.id, a.confirmable`.execute(tx)
  if (rows.length === 0) return
  const orders = rows.map(({ id, bits }) => ({
    zone_id: zoneId,
    id: newId(),
    device_id: id,
    kind: 'confirm_alarm',
    // 0: every alarm of these kinds.
    body: jsonb({ alarmSerial: 0, alarmBits: bits.reduce((sum, bit) => sum + 2 ** bit, 0) }),
    state: 'queued' as const,
    actor_id: who.accountId,
    actor_name: who.name,
    reason: null,
    created_at: at(now),
    expires_at: at(epochMs(now + waitsMs)),
    sent_at: null,
    answered_at: null,
    answer: null,
  }))
  await tx.insertInto('telemetry_command').values(orders).execute()
}
