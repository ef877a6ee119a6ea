import { randomUUID } from 'node:crypto'
import type { Sheet } from './sheet.ts'
import { fullMarks } from './sheet.ts'
import { ask, type ServerProcess } from './server.ts'
import { loopOf, moveCommand, raiseCommand, type BenchZone, type Command } from './zone.ts'

/** A case that a client takes from one command to the next. */
export type Course = { id: string | null; rev: number; step: number }

/** One kind of case and how it goes on: the next command, null when there is nothing to do yet, `over` at the end. */
export type Loop = {
  readonly kind: string
  readonly next: (server: ServerProcess, course: Course) => Promise<Command | null | 'over'>
}

/** Commands one after the other, each made from how the case stands. */
const steps = (
  kind: string,
  begin: () => Command,
  moves: readonly (readonly [key: string, move: object])[],
  path: string,
): Loop => ({
  kind,
  next: async (_server, { id, rev, step }) => {
    if (id === null) return begin()
    const move = moves[step]
    return move ? moveOn(path, id, rev, move) : 'over'
  },
})

const moveOn = (path: string, id: string, rev: number, [key, move]: readonly [string, object]): Command => {
  const commandId = randomUUID()
  return { commandId, key, path: `${path}/${id}/moves`, body: { move: { ...move, commandId, rev } } }
}

const beginBy = (key: string, path: string, body: () => object): Command => {
  const commandId = randomUUID()
  return { commandId, key, path, body: { commandId, ...body() } }
}

/** Needs from raising to striking off. */
export const needsLoop = (zone: BenchZone): Loop => {
  const moves = loopOf(zone)
  return {
    kind: 'appeal',
    next: async (_server, { id, rev, step }) => {
      const move = moves[step]
      if (id === null) return raiseCommand(zone)
      return move ? moveCommand(id, rev, move) : 'over'
    },
  }
}

/** What the loops of other modules need beside the zone: their departments, institutions, a campaign, people with keys. */
export type LoopZone = {
  readonly home: string
  readonly campaignId: string
  readonly sheet: Sheet
  readonly keys: {
    readonly applicant: string
    readonly window: string
    readonly officers: readonly string[]
    readonly heads: readonly string[]
    readonly nurse: string
    readonly doctor: string
    readonly county: string
    readonly prefecture: readonly string[]
  }
}

/** A patient who is sent up and whose stay is concluded. */
export function referralLoop({ home, keys }: LoopZone): Loop {
  const items = [
    'referral_form',
    'case_abstract',
    'medication_list',
    'test_results',
    'ability_assessment',
    'consent_form',
  ]
  const begin = () =>
    beginBy(keys.nurse, '/referrals', () => ({
      fromId: home,
      urgency: 'planned',
      patientCode: 'A-0417',
      birthYear: 1941,
      reason: '发热待查',
      condition: '发热三天，血氧偏低，已吸氧。',
      abilityLevel: 3,
      needs: ['oxygen'],
      consent: true,
      consentScope: ['care', 'files', 'follow_up'],
      synthetic: true,
    }))
  return steps(
    'referral',
    begin,
    [
      [keys.doctor, { move: 'accept', bed: '3 区 12 床', readyAt: Date.now() + 86_400_000 }],
      [keys.nurse, { move: 'depart' }],
      [keys.nurse, { move: 'hand_over', items }],
      [keys.doctor, { move: 'take_over', items }],
      [keys.doctor, { move: 'conclude', reason: 'settled', words: '' }],
    ],
    '/referrals',
  )
}

/** A team that applies for the honour and is scored by the county and the prefecture. */
export function reviewLoop(zone: BenchZone, { campaignId, sheet, keys }: LoopZone): Loop {
  const marks = fullMarks(sheet)
  const score = { move: 'score', marks, reasons: {} }
  return steps(
    'review',
    () =>
      beginBy(zone.keys.firm, '/safety/applications', () => ({
        campaignId,
        enterpriseId: zone.enterpriseId,
        team: `合成班组 ${randomUUID().slice(0, 8)}`,
        leader: '示例班长',
        members: 8,
        periodFrom: '2025-01-01',
        periodTo: '2025-12-31',
        synthetic: true,
      })),
    [
      [zone.keys.firm, { move: 'submit', marks }],
      [keys.county, score],
      [zone.keys.lead, { move: 'decide', outcome: 'accept' }],
      ...keys.prefecture.map((key) => [key, score] as const),
    ],
    '/safety/applications',
  )
}

