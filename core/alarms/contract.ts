import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { alarmStates } from './life.ts'
import { AlarmRule, owners, RuleKey } from './rule.ts'

const State = z.enum(alarmStates)
const Level = z.coerce.number().int().min(1).max(4).describe('1 red, 2 orange, 3 yellow, 4 blue.')
const Name = z.object({ zh: z.string(), en: z.string() })
const PointId = z.coerce.number().int().min(1).max(16_777_215).describe('Number of a point.')
const Moment = z.coerce.number().int().min(0).max(253_402_300_799_999)
const words = (max: number) => z.string().trim().min(1).max(max)
const Place = z.string().trim().max(200).describe('Beginning of the code of a place.')
const Held = z.object({ by: z.string(), reason: z.string(), since: Instant, until: Instant.nullable() })

/** An alarm in a list. */
export const AlarmRow = z.object({
  id: z.uuid(),
  point: z.int(),
  code: z.string(),
  pointName: Name,
  unit: z.string().nullable(),
  place: z.string().describe('Code of the equipment.'),
  placeName: Name,
  deviceId: z.uuid().nullable(),
  isMoving: z.boolean().describe('It has positions instead of values.'),
  ruleKey: z.string(),
  title: Name,
  level: z.int(),
  owner: z.enum(owners),
  state: State,
  startedAt: Instant,
  startedValue: z.number().nullable(),
  limit: z.number().nullable(),
  endedAt: Instant.nullable(),
  endedValue: z.number().nullable(),
  announcedAt: Instant.nullable(),
  ackedAt: Instant.nullable(),
  ackedBy: z.string().nullable().describe('Name of who acknowledged it.'),
  ackComment: z.string().nullable(),
  late: z.boolean().describe('Told by values that came after a break: on record only.'),
  repeats: z.int().describe('How often it came again without having been acknowledged.'),
  latch: z.boolean(),
  shelveMaxH: z.number(),
  hold: Held.nullable().describe('Who keeps it quiet.'),
  case: z.object({ id: z.uuid(), no: z.string(), state: z.string() }).nullable(),
})

const AlarmEvent = z.object({
  id: z.uuid(),
  at: Instant,
  verb: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  value: z.number().nullable(),
  actor: z.string().nullable(),
  comment: z.string().nullable(),
  until: Instant.nullable(),
})

const alarmFilters = {
  state: State.optional(),
  show: z
    .enum(['open', 'unacknowledged', 'quiet', 'stale', 'all'])
    .optional()
    .describe('open: before people; quiet: shelved, suppressed, out of service; stale: for a day and longer.'),
  level: Level.optional(),
  owner: z.enum(owners).optional(),
  place: Place.optional(),
  point: PointId.optional(),
}
const words200 = z.string().trim().max(200).optional()
/** What a terminal said more of an alarm when it began. */
const AlarmDetail = z.object({
  key: z.string().describe('Last part of the code of the point that says it.'),
  name: Name,
  unit: z.string().nullable(),
  value: z.number(),
})

/** What the list of standing alarms is asked for. */
export const AlarmQuery = listInput(alarmFilters)
export const AlarmFilters = z.object({ ...alarmFilters, q: words200 })

const historyFilters = {
  since: Day.optional(),
  until: Day.optional().describe('That day included.'),
  level: Level.optional(),
  place: Place.optional(),
  point: PointId.optional(),
  ruleKey: RuleKey.optional(),
  person: z.string().trim().max(100).optional().describe('Part of the name of who acknowledged it.'),
  late: z.enum(['only', 'without']).optional(),
}
/** What the history of alarms is asked for. */
export const HistoryQuery = listInput(historyFilters)
export const HistoryFilters = z.object({ ...historyFilters, q: words200 })

const Handled = z.object({
  done: z.array(z.uuid()),
  left: z.array(
    z.object({
      id: z.uuid(),
      reason: z.enum(['not_found', 'acknowledged', 'held', 'closed', 'not_latched']),
      by: z.string().nullable().describe('Who was first.'),
    }),
  ),
})
const Ids = z.array(z.uuid()).min(1).max(200)
const seat = { point: PointId, rule: RuleKey }

