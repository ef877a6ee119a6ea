import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { AppealState, Nature } from './appeal-contract.ts'
import { Changed, Day, Id, line, PartyRef, Why, words } from './fields.ts'

export const meetingStates = ['announced', 'held', 'cancelled'] as const
export const itemStates = ['open', 'appeal', 'settled', 'dropped'] as const

/** Agenda item 议题: a matter said at the meeting; settled there, followed up, or made an appeal. */
export const MeetingItem = z.object({
  id: Id,
  number: z.int(),
  title: z.string(),
  text: z.string(),
  enterprise: PartyRef.nullable(),
  owner: PartyRef.nullable().describe('Department that follows up.'),
  due: Day.nullable(),
  overdue: z.boolean(),
  state: z.enum(itemStates),
  outcome: z.string(),
  appeal: z.object({ id: Id, no: z.string().nullable(), state: AppealState }).nullable(),
  rev: Rev,
})

const itemFields = {
  title: words(60),
  text: words(4000),
  enterpriseId: Id.nullable(),
  ownerId: Id.nullable(),
  due: Day.nullable(),
}
const newItem = z.object({
  ...itemFields,
  enterpriseId: itemFields.enterpriseId.default(null),
  ownerId: itemFields.ownerId.default(null),
  due: itemFields.due.default(null),
})

const meetingFields = {
  title: words(80),
  date: Day,
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'hh:mm')
    .nullable(),
  place: line(120),
  areaId: Id.nullable(),
  hostId: words(100).describe('Account of the host.'),
  enterpriseIds: z.array(Id).max(200),
  departmentIds: z.array(Id).max(50),
}

/** Meeting 园区说事. */
export const Meeting = z.object({
  ...meetingFields,
  id: Id,
  host: PartyRef,
  area: PartyRef.nullable(),
  enterprises: z.array(PartyRef),
  departments: z.array(PartyRef),
  state: z.enum(meetingStates),
  minutes: z.string(),
  items: z.array(MeetingItem),
  openItems: z.int(),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

const tags = ['needs-meetings']

export const meetingContract = {
  list: oc
    .route({ method: 'GET', path: '/meetings', summary: '园区说事 · Meetings within reach', tags })
    .input(
      listInput({
        state: z.enum(meetingStates).optional(),
        areaId: Id.optional(),
        from: Day.optional(),
        to: Day.optional(),
      }),
    )
    .output(listOutput(Meeting)),
  get: oc
    .route({ method: 'GET', path: '/meetings/{id}', summary: '园区说事 · One meeting', tags })
    .input(z.object({ id: Id }))
    .output(Meeting),
  announce: oc
    .route({ method: 'POST', path: '/meetings', summary: '召集会议 · Announce a meeting', tags, successStatus: 201 })
    .input(
      z.object({
        ...meetingFields,
        commandId: CommandId,
        time: meetingFields.time.default(null),
        place: meetingFields.place.default(''),
        areaId: meetingFields.areaId.default(null),
        enterpriseIds: meetingFields.enterpriseIds.default([]),
        departmentIds: meetingFields.departmentIds.default([]),
        items: z.array(newItem).max(50).default([]),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/meetings/{id}', summary: '修改会议 · Change a meeting not yet held', tags })
    .input(z.object(meetingFields).partial().extend({ id: Id, commandId: CommandId, rev: Rev, why: Why }))
    .output(Changed),
  addItem: oc
    .route({
      method: 'POST',
      path: '/meetings/{id}/items',
      summary: '增加议题 · Add an agenda item',
      tags,
      successStatus: 201,
    })
    .input(newItem.extend({ id: Id, commandId: CommandId, rev: Rev }))
    .output(Changed.extend({ itemId: Id })),
  hold: oc
    .route({ method: 'POST', path: '/meetings/{id}/minutes', summary: '会议纪要 · Record the minutes', tags })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        rev: Rev,
        minutes: words(10_000),
        outcomes: z
          .array(
            z.object({
              itemId: Id,
              state: z.enum(['open', 'settled', 'dropped']),
              outcome: line(2000).default(''),
              ownerId: Id.nullable().default(null),
              due: Day.nullable().default(null),
            }),
          )
          .max(50)
          .default([]),
      }),
    )
    .output(Changed),
  cancel: oc
    .route({ method: 'POST', path: '/meetings/{id}/cancellation', summary: '取消会议 · Cancel a meeting', tags })
    .input(z.object({ id: Id, commandId: CommandId, rev: Rev, reason: words(500) }))
    .output(Changed),
  raise: oc
    .route({
      method: 'POST',
      path: '/meetings/{id}/items/{itemId}/appeal',
      summary: '转为诉求 · Make an appeal of an item',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        id: Id,
        itemId: Id,
        commandId: CommandId,
        rev: Rev.describe('Revision of the item.'),
        enterpriseId: Id.nullable().default(null).describe('When the item names none.'),
        nature: Nature.default('help'),
        category: z
          .string()
          .regex(/^\d{4}$/)
          .nullable()
          .default(null),
      }),
    )
    .output(z.object({ id: Id, no: z.string().nullable(), itemRev: z.int() })),
  followUp: oc
    .route({
      method: 'POST',
      path: '/meetings/{id}/items/{itemId}/follow-up',
      summary: '议题跟踪 · Follow an item up',
      tags,
    })
    .input(
      z.object({
        id: Id,
        itemId: Id,
        commandId: CommandId,
        rev: Rev.describe('Revision of the item.'),
        state: z.enum(['open', 'settled', 'dropped']),
        outcome: words(2000),
        ownerId: Id.nullable().optional(),
        due: Day.nullable().optional(),
      }),
    )
    .output(Changed),
  items: oc
    .route({ method: 'GET', path: '/meeting-items', summary: '跟踪清单 · Items to follow up', tags })
    .input(
      listInput({ state: z.enum(itemStates).default('open'), ownerId: Id.optional(), overdue: z.boolean().optional() }),
    )
    .output(listOutput(MeetingItem.extend({ meeting: z.object({ id: Id, title: z.string(), date: Day }) }))),
}
