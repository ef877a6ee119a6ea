import { change, only, say, type Told } from '@tingzhou/casework'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { err, ok } from '@tingzhou/kernel'
import type { ShipmentState } from '../words.ts'
import type { ShipmentDossier } from './case.ts'
import { attachToShipment } from './document.ts'
import { changeSeals, doneAt, handOver, holdForSeals, nobody, sealsOn, tidySeals } from './hand-over.ts'
import type { ShipmentMove } from './move-spec.ts'
import { judge, notLoaded } from './moves-prepare.ts'

const byDispatcher = 'dispatcher_only'

/** The task of each state that may be stopped. */
const nodeOf: Partial<Record<ShipmentState, string>> = {
  declared: 'to_inspect',
  inspected: 'to_release',
  released: 'to_cross',
  crossed: 'to_arrive',
}

/** What the process is told of a stop. Pure. O(1). */
const stopped = ({ row }: ShipmentDossier): Told => ({
  kind: 'complete',
  node: nodeOf[row.state] ?? [],
  vars: { outcome: 'hold' },
})

export const inspect: ShipmentMove<'inspect'> = {
  from: ['declared'],
  may: ({ dispatcher }) => only(dispatcher, byDispatcher),
  run: async ({ tx, dossier, input }) => {
    const { result, inspector, words, place, position, photoIds } = input
    const time = doneAt(dossier, input.at)
    if (!time.ok) return time
    if (result === 'failed' && words === '')
      return err({ kind: 'field_refused', field: 'words', value: '', rule: 'why_failed' })
    const attached = await attachToShipment(tx, dossier, photoIds)
    if (!attached.ok) return attached
    say(dossier, {
      verb: result === 'passed' ? 'inspect' : 'inspection_failed',
      reason: words === '' ? null : words,
      data: { inspector, place, at: time.value, position: position && { ...position }, photoIds: [...photoIds] },
    })
    if (result === 'passed') {
      change(dossier, { inspected_at: time.value })
      return ok({ kind: 'complete', node: 'to_inspect', vars: { outcome: 'pass' } })
    }
    const told = stopped(dossier)
    change(dossier, { held_from: dossier.row.state, hold_reason: 'inspection_failed', hold_words: words })
    return ok(told)
  },
}

export const release: ShipmentMove<'release'> = {
  from: ['inspected'],
  may: ({ dispatcher }) => only(dispatcher, byDispatcher),
  run: async ({ tx, dossier, input }) => {
    const judged = await judge(tx, dossier, 'release', localDateOf(dossier.now))
    if (!judged.ok) return judged
    change(dossier, { released_at: dossier.now, release_reference: input.reference })
    say(dossier, { verb: 'release', data: { reference: input.reference } })
    return ok({ kind: 'complete', node: 'to_release', vars: { outcome: 'release' } })
  },
}

/** At the yard before the crossing, on the other side after it. */
export const handOverMove: ShipmentMove<'hand_over'> = {
  from: ['declared', 'inspected', 'released', 'crossed'],
  may: ({ dispatcher, keeper }) => only(dispatcher || keeper, 'dispatcher_or_keeper'),
  run: async ({ tx, dossier, input }) => {
    const { row } = dossier
    const { point, carrier, vehicle, driver } = input
    if (row.loaded_pieces === null) return err(notLoaded)
    if ((point === 'border') !== (row.state === 'crossed'))
      return err({ kind: 'field_refused', field: 'point', value: point, rule: 'border_after_crossing' })
    const seen = tidySeals(input.seals)
    const due = await sealsOn(tx, dossier)
    const handed = await handOver(tx, dossier, point, seen, { carrier, vehicle, driver }, input)
    if (!handed.ok) return handed
    say(dossier, { verb: `hand_over_${point}`, data: { carrier, vehicle, seals: [...seen], at: handed.value.at } })
    if (!handed.value.differs) return ok(null)
    const told = stopped(dossier)
    holdForSeals(dossier, due, seen)
    return ok(told)
  },
}