/** What the list of points with their rules is asked for. */
export const RulePointQuery = listInput({ ruled: z.enum(['yes', 'own']).optional() })
const RulePoint = z.object({
  point: z.int(),
  code: z.string(),
  name: Name,
  kind: z.string(),
  unit: z.string().nullable(),
  place: z.string(),
  profileKey: z.string().nullable(),
  rules: z.int(),
  own: z.int().describe('Rules that stand at the point itself, or are switched off there.'),
})
const RuleView = z.object({
  key: z.string(),
  rule: AlarmRule.nullable().describe('As it counts here; null: switched off.'),
  from: z.enum(['type', 'point']),
  ofType: AlarmRule.nullable(),
  reason: z.string(),
  by: z.string(),
  at: Instant.nullable(),
  rev: z.int().describe('Of what the point says itself; 0: nothing.'),
  hold: Held.extend({ kind: z.string() }).nullable(),
})
const PointRules = RulePoint.extend({
  euLow: z.number().nullable(),
  euHigh: z.number().nullable(),
  template: z.string().nullable(),
  views: z.array(RuleView),
})

const ProfileKey = z.string().min(1).max(60).describe('Type of equipment.')
const TemplateKey = z.string().min(1).max(60).describe('Point of the type.')
/** What the list of types of equipment with their rules is asked for. */
export const RuleTypeQuery = listInput({ ruled: z.enum(['yes']).optional() })
const RuleType = z.object({
  profileKey: z.string(),
  profileName: Name,
  template: z.string(),
  name: Name,
  kind: z.string(),
  unit: z.string().nullable(),
  euLow: z.number().nullable(),
  euHigh: z.number().nullable(),
  points: z.int().describe('Points of equipment of the type.'),
  rules: z.int(),
})
const TypeRules = RuleType.extend({
  samples: z.array(z.object({ point: z.int(), code: z.string() })).describe('Points to try a rule at; at most twenty.'),
  views: z.array(
    z.object({
      key: z.string(),
      rule: AlarmRule.nullable().describe('null: switched off for the type.'),
      builtIn: AlarmRule.nullable().describe('As the zone was given it.'),
      reason: z.string(),
      by: z.string(),
      at: Instant,
      rev: z.int(),
      otherwise: z.int().describe('Points that say otherwise.'),
    }),
  ),
})

const Trial = z.object({
  from: Instant,
  until: Instant,
  values: z.int().describe('Values that were looked at.'),
  alarms: z.int().describe('How many it would have raised.'),
  quiet: z.int().describe('Of them while the machine stood.'),
  activeS: z.number(),
  first: z.array(z.object({ at: Instant, endedAt: Instant.nullable(), value: z.number().nullable() })),
})

const Performance = z.object({
  from: Instant,
  until: Instant,
  alarms: z.int(),
  standing: z.int(),
  stale: z.int().describe('Standing for a day and longer.'),
  quiet: z.int(),
  unacknowledged: z.int(),
  positions: z.array(
    z.object({
      owner: z.string(),
      alarms: z.int(),
      perDay: z.number(),
      perTenMinutes: z.number(),
      worstTenMinutes: z.int(),
      floodWindows: z.int(),
      windows: z.int(),
      floodPct: z.number().describe('Share of windows of ten minutes with more than ten alarms.'),
    }),
  ),
  levels: z.array(z.object({ level: z.int(), alarms: z.int() })),
  top: z.array(
    z.object({
      point: z.int(),
      code: z.string(),
      ruleKey: z.string(),
      title: Name,
      level: z.int(),
      alarms: z.int(),
      totalS: z.number(),
      meanS: z.number(),
      chatters: z.int().describe('Times that it came three times within a minute.'),
    }),
  ),
  chattering: z.array(
    z.object({ point: z.int(), code: z.string(), ruleKey: z.string(), title: Name, chatters: z.int() }),
  ),
  windows: z.array(z.object({ at: Instant, alarms: z.int() })).describe('Hours of the time, oldest first.'),
})

