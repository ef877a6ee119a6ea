import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Changed, Code, Day, Id, line, Point, requiredLine, Why, Workbook } from './shared-contract.ts'

/** What the unified social credit code turned out to be; it warns and never blocks. */
export const UsccStatus = z.enum(['ok', 'legacy', 'missing', 'malformed'])
export type UsccStatus = z.infer<typeof UsccStatus>
export const Size = z.enum(['large', 'medium', 'small', 'micro'])
export type Size = z.infer<typeof Size>
export const EnterpriseStatus = z.enum(['preparing', 'active', 'suspended', 'moved', 'closed'])
export type EnterpriseStatus = z.infer<typeof EnterpriseStatus>
export const Ownership = z.enum(['state', 'collective', 'private', 'hmt', 'foreign', 'mixed', 'individual', 'other'])
export type Ownership = z.infer<typeof Ownership>

const year = z.int().min(1949).max(2200)
const words = (max: number, length: number) => z.array(requiredLine(length)).max(max)

/** What is known about an enterprise, each piece editable. */
export const EnterpriseFacts = z.object({
  uscc: line(40).nullable().describe('Unified social credit code 统一社会信用代码; a wrong check digit warns.'),
  name: requiredLine(120),
  aliases: words(20, 120),
  areaId: Id.nullable(),
  address: line(300),
  point: Point.nullable().describe('WGS-84.'),
  industry: line(10).nullable().describe('GB/T 4754-2017 code, main.'),
  otherIndustries: words(20, 10),
  founded: Day.nullable(),
  size: Size.nullable(),
  aboveScaleYears: z.array(year).max(60).describe('Years above scale 规上.'),
  ownership: Ownership.nullable(),
  status: EnterpriseStatus,
  source: line(200).describe('Where the entry comes from.'),
  asOf: Day.nullable().describe('The day for which the entry was true at its source.'),
  tags: words(30, 30).describe('E.g. 链主, 规上, 高新技术.'),
  chains: z.array(Code).max(20).describe('Codes of industry chains.'),
  leaderAccountId: z.string().max(100).nullable().describe('Zone leader in charge 包联领导.'),
  guideAccountId: z.string().max(100).nullable().describe('Guide 代办员.'),
})

export const EnterpriseInput = EnterpriseFacts.partial().required({ name: true })
export type EnterpriseInput = z.infer<typeof EnterpriseInput>
/** What a change may enter: what is missing stays. */
export const EnterpriseChange = EnterpriseInput.partial()
export type EnterpriseChange = z.infer<typeof EnterpriseChange>
export type EnterpriseFacts = z.infer<typeof EnterpriseFacts>

/** Enterprise 企业, whole. */
export const Enterprise = EnterpriseFacts.extend({
  id: Id,
  usccStatus: UsccStatus,
  usccConfirmed: z.object({ by: z.string(), at: Instant }).nullable().describe('Who confirmed a legacy code.'),
  area: z
    .object({
      id: Id,
      code: z.string(),
      name: z.string(),
      leadAccountId: z.string().nullable(),
      leadName: z.string().nullable(),
    })
    .nullable(),
  industryName: z.string().nullable(),
  leaderName: z.string().nullable(),
  guideName: z.string().nullable(),
  synthetic: z.boolean(),
  mergedInto: Id.nullable().describe('The entry that took this one over.'),
  redirectedFrom: Id.nullable().describe('The id asked for, when it was merged into this one.'),
  duplicates: z.int().describe('Open suggestions of duplicates within the reader’s reach.'),
  rev: Rev,
  createdAt: Instant,
  createdBy: z.string(),
  updatedAt: Instant,
  updatedBy: z.string(),
})
export type Enterprise = z.infer<typeof Enterprise>

/** Enterprise as a row of the list. */
export const EnterpriseRow = z.object({
  id: Id,
  uscc: z.string().nullable(),
  usccStatus: UsccStatus,
  name: z.string(),
  areaId: Id.nullable(),
  areaName: z.string().nullable(),
  address: z.string(),
  point: Point.nullable(),
  industry: z.string().nullable(),
  industryName: z.string().nullable(),
  size: Size.nullable(),
  aboveScaleYears: z.array(z.int()),
  tags: z.array(z.string()),
  chains: z.array(z.string()),
  status: EnterpriseStatus,
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})
export type EnterpriseRow = z.infer<typeof EnterpriseRow>

