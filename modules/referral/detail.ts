import { sql } from 'kysely'
import { offerMoves } from '@tingzhou/casework'
import type { Db } from '@tingzhou/db'
import { loadInstance } from '@tingzhou/process'
import type { z } from 'zod'
import { orderMovable } from './moves.ts'
import type { OrderDetail } from './order-contract.ts'
import { getRules } from './rules.ts'
import { standOf } from './stand.ts'
import { findRow, nameOf, type Reader } from './view.ts'
import { consentScopes } from './words.ts'

type Detail = z.infer<typeof OrderDetail>

/** One order with everything that was done, without the clinical part; null when it is out of reach or does not exist. */
export async function findOrder(reader: Reader, id: string): Promise<Detail | null> {
  const row = await findRow(reader, id)
  if (!row) return null
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const order = await db
    .selectFrom('referral')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const { rules } = await getRules(db, zoneId, order.rule_version)
  const instance = await loadInstance(db, zoneId, order.instance_id)
  const nodes = new Set(instance?.state.tasks.map((task) => task.nodeId) ?? [])
  const stand = standOf(actor, order)
  const readings = await db
    .selectFrom('referral_read')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('order_id', '=', id)
    .executeTakeFirst()
  return {
    ...row,
    consent: order.consent,
    consentScope: consentScopes.filter((scope) => order.consent_scope.includes(scope)),
    bed: order.bed,
    readyAt: order.ready_at,
    transport: order.transport,
    acceptedAt: order.accepted_at,
    departedAt: order.departed_at,
    arrivedAt: order.arrived_at,
    careEndedAt: order.care_ended_at,
    careEnd: order.care_end,
    closedAt: order.closed_at,
    endReason: order.end_reason,
    papersMissing: order.papers_missing,
    ruleVersion: order.rule_version,
    ...(await relatives(db, zoneId, id, order.return_of)),
    offers: await offersOf(db, zoneId, id),
    signatures: await signaturesOf(db, zoneId, id),
    checklist: rules.checklist,
    declineReasons: rules.declineReasons,
    readings: readings?.n ?? 0,
    moves: offerMoves(orderMovable, stand, order, nodes),
  }
}

async function relatives(db: Db, zoneId: string, id: string, returnOf: string | null) {
  const rows = await db
    .selectFrom('referral')
    .select(['id', 'code', 'state', 'return_of'])
    .where('zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('return_of', '=', id), ...(returnOf === null ? [] : [eb('id', '=', returnOf)])]))
    .orderBy('created_at')
    .limit(200)
    .execute()
  const before = rows.find((row) => row.id === returnOf)
  return {
    returnOf: before ? { id: before.id, code: before.code } : null,
    returnedBy: rows
      .filter((row) => row.return_of === id)
      .map(({ id: backId, code, state }) => ({ id: backId, code, state })),
  }
}

async function offersOf(db: Db, zoneId: string, id: string): Promise<Detail['offers']> {
  const rows = await db
    .selectFrom('referral_offer as o')
    .select(['o.number', 'o.institution_id', 'o.agreement_id', 'o.sent_at', 'o.due_at', 'o.answer', 'o.answered_at'])
    .select(['o.reason', 'o.words', nameOf(sql.ref('o.institution_id'), sql.ref('o.zone_id')).as('name')])
    .where('o.zone_id', '=', zoneId)
    .where('o.order_id', '=', id)
    .orderBy('o.number')
    .limit(200)
    .execute()
  return rows.map((row) => ({
    number: row.number,
    institution: { id: row.institution_id, name: row.name ?? row.institution_id },
    listed: row.agreement_id !== null,
    sentAt: row.sent_at,
    dueAt: row.due_at,
    answer: row.answer,
    answeredAt: row.answered_at,
    reason: row.reason,
    words: row.words,
  }))
}

async function signaturesOf(db: Db, zoneId: string, id: string): Promise<Detail['signatures']> {
  const rows = await db
    .selectFrom('referral_signature as s')
    .select(['s.side', 's.at', 's.account_name', 's.institution_id', 's.items', 's.words'])
    .select(nameOf(sql.ref('s.institution_id'), sql.ref('s.zone_id')).as('name'))
    .where('s.zone_id', '=', zoneId)
    .where('s.order_id', '=', id)
    .orderBy('s.at')
    .execute()
  return rows.map((row) => ({
    side: row.side,
    at: row.at,
    by: row.account_name,
    institution: { id: row.institution_id, name: row.name ?? row.institution_id },
    items: row.items,
    words: row.words,
  }))
}
