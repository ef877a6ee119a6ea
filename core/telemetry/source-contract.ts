import * as z from 'zod'
import { NewPoint } from './ingest-contract.ts'

/** The values that may be written; null: none. */
const Write = z
  .strictObject({ low: z.number(), high: z.number() })
  .refine(({ low, high }) => low <= high, { path: ['high'], error: 'source.high_below_low' })
  .nullable()
  .default(null)
  .describe('Within which it may be set, in its unit; null: it is only read.')

/** What every point of a machine that is called says of itself. */
const point = { ...NewPoint.shape, write: Write }

const everyMs = z.int().min(100).max(3_600_000).default(1_000).describe('How often it is read, ms.')

/** Points of one machine, each under a key of its own. */
const pointsOf = <P extends z.ZodType<{ readonly key: string }>>(one: P) =>
  z
    .array(one)
    .min(1)
    .max(500)
    .superRefine((points, context) => {
      const seen = new Set<string>()
      for (const [index, { key }] of points.entries()) {
        if (seen.has(key)) context.addIssue({ code: 'custom', path: [index, 'key'], message: 'source.unique' })
        seen.add(key)
      }
    })

/** The four tables of a Modbus machine. Source: MODBUS Application Protocol V1.1b3 clause 4.3. */
export const modbusTables = ['holding', 'input', 'coil', 'discrete'] as const
export type ModbusTable = (typeof modbusTables)[number]

/** Numbers that stand in whole registers, with how many of them they take. */
export const registersOf = { int16: 1, uint16: 1, int32: 2, uint32: 2, float32: 2, float64: 4 } as const
export type ModbusNumber = keyof typeof registersOf

/** How a value stands in its table: a number, a bit of a register, or the bit that a coil or a discrete input is. */
export const modbusForms = [
  'int16',
  'uint16',
  'int32',
  'uint32',
  'float32',
  'float64',
  'bit',
  'bit0',
  'bit1',
  'bit2',
  'bit3',
  'bit4',
  'bit5',
  'bit6',
  'bit7',
  'bit8',
  'bit9',
  'bit10',
  'bit11',
  'bit12',
  'bit13',
  'bit14',
  'bit15',
] as const
export type ModbusForm = (typeof modbusForms)[number]

/** How many registers, or bits of a table of bits, a value takes. O(1). */
export const widthOf = (form: ModbusForm): number => (isNumberForm(form) ? registersOf[form] : 1)

/** Whether a value is a number in whole registers. O(1). */
export const isNumberForm = (form: ModbusForm): form is ModbusNumber => Object.hasOwn(registersOf, form)

/** Whether a table holds bits and not registers. O(1). */
export const isBitTable = (table: ModbusTable): boolean => table === 'coil' || table === 'discrete'

export const ModbusPoint = z
  .strictObject({
    ...point,
    table: z.enum(modbusTables),
    register: z.int().min(0).max(65_535).describe('Address from 0, as it stands in the request: 40001 is holding 0.'),
    as: z.enum(modbusForms).describe('`bit` of a coil or discrete input; `bit0` is the lowest of a register.'),
    words: z
      .enum(['big', 'little'])
      .default('big')
      .describe('Of a value of several registers: whether the highest or the lowest comes first.'),
    scale: z
      .number()
      .refine((scale) => scale !== 0, 'source.not_zero')
      .default(1)
      .describe('The value is what stands there × scale + offset.'),
    offset: z.number().default(0),
  })
  .superRefine(({ table, register, as, scale, offset, write }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (isBitTable(table) !== (as === 'bit')) refuse('as', 'source.bit_of_table')
    if (register < 65_536 && register + widthOf(as) > 65_536) refuse('register', 'source.beyond_table')
    if (!isNumberForm(as) && scale !== 1) refuse('scale', 'source.bit_not_scaled')
    if (!isNumberForm(as) && offset !== 0) refuse('offset', 'source.bit_not_scaled')
    if (write === null) return
    if (table === 'input' || table === 'discrete') refuse('write', 'source.table_read_only')
    // It would be read, changed and written back: what the machine changes in between would be lost.
    if (!isNumberForm(as) && !isBitTable(table)) refuse('write', 'source.bit_not_written')
  })
export type ModbusPoint = z.infer<typeof ModbusPoint>

/** Where a Modbus TCP machine is, and what is read of it. */
export const ModbusSource = z.strictObject({
  host: z
    .string()
    .trim()
    .regex(/^[\w.:-]{1,253}$/)
    .describe('Name or address.'),
  port: z.int().min(1).max(65_535).default(502),
  unit: z.int().min(0).max(255).default(1).describe('The unit behind this address that is meant.'),
  everyMs,
  points: pointsOf(ModbusPoint),
})
export type ModbusSource = z.infer<typeof ModbusSource>

export const OpcuaPoint = z.strictObject({
  ...point,
  nodeId: z
    .string()
    .trim()
    .max(500)
    .regex(
      /^(?:ns=\d{1,5};)?(?:i=\d{1,10}|s=.{1,400}|g=[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|b=[A-Za-z\d+/]+={0,2})$/i,
      'source.node_id',
    )
    .describe('Such as `ns=2;s=Mill.B1-3.I` or `i=2258`.'),
})
export type OpcuaPoint = z.infer<typeof OpcuaPoint>

/** Where an OPC UA server is, and what is read of it. */
export const OpcuaSource = z.strictObject({
  url: z
    .url({ protocol: /^opc\.tcp$/ })
    .max(500)
    .refine(isWithoutLogin, 'source.without_login'),
  security: z.enum(['none', 'sign', 'sign_and_encrypt']).default('none'),
  username: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe('Null: nobody in particular. Its password stands in the file that the operator names (OPCUA_PASSWORDS).'),
  everyMs,
  points: pointsOf(OpcuaPoint),
})
export type OpcuaSource = z.infer<typeof OpcuaSource>

function isWithoutLogin(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username === '' && password === ''
}

/** The forms of sources by the protocols whose machines are called; those of the others call themselves. */
export const sourceForms = { modbus: ModbusSource, opcua: OpcuaSource } as const
export type CalledProtocol = keyof typeof sourceForms
export type DeviceSource = ModbusSource | OpcuaSource

/** Whether machines of a protocol are called. O(1). */
export const isCalled = (protocol: string): protocol is CalledProtocol => Object.hasOwn(sourceForms, protocol)

/** A value that a point of a machine is to take: the body of a command `set_value`. */
export const SetValue = z.strictObject({ point: z.string().min(1).max(40), value: z.number() })
export type SetValue = z.infer<typeof SetValue>