const answers = {
  firm_kind: ['individual'],
  shop_kind: ['restaurant'],
  sign: ['no'],
  gathering: ['no'],
  staff_certificates: ['all'],
  applied_by: ['self'],
}
const values = {
  shop_name: '示例拌面馆',
  firm_type: 'individual',
  firm_address: '示例路1号',
  firm_phone: '13800000000',
  legal_rep_name: '示例申请人',
  // Nobody's: no place has the number 999999.
  legal_rep_id: '999999199003070012',
  delivery_way: 'e_licence',
  declaration_true: true,
  signature: '示例申请人',
  signed_on: '2025-09-29',
  area_m2: 45,
  seats: 16,
  food_items: ['hot'],
  sells_cold_or_raw: false,
  manager_name: '示例管理员',
  staff_count: 3,
}
const promised = 'r_food_manager'
const materials = [
  'r_premises_right',
  'r_domicile_promise',
  'r_floor_plan',
  'r_food_rules',
  'r_equipment_list',
  'r_operation_flow',
  promised,
  'r_health_certificates',
].map((code) => ({ code, how: code === promised ? 'promised' : 'handed_in', fileIds: [] }))

/** A restaurant that is applied for, accepted on a promise, its items reviewed and granted: a case with three kinds of children. */
export function servicesLoop({ keys }: LoopZone): Loop {
  const begin = () =>
    beginBy(keys.applicant, '/applications', () => ({
      oneThing: 'restaurant',
      applicant: { kind: 'enterprise', name: '示例拌面馆' },
      mode: 'window',
      fields: {
        answers,
        values,
        materials,
        consents: ['identity', 'contact'],
        promise: { workingDays: 3, signedBy: '示例申请人', agreed: true },
      },
    }))
  return {
    kind: 'application',
    next: async (server, { id, rev, step }) => {
      if (id === null) return begin()
      if (step === 0) return moveOn('/applications', id, rev, [keys.applicant, { move: 'submit' }])
      if (step === 1) {
        const judgements = await verdicts(server, keys.window, `/applications/${id}`)
        return judgements.length === 0
          ? null
          : moveOn('/applications', id, rev, [keys.window, { move: 'judge_materials', judgements }])
      }
      if (step === 2) return moveOn('/applications', id, rev, [keys.window, { move: 'accept_tolerant', words: '' }])
      return reviewItem(server, keys, id)
    },
  }
}

type Given = { readonly code: string; readonly mark: string; readonly standing: string }

/** A good verdict on everything that was handed in and not judged yet. */
async function verdicts(server: ServerProcess, key: string, path: string) {
  const { body } = await ask(server.url, key, 'GET', path)
  const { materials: given } = body as { readonly materials: readonly Given[] }
  return given
    .filter(({ standing }) => standing === 'unjudged')
    .map(({ code, mark }) => ({ material: code, mark, qualified: true }))
}

type ItemRow = { readonly id: string; readonly rev: number; readonly state: string }

/** The next thing that an officer or a head can do about the items of an application. */
async function reviewItem(
  server: ServerProcess,
  keys: LoopZone['keys'],
  applicationId: string,
): Promise<Command | null> {
  for (const key of [...keys.officers, ...keys.heads]) {
    const path = `/item-cases?waiting=true&limit=10&applicationId=${applicationId}`
    const { status, body } = await ask(server.url, key, 'GET', path)
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
    const [item] = (body as { readonly rows: readonly ItemRow[] }).rows
    if (!item) continue
    if (item.state === 'approval') {
      if (keys.heads.includes(key))
        return moveOn('/item-cases', item.id, item.rev, [key, { move: 'approve', words: '' }])
      continue
    }
    if (item.state === 'special')
      return moveOn('/item-cases', item.id, item.rev, [key, { move: 'finish_special', words: '已现场核查' }])
    if (item.state !== 'review' || !keys.officers.includes(key)) continue
    const judgements = await verdicts(server, key, `/item-cases/${item.id}`)
    const move =
      judgements.length > 0 ? { move: 'judge_materials', judgements } : { move: 'pass_review', opinion: '齐全' }
    return moveOn('/item-cases', item.id, item.rev, [key, move])
  }
  return null
}
