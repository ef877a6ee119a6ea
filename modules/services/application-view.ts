import type { Db } from '@tingzhou/db'
import { problemText } from '@tingzhou/http'
import { copiesOf, draftProblems, planOfApplication } from './application-check.ts'
import { findRow } from './application-list.ts'
import { applicationMovable } from './application-moves.ts'
import { standOnApplication } from './application-stand.ts'
import { certificatesOf } from './certificate-view.ts'
import { shownName } from './certificate.ts'
import type { Application } from './dossier.ts'
import { itemsOf } from './item-view.ts'
import { filesOf, materialViews } from './material-view.ts'
import { offerMoves } from './move.ts'
import { planView } from './plan-view.ts'
import { deciderOf, departmentIn, type Planned } from './plan.ts'
import { placesOfApplication } from './place-view.ts'
import { promisesOf } from './promise-view.ts'
import { clockView, type Reader } from './reader.ts'
import { revocationsOf } from './revocation-view.ts'
import type { Words } from './words.ts'

/** One application with everything on it, as the reader may see it; null when it is out of reach or does not exist. */
export async function findApplication(reader: Reader, id: string) {
  const { deps, actor, lang } = reader
  const { db, zoneId } = deps
  const found = await findRow(reader, id)
  if (!found) return null
  const row: Application = await db
    .selectFrom('service_application')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const planned = await planOfApplication(db, deps, row)
  const copies = await copiesOf(db, zoneId, id)
  const files = await filesOf(
    db,
    zoneId,
    copies.flatMap(({ fileIds }) => fileIds),
  )
  const stand = await standOnApplication(db, deps, actor, row)
  const { body } = planned.stored
  const wordsOf = (list: readonly { readonly code: string; readonly name: Words }[], code: string): Words =>
    list.find((one) => one.code === code)?.name ?? { zh: code, en: code }
  const naming = (code: string) => ({
    item: wordsOf(body.items, code),
    department: nameOfDecider(planned, code),
  })
  const open = row.state === 'draft' || row.state === 'correction'
  const materials = await materialViews(db, deps, { applicationId: id, planned, copies, files, item: null })
  const bad = row.state === 'correction' ? materials.filter(({ standing }) => standing === 'unqualified') : []
  const again = bad.map(({ code }) => ({ field: `materials.${code}`, value: code, rule: 'material_not_renewed' }))
  return {
    ...found,
    applicant: {
      ...found.applicant,
      name: stand.applicant || stand.official ? row.applicant_name : shownName(row.target, row.applicant_name),
    },
    answers: Object.fromEntries(Object.entries(row.answers).map(([code, chosen]) => [code, [...chosen]])),
    values: { ...row.field_values },
    disputes: row.disputes.map(({ field, words }) => ({ field, words })),
    promiseGiven: row.promise_given,
    consents: row.consents,
    deliverBy: row.deliver_by,
    postTo: row.post_to,
    plan: planView(planned, lang),
    problems: open
      ? [...draftProblems(planned, row, copies), ...again].map((problem) => ({
          ...problem,
          message: ruleWords(problem.rule),
        }))
      : [],
    materials,
    corrections: await correctionsOf(db, zoneId, id),
    refusal: row.refusal,
    itemCases: await itemsOf(reader, id),
    clockJoint: clockView(reader, { startedAt: row.accepted_at, dueAt: row.joint_due_at, days: row.joint_days }),
    sumDays: row.sum_days,
    promises: await promisesOf(reader, id, (code) => wordsOf(body.materials, code)),
    supplements: await supplementsOf(db, zoneId, id, naming),
    certificates: await certificatesOf(reader, id),
    revocations: await revocationsOf(reader, id, naming),
    packageId: row.package_id,
    packages: await placesOfApplication(reader, row, body),
    ratingWords: row.rating_words,
    followUpId: stand.applicant || stand.official ? row.follow_up_id : null,
    nextStep: row.next_step,
    waitingFor: await waitingFor(db, zoneId, id),
    moves: offerMoves(applicationMovable, stand, row),
  }
}

