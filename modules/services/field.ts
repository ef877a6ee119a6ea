import * as z from 'zod'
import { Code, Reuse, Source, Words } from './words.ts'

const base = {
  code: Code,
  name: Words,
  help: Words.nullable().default(null),
  group: Code,
  required: z.boolean().default(true),
  /** Where the value may be known already, `enterprise.name`; null when only the applicant knows. */
  prefill: z
    .string()
    .regex(/^[a-z_]{1,40}\.[a-z_]{1,40}$/, 'register.field')
    .nullable()
    .default(null),
  reuse: Reuse,
  /** What the applicant must have agreed to before the value is fetched; null when the law allows it. */
  consent: Code.nullable().default(null),
  source: Source,
}
const textMax = 4_000
const lengths = { lengthMin: z.int().min(0).max(textMax).default(0), lengthMax: z.int().min(1).max(textMax) }
const bounds = { min: z.number(), max: z.number(), unit: Words.nullable().default(null) }
const options = {
  options: z
    .array(z.strictObject({ value: Code, name: Words }))
    .min(1)
    .max(200),
}

/** Kinds that a person must give anew each time: the words of a signature are only worth something when they are written now. */
export const neverReused = ['signature', 'signed_on', 'consent', 'declaration'] as const

const simple = ['date', 'boolean', 'uscc', 'id_number', 'phone', ...neverReused] as const

/** One question of the form 字段, defined once for all items that need it. */
export const FieldDef = z.discriminatedUnion('type', [
  z.strictObject({
    ...base,
    type: z.enum(['text', 'long_text']),
    ...lengths,
    pattern: z.string().min(1).max(200).nullable().default(null),
  }),
  z.strictObject({ ...base, type: z.enum(['integer', 'number']), ...bounds }),
  z.strictObject({ ...base, type: z.enum(['choice', 'choices']), ...options }),
  z.strictObject({ ...base, type: z.enum(simple) }),
])
export type FieldDef = z.infer<typeof FieldDef>

export const FieldGroup = z.strictObject({ code: Code, name: Words })
export type FieldGroup = z.infer<typeof FieldGroup>
