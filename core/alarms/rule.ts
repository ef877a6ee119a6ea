import * as z from 'zod'

/** 1 red, 2 orange, 3 yellow, 4 blue: what must be done first has the lowest number. */
export const levels = [1, 2, 3, 4] as const

/** Whose position an alarm comes up at. */
export const owners = ['dispatcher', 'duty_officer', 'supervisor', 'enterprise'] as const

const finite = z.number().min(-1e12).max(1e12)
const above = finite.refine((value) => value > 0, 'above_zero')
const seconds = z.number().min(0).max(86_400)
const window = z.number().min(5).max(3_600).describe('Seconds that are looked over.')
const deadband = finite
  .refine((value) => value >= 0, 'not_negative')
  .nullable()
  .default(null)
  .describe('How far back before it ends; null: 2 % of the span of the point.')

/** The last part of a code of the same equipment, `RUN`, or a whole code. */
const PointName = z
  .string()
  .regex(/^[A-Z0-9](?:[A-Z0-9.-]{0,198}[A-Z0-9])?$/, 'point_name')
  .describe('Last part of the code of a point of the same equipment, or a whole code.')

/** What is watched for. */
export const Condition = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('limit'),
    side: z.enum(['hihi', 'hi', 'lo', 'lolo']),
    limit: finite,
    deadband,
  }),
  z.object({
    kind: z.literal('deviation'),
    reference: z.union([finite, PointName]).describe('A value, or the point that says what it should be.'),
    limit: above,
    direction: z.enum(['above', 'below', 'both']).default('both'),
    deadband,
  }),
  z.object({
    kind: z.literal('rate'),
    perMinute: above.describe('Change a minute.'),
    windowS: window,
    direction: z.enum(['rising', 'falling', 'both']).default('both'),
  }),
  z.object({
    kind: z.literal('forecast'),
    side: z.enum(['hi', 'lo']),
    limit: finite,
    windowS: window,
    withinS: z.number().min(10).max(86_400).describe('How soon the limit is reached if it goes on like this.'),
  }),
  z.object({
    kind: z.literal('stuck'),
    forS: z
      .number()
      .min(1)
      .max(86_400 * 7),
  }),
  z.object({
    kind: z.literal('no_data'),
    afterS: z
      .number()
      .min(1)
      .max(86_400 * 30)
      .nullable()
      .default(null)
      .describe('Null: as the point says, else three periods.'),
    byValue: z
      .boolean()
      .default(false)
      .describe('The value of the point is its period, in seconds: three times that, where `afterS` is null.'),
  }),
  z.object({ kind: z.literal('state'), is: z.enum(['in', 'not_in']), values: z.array(finite).min(1).max(50) }),
  z.object({ kind: z.literal('bit'), bit: z.int().min(0).max(31).describe('Of the alarm word of a terminal.') }),
])
export type Condition = z.output<typeof Condition>

/** While this holds the machine stands, and the alarm says nothing new. */
export const Suppression = z.object({
  point: PointName,
  is: z.enum(['eq', 'ne', 'lt', 'gt', 'bit_set', 'bit_clear']),
  value: finite.describe('A value; for bits the number of the bit, of the status word where the point is a position.'),
})
export type Suppression = z.output<typeof Suppression>

const Words = z.object({ zh: z.string().trim().max(500), en: z.string().trim().max(500) })
const Name = z.object({ zh: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) })

const ruleKeyPattern = /^[a-z][a-z0-9_]{0,39}$/
export const RuleKey = z.string().regex(ruleKeyPattern, 'rule_key').describe('Name of the rule at its point.')

/** One rule: what is watched for, how patiently, and what it means to people. */
export const AlarmRule = z.object({
  key: RuleKey,
  name: Name,
  condition: Condition,
  level: z.literal(levels),
  onDelayS: seconds.default(0).describe('How long it must hold before it is an alarm.'),
  offDelayS: seconds.default(0).describe('How long it must be over before it has ended.'),
  latch: z.boolean().default(false).describe('Stays until somebody resets it.'),
  needsAction: z.boolean().default(false).describe('Opens a case.'),
  owner: z.enum(owners).default('dispatcher'),
  consequence: Words.default({ zh: '', en: '' }).describe('What happens if nothing is done.'),
  response: Words.default({ zh: '', en: '' }).describe('What to do.'),
  suppress: Suppression.nullable().default(null).describe('The machine stands: no alarm.'),
  shelveMaxH: z.number().min(0).max(8).default(8).describe('Longest shelving in hours; 0: it cannot be shelved.'),
})
export type AlarmRule = z.output<typeof AlarmRule>

/** Which kinds of points a condition is for. */
export function fitsPoint({ kind }: Pick<Condition, 'kind'>, pointKind: string): boolean {
  if (kind === 'no_data') return true
  return (kind === 'bit') === (pointKind === 'position')
}

/** The point that a deviation is measured from; null: a value, or no deviation. O(1). */
export const referenceOf = ({ condition }: Pick<AlarmRule, 'condition'>): string | null =>
  condition.kind === 'deviation' && typeof condition.reference === 'string' ? condition.reference : null

/** The points that a rule names beside its own. O(1). */
export const namesOf = (rule: AlarmRule): string[] =>
  [rule.suppress?.point ?? null, referenceOf(rule)].filter((name) => name !== null)
