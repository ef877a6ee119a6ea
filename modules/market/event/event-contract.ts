import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import {
  Changed,
  Firm,
  FirmId,
  History,
  Id,
  line,
  one,
  ProductCode,
  step,
  tags,
  Why,
  words,
} from '../contract-parts.ts'
import {
  enteredBy,
  eventStates,
  eventSteps,
  firmsMax,
  firmStates,
  followDays,
  followViews,
  leftOuts,
  meetingStates,
  outcomes,
  results,
  slotsMax,
} from './words.ts'

const Time = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)
  .describe('Time of day in Beijing, HH:MM.')
const Slot = z
  .int()
  .min(0)
  .max(slotsMax - 1)
  .describe('Number of the slot, from 0.')
const Table = z.int().min(1).max(200)
const AmountFen = z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Fen, as the two firms stated it.')

const fields = {
  name: words(80),
  day: Day,
  place: words(200),
  from: Time,
  to: Time,
  meetingMinutes: z.int().min(5).max(120),
  tables: Table,
  registerBy: Day.describe('Last day on which firms register by themselves.'),
  products: z.array(ProductCode).max(50).describe('What it is about, with all below; none: everything.'),
  meetingsMax: z.int().min(1).max(slotsMax).describe('Meetings of one firm at most.'),
  remark: line(1_000),
}
const wish = {
  ...fields,
  meetingMinutes: fields.meetingMinutes.default(15),
  products: fields.products.default([]),
  meetingsMax: fields.meetingsMax.default(12),
  remark: fields.remark.default(''),
}

const Registration = z.object({
  firm: Firm,
  state: z.enum(firmStates),
  persons: z.int().nullable(),
  away: z.array(Slot),
  wishes: z.array(Firm),
  invitedAt: Instant.nullable(),
  registeredAt: Instant.nullable(),
  arrivedAt: Instant.nullable(),
  meetings: z.int().describe('Meetings with a slot.'),
  rev: Rev,
})

