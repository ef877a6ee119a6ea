import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { Changed, Code, Id, line, requiredLine, Why } from './shared-contract.ts'

const positions = z.array(z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])).max(20_000)

/** A GeoJSON Polygon or MultiPolygon, WGS-84. */
export const Polygon = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(positions).min(1).max(100) }),
  z.object({
    type: z.literal('MultiPolygon'),
    coordinates: z.array(z.array(positions).min(1).max(100)).min(1).max(100),
  }),
])
export type Polygon = z.infer<typeof Polygon>

/** What is known about an area. */
export const AreaFacts = z.object({
  code: Code,
  name: requiredLine(60),
  polygon: Polygon.nullable(),
  leadAccountId: z.string().nullable().describe('Area lead 片区负责人.'),
  deputyAccountId: z.string().nullable(),
  partyBranch: line(200).describe('Party branch 党支部, as text.'),
  state: z.enum(['open', 'closed']),
})

/** Area 片区. */
export const Area = AreaFacts.extend({
  id: Id,
  leadName: z.string().nullable(),
  deputyName: z.string().nullable(),
  enterprises: z.int().describe('Enterprises of the area that are not merged into another.'),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})
export type Area = z.infer<typeof Area>

export const AreaInput = AreaFacts.partial().required({ code: true, name: true })
export const AreaChange = AreaInput.partial()
export type AreaChange = z.infer<typeof AreaChange>
export type AreaFacts = z.infer<typeof AreaFacts>
export type AreaInput = z.infer<typeof AreaInput>

/** What is known about a department. */
export const DepartmentFacts = z.object({
  code: Code,
  name: requiredLine(60),
  parentId: Id.nullable(),
  headAccountIds: z.array(z.string().max(100)).max(20),
  dutyPhone: line(40),
  dutyHours: line(200).describe('As text, e.g. 24 h or office hours.'),
  fallbackDepartmentId: Id.nullable().describe('Who takes over when this one is closed or owns nothing 兜底.'),
  state: z.enum(['open', 'closed']),
})

/** Department 部门. */
export const Department = DepartmentFacts.extend({
  id: Id,
  parentName: z.string().nullable(),
  heads: z.array(z.object({ accountId: z.string(), name: z.string() })),
  fallbackName: z.string().nullable(),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})
export type Department = z.infer<typeof Department>

export const DepartmentInput = DepartmentFacts.partial().required({ code: true, name: true })
export const DepartmentChange = DepartmentInput.partial()
export type DepartmentChange = z.infer<typeof DepartmentChange>
export type DepartmentFacts = z.infer<typeof DepartmentFacts>
export type DepartmentInput = z.infer<typeof DepartmentInput>

/** A node of GB/T 4754-2017. */
export const Industry = z.object({
  code: z.string(),
  level: z.int().min(1).max(4).describe('1 section 门类, 2 division 大类, 3 group 中类, 4 class 小类.'),
  parent: z.string().nullable(),
  name: z.string(),
  path: z.array(z.object({ code: z.string(), name: z.string() })).describe('Ancestors, top first.'),
  children: z.int(),
})
export type Industry = z.infer<typeof Industry>

/** Filters of the lists of areas and departments, which are short enough to come whole. */
export const PlaceListInput = z.object({ q: line(100).optional(), state: z.enum(['open', 'closed']).optional() })

const areaTags = ['areas']
export const areaContract = {
  list: oc
    .route({ method: 'GET', path: '/areas', summary: '片区列表', tags: areaTags })
    .input(PlaceListInput)
    .output(z.object({ rows: z.array(Area) })),
  get: oc
    .route({ method: 'GET', path: '/areas/{id}', summary: '片区', tags: areaTags })
    .input(z.object({ id: Id }))
    .output(Area),
  create: oc
    .route({ method: 'POST', path: '/areas', summary: '新增片区', tags: areaTags, successStatus: 201 })
    .input(AreaInput.extend({ commandId: CommandId, synthetic: z.boolean().optional() }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/areas/{id}', summary: '修改片区', tags: areaTags })
    .input(AreaChange.extend({ id: Id, commandId: CommandId, rev: Rev, why: Why }))
    .output(Changed),
}

const departmentTags = ['departments']
export const departmentContract = {
  list: oc
    .route({ method: 'GET', path: '/departments', summary: '部门列表', tags: departmentTags })
    .input(PlaceListInput)
    .output(z.object({ rows: z.array(Department) })),
  get: oc
    .route({ method: 'GET', path: '/departments/{id}', summary: '部门', tags: departmentTags })
    .input(z.object({ id: Id }))
    .output(Department),
  create: oc
    .route({ method: 'POST', path: '/departments', summary: '新增部门', tags: departmentTags, successStatus: 201 })
    .input(DepartmentInput.extend({ commandId: CommandId, synthetic: z.boolean().optional() }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/departments/{id}', summary: '修改部门', tags: departmentTags })
    .input(DepartmentChange.extend({ id: Id, commandId: CommandId, rev: Rev, why: Why }))
    .output(Changed),
}

export const industryContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/industries',
      summary: '行业分类（GB/T 4754-2017）',
      description: 'Children of `parent` (sections without it), or what `q` finds by code or name.',
      tags: ['industries'],
    })
    .input(z.object({ parent: line(10).optional(), q: line(60).optional(), code: line(10).optional() }))
    .output(z.object({ rows: z.array(Industry) })),
}

/** Somebody of the zone's offices. */
export const Official = z.object({
  accountId: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  places: z.array(z.string()).describe('Departments and areas where they hold a role.'),
})
export type Official = z.infer<typeof Official>

// The roles that people of the offices hold; enterprises and machines are not among them.
const officialRoles = [
  'admin',
  'area_lead',
  'dispatcher',
  'dept_head',
  'dept_officer',
  'supervisor',
  'callback_agent',
  'guide',
  'window_officer',
  'duty_officer',
  'visitor_officer',
  'leader',
  'auditor',
] as const

export const officialContract = {
  list: oc
    .route({ method: 'GET', path: '/officials', summary: '可指派的人员', tags: ['officials'] })
    .input(
      z.object({
        q: line(60).optional(),
        role: z.enum(officialRoles).optional(),
        accountId: z
          .union([z.array(z.string()).max(50), z.string().transform((one) => [one])])
          .optional()
          .describe('Only these, for showing names.'),
      }),
    )
    .output(z.object({ rows: z.array(Official) })),
}