/** The department that decides an item, here or in its place. */
function nameOfDecider(planned: Planned, code: string) {
  const item = planned.stored.body.items.find((one) => one.code === code)
  return item ? deciderOf(planned, item) : departmentIn(planned, '')
}

/** A rule in both languages; its limit after the colon. */
function ruleWords(rule: string): Words {
  const [kind = rule, limit] = rule.split(/:(.*)/s)
  const say = (lang: 'zh-CN' | 'en') => {
    const { title } = problemText(lang, `rule_${kind}`, 'services')
    return limit === undefined ? title : `${title} (${limit})`
  }
  return { zh: say('zh-CN'), en: say('en') }
}

async function correctionsOf(db: Db, zoneId: string, applicationId: string) {
  const rows = await db
    .selectFrom('correction_list')
    .select(['round', 'asked_at', 'asked_by_name', 'head_reason', 'asks', 'answered_at'])
    .where('zone_id', '=', zoneId)
    .where('application_id', '=', applicationId)
    .orderBy('round')
    .limit(50)
    .execute()
  return rows.map((row) => ({
    round: row.round,
    at: row.asked_at,
    by: row.asked_by_name,
    headReason: row.head_reason,
    asks: row.asks.map((line) => ({ ...line })),
    answeredAt: row.answered_at,
  }))
}

async function supplementsOf(
  db: Db,
  zoneId: string,
  applicationId: string,
  naming: (code: string) => { readonly item: Words; readonly department: ReturnType<typeof departmentIn> },
) {
  const lists = await db
    .selectFrom('service_supplement')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('application_id', '=', applicationId)
    .orderBy('day')
    .limit(100)
    .execute()
  if (lists.length === 0) return []
  const asks = await db
    .selectFrom('supplement_ask as k')
    .innerJoin('item_case as i', (join) =>
      join.onRef('i.zone_id', '=', 'k.zone_id').onRef('i.id', '=', 'k.item_case_id'),
    )
    .select(['k.supplement_id', 'k.item_case_id', 'k.material', 'k.field', 'k.words', 'i.code'])
    .where('k.zone_id', '=', zoneId)
    .where(
      'k.supplement_id',
      'in',
      lists.map(({ id }) => id),
    )
    .orderBy('k.asked_at')
    .limit(500)
    .execute()
  const files = await filesOf(
    db,
    zoneId,
    lists.flatMap(({ file_ids }) => file_ids),
  )
  return lists.map((list) => ({
    id: list.id,
    day: list.day,
    state: list.state,
    dueAt: list.due_at,
    asks: asks
      .filter((one) => one.supplement_id === list.id)
      .map((one) => ({
        material: one.material,
        field: one.field,
        words: one.words,
        itemCaseId: one.item_case_id,
        ...naming(one.code),
      })),
    words: list.words,
    suppliedAt: list.supplied_at,
    files: list.file_ids.flatMap((id) => files.get(id) ?? []),
    rev: list.rev,
  }))
}

/** Who must act next on the application itself: the parties of its open tasks, or the roles of those without one. */
async function waitingFor(db: Db, zoneId: string, applicationId: string) {
  const rows = await db
    .selectFrom('process_task as t')
    .leftJoin('party as p', (join) => join.onRef('p.zone_id', '=', 't.zone_id').onRef('p.id', '=', 't.party_id'))
    .select(['t.roles', 't.party_id', 'p.name'])
    .where('t.zone_id', '=', zoneId)
    .where('t.business_id', '=', applicationId)
    .where('t.state', '=', 'open')
    .limit(20)
    .execute()
  return rows.flatMap(({ roles, party_id, name }) =>
    party_id === null ? roles.map((role) => ({ id: role, name: role })) : [{ id: party_id, name: name ?? '' }],
  )
}