// A single value in a query string stands for a list of one.
const many = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item).max(50), item.transform((one) => [one])]).optional()

/** Filters of the list, of its counts and of its export. */
export const EnterpriseFilters = {
  areaId: many(Id),
  industry: line(10).optional().describe('Code or its beginning, e.g. C or C15.'),
  size: many(Size),
  aboveScaleYear: z.coerce.number().pipe(year).optional(),
  tag: many(line(30)),
  status: many(EnterpriseStatus),
  chain: many(Code),
  usccStatus: many(UsccStatus),
}
/** Sort: `name`, `updatedAt`, `founded`; a leading minus turns it round. */
export const EnterpriseListInput = listInput(EnterpriseFilters)
export type EnterpriseListInput = z.infer<typeof EnterpriseListInput>

/** One change in the life of an entry. */
export const HistoryEntry = z.object({
  id: z.string(),
  seq: z.int(),
  at: Instant,
  verb: z.string(),
  actorName: z.string(),
  reason: z.string().nullable(),
  changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
  hash: z.string(),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

const tags = ['enterprises']
export const enterpriseContract = {
  list: oc
    .route({ method: 'GET', path: '/enterprises', summary: '企业列表', tags })
    .input(EnterpriseListInput)
    .output(listOutput(EnterpriseRow)),
  get: oc
    .route({ method: 'GET', path: '/enterprises/{id}', summary: '企业（已并入的编号给出接收企业）', tags })
    .input(z.object({ id: Id }))
    .output(Enterprise),
  create: oc
    .route({ method: 'POST', path: '/enterprises', summary: '新增企业', tags, successStatus: 201 })
    .input(EnterpriseInput.extend({ commandId: CommandId, synthetic: z.boolean().optional() }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/enterprises/{id}', summary: '修改企业', tags })
    .input(EnterpriseChange.extend({ id: Id, commandId: CommandId, rev: Rev, why: Why }))
    .output(Changed),
  confirmUscc: oc
    .route({ method: 'POST', path: '/enterprises/{id}/uscc-confirmations', summary: '确认早期试点代码', tags })
    .input(z.object({ id: Id, commandId: CommandId, rev: Rev, why: Why }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/enterprises/{id}/history', summary: '企业变更记录', tags })
    .input(
      z.object({ id: Id, cursor: line(40).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
    )
    .output(listOutput(HistoryEntry)),
  exportXlsx: oc
    .route({
      method: 'GET',
      path: '/enterprises/export.xlsx',
      summary: '导出企业列表',
      description:
        'Every page of the list under the same filters and the same reach; filters and time on sheet 2; phones masked.',
      tags,
      outputStructure: 'detailed',
    })
    .input(EnterpriseListInput)
    .output(Workbook),
}

/** What is known about a contact. */
export const ContactFacts = z.object({
  name: requiredLine(60),
  role: line(60).describe('What they do at the enterprise 职务.'),
  phone: line(40),
  email: line(120),
  accountId: z.string().max(100).nullable().describe('Their account, when they have one.'),
  main: z.boolean(),
})
export const ContactInput = ContactFacts.partial().required({ name: true })
export const ContactChange = ContactInput.partial()
export type ContactChange = z.infer<typeof ContactChange>
export type ContactFacts = z.infer<typeof ContactFacts>
export type ContactInput = z.infer<typeof ContactInput>

/** Contact 联系人; phone and e-mail are masked for those who do not handle the enterprise. */
export const Contact = ContactFacts.extend({
  id: Id,
  enterpriseId: Id,
  masked: z.boolean(),
  state: z.enum(['active', 'left']),
  rev: Rev,
  updatedAt: Instant,
})
export type Contact = z.infer<typeof Contact>

export const contactContract = {
  list: oc
    .route({ method: 'GET', path: '/enterprises/{enterpriseId}/contacts', summary: '企业联系人', tags })
    .input(z.object({ enterpriseId: Id }))
    .output(z.object({ rows: z.array(Contact) })),
  create: oc
    .route({
      method: 'POST',
      path: '/enterprises/{enterpriseId}/contacts',
      summary: '新增联系人',
      tags,
      successStatus: 201,
    })
    .input(ContactInput.extend({ enterpriseId: Id, commandId: CommandId }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/enterprises/{enterpriseId}/contacts/{id}', summary: '修改联系人', tags })
    .input(
      ContactChange.extend({
        enterpriseId: Id,
        id: Id,
        commandId: CommandId,
        rev: Rev,
        state: z.enum(['active', 'left']).optional(),
        why: Why,
      }),
    )
    .output(Changed),
}

const reasons = z.array(z.enum(['same_uscc', 'similar_name', 'same_area', 'same_address', 'same_phone']))
const DuplicateParty = z.object({
  id: Id,
  name: z.string(),
  uscc: z.string().nullable(),
  areaName: z.string().nullable(),
  address: z.string(),
})

/** Two entries that may be the same enterprise. A person decides. */
export const DuplicatePair = z.object({
  a: DuplicateParty,
  b: DuplicateParty,
  score: z
    .number()
    .describe('Likeness of the name cores, 0 to 1 (Jaccard of character pairs, the first ones weighing more).'),
  reasons,
  state: z.enum(['open', 'dismissed']),
})
export type DuplicatePair = z.infer<typeof DuplicatePair>

/** An entry that resembles what is being typed. */
export const DuplicateHint = DuplicateParty.extend({ score: z.number(), reasons })
export type DuplicateHint = z.infer<typeof DuplicateHint>

export const DuplicateListInput = listInput({
  enterpriseId: Id.optional(),
  state: z.enum(['open', 'dismissed']).optional(),
})

export const duplicateContract = {
  list: oc
    .route({ method: 'GET', path: '/enterprises/duplicates', summary: '疑似重复企业', tags })
    .input(DuplicateListInput)
    .output(listOutput(DuplicatePair)),
  check: oc
    .route({ method: 'GET', path: '/enterprises/duplicate-hints', summary: '录入时查重', tags })
    .input(
      z.object({ name: line(120), uscc: line(40).optional(), areaId: Id.optional(), address: line(300).optional() }),
    )
    .output(z.object({ rows: z.array(DuplicateHint) })),
  dismiss: oc
    .route({ method: 'POST', path: '/enterprises/{id}/duplicate-dismissals', summary: '不是重复', tags })
    .input(z.object({ id: Id, otherId: Id, commandId: CommandId, why: Why }))
    .output(z.object({ id: Id, otherId: Id })),
  restore: oc
    .route({ method: 'POST', path: '/enterprises/{id}/duplicate-restorations', summary: '恢复疑似重复', tags })
    .input(z.object({ id: Id, otherId: Id, commandId: CommandId }))
    .output(z.object({ id: Id, otherId: Id })),
}

/** A merge 合并: `from` redirects to `into` until it is undone. */
export const Merge = z.object({
  id: Id,
  from: z.object({ id: Id, name: z.string() }),
  into: z.object({ id: Id, name: z.string() }),
  why: z.string(),
  at: Instant,
  byName: z.string(),
  undoUntil: Instant,
  undone: z.object({ at: Instant, byName: z.string() }).nullable(),
})
export type Merge = z.infer<typeof Merge>

export const mergeContract = {
  list: oc
    .route({ method: 'GET', path: '/enterprises/{id}/merges', summary: '企业合并记录', tags })
    .input(z.object({ id: Id }))
    .output(z.object({ rows: z.array(Merge) })),
  create: oc
    .route({ method: 'POST', path: '/enterprises/{id}/merges', summary: '并入另一企业', tags, successStatus: 201 })
    .input(z.object({ id: Id, into: Id, rev: Rev, intoRev: Rev, why: requiredLine(500), commandId: CommandId }))
    .output(z.object({ id: Id, undoUntil: Instant })),
  undo: oc
    .route({ method: 'POST', path: '/merges/{id}/undo', summary: '撤销合并（30 天内）', tags })
    .input(z.object({ id: Id, commandId: CommandId, why: Why }))
    .output(z.object({ id: Id })),
}