const caseCommand = { commandId: CommandId, rev: Rev }
/** What people do to the case of an alarm. */
export const CaseMove = z.discriminatedUnion('move', [
  z.object({
    ...caseCommand,
    move: z.literal('respond'),
    words: words(2_000).describe('What was done.'),
    fileIds: z.array(z.uuid()).max(20).default([]).describe('Pictures and documents that prove it.'),
  }),
  z.object({ ...caseCommand, move: z.literal('verify'), words: z.string().trim().max(2_000).default('') }),
  z.object({ ...caseCommand, move: z.literal('redo'), words: words(2_000).describe('What is missing.') }),
  z.object({ ...caseCommand, move: z.literal('note'), words: words(2_000) }),
])
export type CaseMove = z.output<typeof CaseMove>
export const caseStates = ['responding', 'verifying', 'closed'] as const

const CaseRow = z.object({
  id: z.uuid(),
  no: z.string(),
  state: z.enum(caseStates),
  point: z.int(),
  code: z.string(),
  place: z.string(),
  title: Name,
  level: z.int(),
  owner: z.string(),
  alarms: z.int(),
  openedAt: Instant,
  clearedAt: Instant.nullable().describe('When the last of its alarms ended; null while one stands.'),
  dueAt: Instant.nullable(),
  overdue: z.boolean(),
  closedAt: Instant.nullable(),
  rev: Rev,
})
export const CaseQuery = listInput({
  state: z.enum(caseStates).optional(),
  level: Level.optional(),
  overdue: z.enum(['yes']).optional(),
})
const CaseDetail = CaseRow.extend({
  consequence: Name,
  instruction: Name,
  response: z.string().nullable(),
  respondedBy: z.string().nullable(),
  respondedAt: Instant.nullable(),
  verdict: z.string().nullable(),
  verifiedBy: z.string().nullable(),
  files: z.array(z.object({ id: z.uuid(), name: z.string(), mediaType: z.string(), size: z.int() })),
  members: z.array(AlarmRow),
  moves: z.array(z.object({ move: z.string(), allowed: z.boolean(), reason: z.string().nullable() })),
  trail: z.array(
    z.object({
      seq: z.int(),
      at: Instant,
      verb: z.string(),
      actor: z.string(),
      reason: z.string().nullable(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      hash: z.string(),
    }),
  ),
})

const tags = ['alarms']
const one = z.object({ id: z.uuid() })
const command = { commandId: CommandId }

/** The routes of alarms. */
export const alarmsContract = {
  list: oc
    .route({ method: 'GET', path: '/alarms', summary: '当前报警', tags })
    .input(AlarmQuery)
    .output(listOutput(AlarmRow)),
  listSheet: oc
    .route({ method: 'GET', path: '/alarms/export.xlsx', summary: '导出当前报警', tags })
    .input(AlarmFilters)
    .output(z.file()),
  counts: oc
    .route({ method: 'GET', path: '/alarm-counts', summary: '当前报警数', tags })
    .input(z.object({}))
    .output(
      z.object({
        open: z.int(),
        unacknowledged: z.int(),
        quiet: z.int(),
        levels: z.array(z.object({ level: z.int(), n: z.int(), unacknowledged: z.int() })),
      }),
    ),
  get: oc
    .route({ method: 'GET', path: '/alarms/{id}', summary: '报警详情', tags })
    .input(one)
    .output(AlarmRow.extend({ rule: AlarmRule, events: z.array(AlarmEvent), details: z.array(AlarmDetail) })),
  acknowledge: oc
    .route({ method: 'POST', path: '/alarm-acknowledgements', summary: '确认报警', tags })
    .input(z.object({ ...command, ids: Ids, comment: z.string().trim().max(500).nullable().default(null) }))
    .output(Handled),
  reset: oc
    .route({ method: 'POST', path: '/alarm-resets', summary: '复位闭锁报警', tags })
    .input(z.object({ ...command, ids: Ids }))
    .output(Handled),
  shelve: oc
    .route({ method: 'POST', path: '/alarm-shelvings', summary: '搁置报警', tags })
    .input(
      z.object({
        ...command,
        ...seat,
        hours: z.number().min(0.01).max(8).describe('At most what the rule allows, and never more than eight.'),
        reason: words(500),
      }),
    )
    .output(z.object({ until: Instant })),
  unshelve: oc
    .route({ method: 'POST', path: '/alarm-unshelvings', summary: '解除搁置', tags })
    .input(z.object({ ...command, ...seat }))
    .output(z.object({ done: z.literal(true) })),
  takeOut: oc
    .route({ method: 'POST', path: '/alarm-service-stops', summary: '报警停用', tags })
    .input(z.object({ ...command, ...seat, reason: words(500) }))
    .output(z.object({ done: z.literal(true) })),
  putBack: oc
    .route({ method: 'POST', path: '/alarm-service-returns', summary: '报警恢复使用', tags })
    .input(z.object({ ...command, ...seat }))
    .output(z.object({ done: z.literal(true) })),
  history: oc
    .route({ method: 'GET', path: '/alarm-history', summary: '报警历史', tags })
    .input(HistoryQuery)
    .output(listOutput(AlarmRow)),
  historySheet: oc
    .route({ method: 'GET', path: '/alarm-history/export.xlsx', summary: '导出报警历史', tags })
    .input(HistoryFilters)
    .output(z.file()),
  performance: oc
    .route({ method: 'GET', path: '/alarm-performance', summary: '报警系统绩效', tags })
    .input(z.object({ from: Moment, until: Moment }))
    .output(Performance),
  rulePoints: oc
    .route({ method: 'GET', path: '/alarm-points', summary: '测点的报警规则', tags })
    .input(RulePointQuery)
    .output(listOutput(RulePoint)),
  pointRules: oc
    .route({ method: 'GET', path: '/alarm-points/{point}', summary: '一个测点的报警规则', tags })
    .input(z.object({ point: PointId }))
    .output(PointRules),
  saveRule: oc
    .route({ method: 'PUT', path: '/alarm-points/{point}/rules/{key}', summary: '修改测点的报警规则', tags })
    .input(
      z.object({
        ...command,
        point: PointId,
        key: RuleKey,
        mode: z.enum(['own', 'off', 'inherit']).describe('inherit: as the type says.'),
        rule: AlarmRule.nullable().default(null),
        reason: words(500),
        rev: z.int().min(0).describe('As it was read; 0: the point said nothing.'),
      }),
    )
    .output(z.object({ rev: z.int() })),
  ruleTypes: oc
    .route({ method: 'GET', path: '/alarm-types', summary: '设备类型的报警规则', tags })
    .input(RuleTypeQuery)
    .output(listOutput(RuleType)),
  typeRules: oc
    .route({ method: 'GET', path: '/alarm-types/{profileKey}/{template}', summary: '一个设备类型的报警规则', tags })
    .input(z.object({ profileKey: ProfileKey, template: TemplateKey }))
    .output(TypeRules),
  saveTypeRule: oc
    .route({
      method: 'PUT',
      path: '/alarm-types/{profileKey}/{template}/rules/{key}',
      summary: '修改设备类型的报警规则',
      tags,
    })
    .input(
      z.object({
        ...command,
        profileKey: ProfileKey,
        template: TemplateKey,
        key: RuleKey,
        mode: z.enum(['own', 'off']),
        rule: AlarmRule.nullable().default(null),
        reason: words(500),
        rev: z.int().min(0),
      }),
    )
    .output(z.object({ rev: z.int() })),
  trial: oc
    .route({ method: 'POST', path: '/alarm-rule-trials', summary: '规则试算', tags })
    .input(z.object({ point: PointId, rule: AlarmRule, hours: z.number().min(1).max(72).default(24) }))
    .output(Trial),
  cases: oc
    .route({ method: 'GET', path: '/alarm-cases', summary: '报警处置事项', tags })
    .input(CaseQuery)
    .output(listOutput(CaseRow)),
  case: oc
    .route({ method: 'GET', path: '/alarm-cases/{id}', summary: '报警处置事项详情', tags })
    .input(one)
    .output(CaseDetail),
  moveCase: oc
    .route({ method: 'POST', path: '/alarm-cases/{id}/moves', summary: '办理报警处置事项', tags })
    .input(z.object({ id: z.uuid(), move: CaseMove }))
    .output(z.object({ id: z.uuid(), state: z.enum(caseStates), rev: Rev })),
  caseProcess: oc
    .route({ method: 'GET', path: '/alarm-cases/{id}/process', summary: '报警处置流程图', tags })
    .input(one)
    .output(Drawing),
}
