import { goodVerdicts } from './restaurant.fixture.ts'
import type { servicesZone } from './testing.ts'

type Zone = Awaited<ReturnType<typeof servicesZone>>

const values = {
  firm_name: '合成示例餐饮有限公司',
  firm_uscc: '91350100M000100Y43',
  firm_phone: '13800000000',
  project_name: '示例项目',
  site_address: '示例路1号',
  delivery_way: 'e_licence',
  declaration_true: true,
  signature: '示例申请人',
  signed_on: '2025-09-29',
  works_route: '沿示例路北侧',
  works_from: '2025-10-20',
  water_gas_length_m: 350,
  power_length_m: 100,
  water_m3_day: 20,
}
const materials = [
  'u_application',
  'u_site_plan',
  'u_project_record',
  'u_route_map',
  'u_works_plan',
  'u_land_proof',
  'u_load_list',
  'u_restore_promise',
  'u_traffic_plan',
  'u_heat_plan',
]

/** An application for water with a road dug up, submitted: its joint survey goes through both of its special steps. */
export async function utilitiesSubmitted(zone: Zone): Promise<string> {
  const { applicant } = zone.people
  const id = await zone.create(applicant, {
    oneThing: 'utilities',
    applicant: { kind: 'enterprise', enterpriseId: null, name: '合成示例餐饮有限公司' },
    mode: 'window',
    visitId: null,
    fields: {
      answers: { utilities: ['water'], works: ['digging'], applied_by: ['self'] },
      values,
      materials: materials.map((code) => ({ code, how: 'handed_in', fileIds: [] })),
      consents: ['identity', 'contact'],
    },
  })
  await zone.move(id, applicant, 'submit')
  return id
}

/** The same, taken in by the window. */
export async function utilitiesAccepted(zone: Zone): Promise<string> {
  const id = await utilitiesSubmitted(zone)
  await takenIn(zone, id)
  return id
}

/** What was handed in is judged, and the window takes the application in. */
export async function takenIn(zone: Zone, id: string): Promise<void> {
  await zone.move(id, zone.people.window, 'judge_materials', { judgements: await goodVerdicts(zone, id) })
  await zone.move(id, zone.people.window, 'accept', { words: '' })
}
