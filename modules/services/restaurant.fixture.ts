import { instantOf } from '@tingzhou/calendar'
import type { Database } from '@tingzhou/db'
import { assert, localDate } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { copiesOf, planOfApplication } from './application-check.ts'
import type { DraftFields } from './application-draft.ts'
import { givenMaterials } from './judgement-store.ts'
import { servicesZone } from './testing.ts'

/** Items of the built-in one-thing 开办餐饮店. */
export const licence = '101100001000'
export const food = '101100002000'
export const sign = '110100001000'

export const start = instantOf(localDate('2025-09-29'), '10:30')
// Nobody's: no place has the number 999999.
const idNumber = '999999199003070012'

export type Zone = Awaited<ReturnType<typeof restaurantZone>>

export const answers = {
  firm_kind: ['individual'],
  shop_kind: ['small_shop'],
  sign: ['yes'],
  gathering: ['no'],
  staff_certificates: ['all'],
  applied_by: ['self'],
}
/** The form of a shop that sets up no sign. */
export const withoutSign = {
  shop_name: '示例拌面馆',
  firm_type: 'individual',
  firm_address: '示例路1号',
  firm_phone: '13800000000',
  legal_rep_name: '示例申请人',
  legal_rep_id: idNumber,
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
export const values = { ...withoutSign, sign_text: '示例拌面馆', sign_length_m: 4, sign_height_m: 1 }

const asked = [
  'r_premises_right',
  'r_domicile_promise',
  'r_floor_plan',
  'r_food_rules',
  'r_equipment_list',
  'r_operation_flow',
  'r_food_manager',
  'r_health_certificates',
  'r_sign_design',
  'r_sign_photo',
  'r_sign_promise',
]

/** Every material that the plan asks, shown at the window; some of them promised. */
export const handedIn = (promised: readonly string[] = [], left: readonly string[] = []) =>
  asked
    .filter((code) => !left.includes(code))
    .map((code) => ({
      code,
      how: promised.includes(code) ? ('promised' as const) : ('handed_in' as const),
      fileIds: [],
    }))

/** A zone whose departments have laid down what they know of the applicant. */
export async function restaurantZone(database: Database) {
  const zone = await servicesZone(database, start)
  const base = 'CJ/GOV/market-regulation/market-regulation-base'
  const day = '2025-09-01'
  await zone.lay('CJ/GOV/service-hall/licence-store/identity-card/v1', idNumber, { seen: true }, day)
  await zone.lay(`${base}/name-check/v1`, idNumber, { free: true }, day)
  await zone.lay(`${base}/operator-barred/v1`, idNumber, false, day)
  await zone.lay(`${base}/licence-revoked-5y/v1`, idNumber, false, day)
  return zone
}

export const draft = (zone: Zone, actor: Actor, fields: DraftFields = {}, mode: 'window' | 'cross_region' = 'window') =>
  zone.create(actor, {
    oneThing: 'restaurant',
    applicant: { kind: 'enterprise', enterpriseId: null, name: '示例拌面馆' },
    mode,
    visitId: null,
    fields: { answers, values, materials: handedIn(), consents: ['identity', 'contact'], ...fields },
  })

/** A draft, submitted, its materials judged at the check, and accepted. */
export async function accepted(zone: Zone, fields: DraftFields = {}, move = 'accept') {
  const { applicant, window } = zone.people
  const id = await draft(zone, applicant, fields)
  await zone.move(id, applicant, 'submit')
  const judgements = await goodVerdicts(zone, id)
  await zone.move(id, window, 'judge_materials', { judgements })
  await zone.move(id, window, move, { words: '' })
  return id
}

export async function itemOf(zone: Zone, id: string, code: string) {
  const item = (await zone.itemsOf(id))[code]
  assert(item, `the item ${code} is open`)
  return item
}

/** A verdict on every copy that was handed in, of one item or of all: qualified, but those that are named. */
export async function goodVerdicts(zone: Zone, id: string, code: string | null = null, bad: readonly string[] = []) {
  const planned = await planOfApplication(zone.services.db, zone.services, await zone.application(id))
  return givenMaterials(planned, await copiesOf(zone.services.db, zone.zoneId, id))
    .filter(({ items, how }) => (code === null || items.includes(code)) && how === 'handed_in')
    .map(({ code: material, mark }) => ({
      material,
      mark: mark ?? '',
      qualified: !bad.includes(material),
      reasonCode: bad.includes(material) ? 'blurred' : null,
      reason: '',
    }))
}

/** The officer of an item judges its materials. */
export async function judgedGood(zone: Zone, id: string, code: string, bad: readonly string[] = []): Promise<void> {
  const item = await itemOf(zone, id, code)
  const judgements = await goodVerdicts(zone, id, code, bad)
  await zone.moveItem(item.id, zone.staff(item.department).officer, 'judge_materials', { judgements })
}

/** Its materials judged and reviewed by an officer, decided by the head. */
export async function decided(
  zone: Zone,
  id: string,
  code: string,
  outcome: 'approve' | 'refuse' = 'approve',
): Promise<string> {
  const item = await itemOf(zone, id, code)
  const { officer, head } = zone.staff(item.department)
  if (outcome === 'approve') await judgedGood(zone, id, code)
  await zone.moveItem(item.id, officer, 'pass_review', { opinion: '材料齐全' })
  return zone.moveItem(item.id, head, outcome, outcome === 'refuse' ? { reason: '不符合条件', basis: '示例条款' } : {})
}