export const cross: ShipmentMove<'cross'> = {
  from: ['released'],
  may: ({ dispatcher }) => only(dispatcher, byDispatcher),
  run: async ({ tx, dossier, input }) => {
    const time = doneAt(dossier, input.at)
    if (!time.ok) return time
    // Valid on the day of the crossing, not of the message about it.
    const judged = await judge(tx, dossier, 'cross', localDateOf(time.value))
    if (!judged.ok) return judged
    const seen = tidySeals(input.seals)
    const due = await sealsOn(tx, dossier)
    const handed = await handOver(tx, dossier, 'border', seen, nobody, input)
    if (!handed.ok) return handed
    if (handed.value.differs) {
      const told = stopped(dossier)
      holdForSeals(dossier, due, seen)
      return ok(told)
    }
    change(dossier, { crossed_at: time.value })
    say(dossier, { verb: 'cross', data: { place: input.place, seals: [...seen], at: time.value } })
    return ok({ kind: 'complete', node: 'to_cross', vars: { outcome: 'cross' } })
  },
}

export const arrive: ShipmentMove<'arrive'> = {
  from: ['crossed'],
  may: ({ dispatcher, keeper }) => only(dispatcher || keeper, 'dispatcher_or_keeper'),
  run: async ({ tx, dossier, input }) => {
    const seen = tidySeals(input.seals)
    const due = await sealsOn(tx, dossier)
    const handed = await handOver(tx, dossier, 'warehouse', seen, nobody, input)
    if (!handed.ok) return handed
    if (handed.value.differs) {
      const told = stopped(dossier)
      holdForSeals(dossier, due, seen)
      return ok(told)
    }
    change(dossier, { arrived_at: handed.value.at })
    say(dossier, { verb: 'arrive', data: { place: input.place, seals: [...seen], at: handed.value.at } })
    return ok({ kind: 'complete', node: 'to_arrive', vars: { outcome: 'arrive' } })
  },
}

export const hold: ShipmentMove<'hold'> = {
  from: ['declared', 'inspected', 'released', 'crossed'],
  may: ({ dispatcher, checker, keeper }) => only(dispatcher || checker || keeper, 'dispatcher_or_checker'),
  run: ({ dossier, input }) => {
    const told = stopped(dossier)
    change(dossier, { held_from: dossier.row.state, hold_reason: 'stopped', hold_words: input.reason })
    say(dossier, { verb: 'hold', reason: input.reason })
    return ok(told)
  },
}

/** What may be decided where a shipment was stopped. */
const decisions: Partial<Record<ShipmentState, readonly string[]>> = {
  declared: ['inspect_again', 'send_back'],
  inspected: ['inspect_again', 'send_back'],
  released: ['go_on', 'inspect_again', 'send_back'],
  crossed: ['go_on', 'send_back'],
}

/** A person decides by name; who lets it go on takes the seals that were seen for those that are on. */
export const decide: ShipmentMove<'decide'> = {
  from: ['held'],
  may: ({ checker }) => only(checker, 'checker_only'),
  run: async ({ tx, dossier, input }) => {
    const { row, doer } = dossier
    const { decision, words } = input
    if (doer.actor?.kind !== 'person')
      return err({ kind: 'decision_unfit', field: 'decision', value: doer.name, rule: 'by_a_person' })
    const fit = decisions[row.held_from ?? 'held'] ?? []
    if (!fit.includes(decision))
      return err({ kind: 'decision_unfit', field: 'decision', value: decision, rule: `one_of ${fit.join(', ')}` })
    const data: Record<string, string | readonly string[] | null> = {
      decision,
      heldFrom: row.held_from,
      holdReason: row.hold_reason,
    }
    if (row.hold_reason === 'seals_differ' && decision !== 'send_back') {
      const seen = await seenLast(tx, dossier)
      const on = await sealsOn(tx, dossier)
      const off = on.filter((number) => !seen.includes(number))
      const fresh = seen.filter((number) => !on.includes(number))
      const changed = await changeSeals(tx, dossier, off, fresh, words)
      if (!changed.ok) return changed
      data['seals'] = seen
    }
    if (decision === 'send_back') {
      await changeSeals(tx, dossier, await sealsOn(tx, dossier), [], words)
      change(dossier, { end_reason: words })
    }
    if (decision === 'inspect_again') change(dossier, { inspected_at: null, released_at: null })
    say(dossier, { verb: `decide_${decision}`, reason: words, data })
    const node = ['held_inspect', 'held_border', 'held_road']
    return ok({ kind: 'complete', node, vars: { outcome: decision } })
  },
}

/** The seals of the hand-over that stopped the shipment. One statement. */
async function seenLast(tx: Tx, { deps, row }: ShipmentDossier): Promise<readonly string[]> {
  const last = await tx
    .selectFrom('export_hand_over')
    .select('seals_seen as seen')
    .where('zone_id', '=', deps.zoneId)
    .where('shipment_id', '=', row.id)
    .where('differs', '=', true)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.seen ?? []
}
