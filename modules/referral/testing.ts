import { caseZone } from '@tingzhou/casework/testing'
import { newId, type Database } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Actor, Role } from '@tingzhou/parties'
import { signAgreement } from './agreement.ts'
import { enterInstitution } from './institution.ts'
import { makeMove } from './moves.ts'
import type { Move, MoveName } from './order-contract.ts'
import { createReferral, type NewReferral } from './order.ts'
import { referralHost } from './process.ts'
import { loadRules } from './rules.ts'

/** Content that a clerk could have written. */
export const patient: Omit<NewReferral, 'fromId'> = {
  urgency: 'urgent',
  patientCode: 'A-0417',
  birthYear: 1941,
  reason: '发热待查',
  condition: '发热三天，血氧偏低，已吸氧。',
  abilityLevel: 3,
  needs: ['oxygen', 'wheelchair'],
  needsWords: '',
  consent: true,
  consentScope: ['care', 'files', 'follow_up'],
  fileIds: [],
  synthetic: true,
}

/** A small zone for tests: a care home with two hospitals on its list, one person a side, a clock that only the test moves. */
export async function testZone(database: Database, start: EpochMs) {
  const cases = await caseZone(database, start, (ports) => [referralHost(ports)])
  const { zoneId, deps, now } = cases
  const { db } = database
  await db.transaction().execute((tx) => loadRules(tx, zoneId, now()))
  const person = (role: Role, partyId: string | null = null): Actor => ({
    accountId: newId(),
    name: `${role} ${partyId?.slice(-4) ?? ''}`,
    kind: 'person',
    lang: 'zh-CN',
    memberships: [{ role, partyId }],
  })
  const admin = person('admin')
  const institution = async (kind: 'care_home' | 'hospital', name: string): Promise<string> => {
    const entered = await db
      .transaction()
      .execute((tx) => enterInstitution(tx, deps, admin, { kind, name, phone: '', synthetic: true }))
    if (!entered.ok) throw new Error(JSON.stringify(entered.error))
    return entered.value.id
  }
  const agree = async (homeId: string, hospitalId: string, priority: number): Promise<string> => {
    const signed = await db.transaction().execute((tx) =>
      signAgreement(tx, deps, admin, {
        homeId,
        hospitalId,
        priorityUp: priority,
        priorityDown: priority,
        validFrom: '2026-01-01',
        validTo: null,
        note: '',
        synthetic: true,
      }),
    )
    if (!signed.ok) throw new Error(JSON.stringify(signed.error))
    return signed.value.id
  }
  const home = await institution('care_home', '合成甲养老院')
  const first = await institution('hospital', '合成乙医院')
  const second = await institution('hospital', '合成丙医院')
  await agree(home, first, 1)
  await agree(home, second, 2)
  const people = {
    admin,
    coordinator: person('coordinator'),
    nurse: person('dept_officer', home),
    first: person('dept_officer', first),
    second: person('dept_head', second),
    stranger: person('dept_officer', newId()),
  }
  /** Whoever acts for an institution. */
  const clerkOf = (id: string | null): Actor => person('dept_officer', id ?? newId())
  const orderOf = (id: string) =>
    db.selectFrom('referral').selectAll().where('zone_id', '=', zoneId).where('id', '=', id).executeTakeFirstOrThrow()
  const tryCreate = (over: Partial<NewReferral> = {}, actor: Actor = people.nurse, commandId = newId()) =>
    createReferral(deps, actor, commandId, { ...patient, fromId: home, ...over })
  const create = async (over: Partial<NewReferral> = {}, actor: Actor = people.nurse): Promise<string> => {
    const created = await tryCreate(over, actor)
    if (!created.ok) throw new Error(JSON.stringify(created.error))
    return created.value.id
  }
  /** Makes a move on the present revision; gives the result. */
  const tryMove = async (id: string, actor: Actor, move: MoveName, input: object = {}) => {
    const { rev } = await orderOf(id)
    // The test writes the fields of the move it names.
    return makeMove(deps, actor, id, { commandId: newId(), rev, move, ...fieldsOf(move, now()), ...input } as Move)
  }
  const move = async (id: string, actor: Actor, name: MoveName, input: object = {}) => {
    const moved = await tryMove(id, actor, name, input)
    if (!moved.ok) throw new Error(`${name}: ${JSON.stringify(moved.error)}`)
    return moved.value.state
  }
  /** Lets time pass; every timer fires when it is due. */
  const advance = (seconds: number) => cases.moveTo(epochMs(now() + Math.round(seconds * 1_000)))
  /** Brings an order into care at the first hospital. */
  const bringIn = async (id: string, receiver: Actor = people.first, sender: Actor = people.nurse) => {
    await move(id, receiver, 'accept')
    await move(id, sender, 'depart')
    await move(id, sender, 'hand_over')
    return move(id, receiver, 'take_over')
  }
  return {
    zoneId,
    deps,
    people,
    institutions: { home, first, second },
    institution,
    agree,
    clerkOf,
    orderOf,
    tryCreate,
    create,
    tryMove,
    move,
    advance,
    wait: cases.wait,
    bringIn,
    now,
  }
}

/** Every field of a move, as a careful clerk fills it in. */
function fieldsOf(move: MoveName, now: EpochMs): object {
  const everything = [
    'referral_form',
    'case_abstract',
    'medication_list',
    'test_results',
    'ability_assessment',
    'consent_form',
  ]
  const fields: Readonly<Record<MoveName, object>> = {
    accept: { bed: '三区 12 床', readyAt: now + 2 * 3_600_000, words: '' },
    decline: { reason: 'no_bed', words: '' },
    depart: { transport: '救护车' },
    hand_over: { items: everything, words: '' },
    take_over: { items: everything, words: '' },
    ready: { condition: '体温正常，可回院照护。', abilityLevel: 2, needs: [], needsWords: '', urgency: 'planned' },
    conclude: { reason: 'settled', words: '' },
    summarise: { text: '住院七天，抗感染治疗后好转。', fileIds: [] },
    follow_up: { result: 'stable', text: '进食与睡眠正常。' },
    cancel: { words: '家属改变主意' },
    offer_to: { words: '' },
    give_up: { words: '周边机构均无床位' },
  }
  return fields[move]
}