const Event = z.object({
  id: z.string(),
  number: z.string(),
  ...fields,
  state: z.enum(eventStates),
  slots: z.int().describe('Meetings one after another.'),
  registered: z.int().describe('Firms that come.'),
  invited: z.int().describe('Firms that were invited and have not answered.'),
  planned: z.int().describe('Meetings with a slot.'),
  leftOut: z.int().describe('Pairs without a slot.'),
  slotsBound: z.int().nullable().describe('No timetable with all pairs of the last plan ends before this slot.'),
  plannedAt: Instant.nullable(),
  heldAt: Instant.nullable(),
  followedAt: Instant.nullable(),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

const Follow = z.object({
  days: z.literal(followDays),
  due: Day,
  askedAt: Instant.nullable(),
  isLate: z.boolean().describe('Not answered a week after it was due.'),
  outcome: z.enum(outcomes).nullable(),
  valueFen: AmountFen.nullable(),
  reason: z.string(),
  answeredAt: Instant.nullable(),
  answeredBy: z.string().nullable(),
  rev: Rev,
})

const Topic = z.object({ id: z.string(), number: z.string(), text: z.string(), product: ProductCode.nullable() })
const Meeting = z.object({
  id: z.string(),
  buyer: Firm,
  seller: Firm,
  need: Topic.nullable(),
  offer: Topic.nullable(),
  score: z.number().nullable().describe('0 to 100; null: only wished.'),
  explanation: z.unknown().describe('Why, as matching explains it.'),
  wishedBy: z.array(z.string()),
  slot: Slot.nullable(),
  from: Time.nullable(),
  table: Table.nullable(),
  locked: z.boolean(),
  leftOut: z.enum(leftOuts).nullable(),
  leftOutFirm: Firm.nullable(),
  state: z.enum(meetingStates),
  absentFirm: Firm.nullable(),
  result: z.enum(results).nullable().describe('Null also for whoever was not at the table.'),
  quantity: z.int().nullable(),
  dimension: z.string().nullable(),
  unit: z.string().nullable(),
  quantityText: z.string().nullable(),
  amountFen: AmountFen.nullable(),
  remark: z.string(),
  enteredBy: z.enum(enteredBy).nullable(),
  buyerConfirmedAt: Instant.nullable(),
  sellerConfirmedAt: Instant.nullable(),
  dealId: z.string().nullable(),
  follow: z.array(Follow),
  mine: z.array(z.enum(['buyer', 'seller'])).describe('The sides for which the reader answers.'),
  rev: Rev,
})

const share = z.object({ part: z.int(), of: z.int() }).describe('A part and its base.')
const Report = z.object({
  firmsRegistered: z.int(),
  firmsArrived: share,
  meetingsPlanned: z.int(),
  meetingsHeld: share.describe('Of the planned.'),
  noShows: share.describe('Of the planned.'),
  leftOut: z.int(),
  agreements: share.describe('Of the held.'),
  talks: share.describe('Of the held.'),
  confirmed: share.describe('Agreements that both sides confirmed.'),
  statedFen: AmountFen.describe('Sum of the stated amounts.'),
  statedOf: share.describe('Agreements that stated an amount.'),
  deals: z.int().describe('Deals made of agreements.'),
  follow: z.array(
    z.object({
      days: z.literal(followDays),
      asked: z.int().describe('Questions that are due by now.'),
      answered: share,
      delivered: share.describe('Delivered, whole or in part, of the answered.'),
      fallen: share.describe('Of the answered.'),
      valueFen: AmountFen.describe('Value so far, as answered.'),
    }),
  ),
  cameTrue: z
    .object({ valueFen: AmountFen, statedFen: AmountFen, meetings: z.int() })
    .describe(
      'Of agreements with a stated amount that were answered after 90 days: value so far, and what was stated.',
    ),
})

const ofEvent = { id: Id, commandId: CommandId }
const ofMeeting = { ...ofEvent, meetingId: Id, rev: Rev.describe('Revision of the meeting.') }
const path = (tail: string): `/${string}` => `/market-events/{id}${tail}`
const meetingPath = (tail: string) => path(`/meetings/{meetingId}${tail}`)
const Rows = z.object({ rev: Rev, planned: z.int(), leftOut: z.int() })

export const eventContract = {
  list: oc
    .route({ method: 'GET', path: '/market-events', summary: '对接会 · Matchmaking days within reach', tags })
    .input(listInput({ state: z.enum(eventStates).optional() }))
    .output(listOutput(Event)),
  get: oc
    .route({ method: 'GET', path: path(''), summary: '对接会 · One matchmaking day', tags })
    .input(one)
    .output(Event.extend({ mine: z.array(Registration).describe('Registrations of the firms of the reader.') })),
  create: oc
    .route({ method: 'POST', path: '/market-events', summary: '新建对接会 · Prepare a day', tags, successStatus: 201 })
    .input(z.object({ ...wish, commandId: CommandId, synthetic: z.boolean().default(false) }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: path(''), summary: '修改对接会 · Change a day', tags })
    .input(z.object({ ...fields, ...step, why: Why }))
    .output(Changed),
  step: oc
    .route({
      method: 'POST',
      path: path('/step'),
      summary: '推进对接会 · Open registration, close the day, cancel',
      tags,
    })
    .input(z.object({ ...step, to: z.enum(eventSteps), why: line(500).default('') }))
    .output(Changed),
  firms: oc
    .route({ method: 'GET', path: path('/firms'), summary: '参会企业 · Firms of a day', tags })
    .input(listInput({ id: Id, state: z.enum(firmStates).optional() }))
    .output(
      listOutput(
        Registration.extend({ postings: z.array(Topic).describe('Open postings of the theme, at most five.') }),
      ),
    ),
  candidates: oc
    .route({
      method: 'GET',
      path: path('/candidates'),
      summary: '可邀企业 · Firms with open postings of the theme',
      tags,
    })
    .input(listInput({ id: Id }))
    .output(listOutput(z.object({ firm: Firm, needs: z.int(), offers: z.int() }))),
  invite: oc
    .route({ method: 'POST', path: path('/invitations'), summary: '邀请企业 · Invite firms', tags })
    .input(
      z.object({
        ...ofEvent,
        firmIds: z.array(FirmId).max(firmsMax).nullable().describe('Null: all firms with open postings of the theme.'),
      }),
    )
    .output(z.object({ invited: z.int() })),
  register: oc
    .route({ method: 'POST', path: path('/registrations'), summary: '报名 · Register a firm, or change it', tags })
    .input(
      z.object({
        ...ofEvent,
        firmId: FirmId,
        rev: z.int().min(0).describe('Revision of the registration; 0: none yet.'),
        persons: z.int().min(1).max(20).describe('How many come; nobody is named.'),
        away: z.array(Slot).max(slotsMax).default([]),
        wishes: z.array(FirmId).max(20).default([]),
      }),
    )
    .output(
      z.object({ rev: Rev, placed: z.int().describe('Meetings that found a free slot, in a day that is planned.') }),
    ),
  withdraw: oc
    .route({ method: 'POST', path: path('/withdrawals'), summary: '取消报名 · A firm does not come', tags })
    .input(z.object({ ...ofEvent, firmId: FirmId, rev: Rev, why: Why }))
    .output(z.object({ rev: Rev })),
  arrive: oc
    .route({ method: 'POST', path: path('/arrivals'), summary: '签到 · A firm is there', tags })
    .input(z.object({ ...ofEvent, firmId: FirmId, rev: Rev, here: z.boolean() }))
    .output(z.object({ rev: Rev })),
  plan: oc
    .route({
      method: 'POST',
      path: path('/plan'),
      summary: '排表 · Plan who meets whom and when, around what is locked',
      tags,
    })
    .input(z.object(step))
    .output(Rows),
  meetings: oc
    .route({ method: 'GET', path: path('/meetings'), summary: '会谈 · Meetings by time and table', tags })
    .input(
      listInput({
        id: Id,
        firmId: FirmId.optional(),
        leftOut: z.boolean().optional().describe('True: pairs without a slot; false: with one.'),
        result: z.enum(results).optional(),
        slotFrom: z.int().min(0).optional(),
        slotTo: z.int().min(0).optional(),
      }),
    )
    .output(listOutput(Meeting)),
  move: oc
    .route({
      method: 'POST',
      path: meetingPath('/move'),
      summary: '调整会谈 · Move a meeting, and lock it there',
      tags,
    })
    .input(
      z.object({
        ...ofMeeting,
        slot: Slot.nullable().describe('Null: takes its slot away.'),
        table: Table.nullable().default(null).describe('Null: a free one.'),
        why: Why,
      }),
    )
    .output(Changed),
  lock: oc
    .route({
      method: 'POST',
      path: meetingPath('/lock'),
      summary: '锁定会谈 · Keep a meeting where it is, or let go',
      tags,
    })
    .input(z.object({ ...ofMeeting, locked: z.boolean() }))
    .output(Changed),
  result: oc
    .route({ method: 'POST', path: meetingPath('/result'), summary: '会谈结果 · What came of a meeting', tags })
    .input(
      z.object({
        ...ofMeeting,
        took: z.enum(['held', 'no_show']),
        absentFirmId: FirmId.nullable().default(null),
        result: z.enum(results).nullable().default(null),
        quantity: line(40).default('').describe('As written, 200 吨.'),
        amountFen: AmountFen.nullable().default(null),
        remark: line(500).default(''),
      }),
    )
    .output(Changed),
  confirm: oc
    .route({ method: 'POST', path: meetingPath('/confirmation'), summary: '确认结果 · The other side confirms', tags })
    .input(z.object(ofMeeting))
    .output(Changed),
  deal: oc
    .route({ method: 'POST', path: meetingPath('/deal'), summary: '转为成交 · Propose the deal that was agreed', tags })
    .input(z.object(ofMeeting))
    .output(Changed.extend({ dealId: z.string() })),
  followUps: oc
    .route({ method: 'GET', path: '/market-follow-ups', summary: '跟踪 · What is to be asked again', tags })
    .input(listInput({ view: z.enum(followViews).default('today'), eventId: Id.optional() }))
    .output(
      listOutput(
        Follow.extend({
          event: z.object({ id: z.string(), name: z.string(), day: Day }),
          meeting: z.object({
            id: z.string(),
            buyer: Firm,
            seller: Firm,
            result: z.enum(results),
            quantityText: z.string().nullable(),
            amountFen: AmountFen.nullable(),
          }),
          mayAnswer: z.boolean(),
        }),
      ),
    ),
  follow: oc
    .route({ method: 'POST', path: meetingPath('/follow-ups'), summary: '跟踪答复 · What came of it so far', tags })
    .input(
      z.object({
        ...ofMeeting,
        rev: Rev.describe('Revision of the question.'),
        days: z.literal(followDays),
        outcome: z.enum(outcomes),
        valueFen: AmountFen.nullable().default(null),
        reason: line(500).default(''),
      }),
    )
    .output(Changed),
  report: oc
    .route({ method: 'GET', path: path('/report'), summary: '对接会成效 · What a day brought', tags })
    .input(one)
    .output(Report),
  export: oc
    .route({
      method: 'GET',
      path: path('/export'),
      summary: '导出对接会 · Meetings, results and follow-up as a workbook',
      tags,
      outputStructure: 'detailed',
    })
    .input(one)
    .output(z.object({ headers: z.record(z.string(), z.string()), body: z.file() })),
  print: oc
    .route({ method: 'GET', path: path('/timetable.pdf'), summary: '打印日程 · The timetable as A4', tags })
    .input(one.extend({ firmId: FirmId.optional().describe('Of one firm only.') }))
    .output(z.file().describe('application/pdf')),
  history: oc
    .route({ method: 'GET', path: path('/history'), summary: '记录 · History', tags })
    .input(one)
    .output(History),
}
