/** A JSON Schema as the description of the interface has it. */
export type Schema = {
  readonly type?: string
  readonly format?: string
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly maxLength?: number
  readonly minLength?: number
  readonly minItems?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

/** One way to ask one address: a union in its body gives one operation a variant. */
export type Operation = {
  readonly name: string
  readonly method: string
  /** First part of the address, such as `appeals`. */
  readonly collection: string
  /** Whether it makes a new one of the collection. */
  readonly makes: boolean
  readonly input: Schema
  readonly address: (input: unknown, known: ReadonlyMap<string, string>) => string
  readonly bodyOf: (input: unknown) => unknown
}

/** A place in an input, with the schema of what stands there. */
export type Leaf = { readonly path: readonly string[]; readonly schema: Schema }

type Parameter = { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema }
type Described = {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}
type Description = { readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>> }

/** Every operation that the description names and that takes JSON or an address, creations first. */
export function operationsIn(description: Description, prefix: string): readonly Operation[] {
  return Object.entries(description.paths)
    .flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, described]) =>
        operationsOf(path, method.toUpperCase(), described, prefix),
      ),
    )
    .toSorted((a, b) => Number(b.name.startsWith('POST')) - Number(a.name.startsWith('POST')))
}

function operationsOf(path: string, method: string, described: Described, prefix: string): readonly Operation[] {
  if (path === '/events') return []
  const content = described.requestBody?.content
  const body = content?.['application/json']?.schema ?? {}
  if (content && !content['application/json']) return []
  const parameters = described.parameters ?? []
  const fixed = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema ?? {}]))
  const inPath = new Set(parameters.filter((one) => one.in === 'path').map(({ name }) => name))
  const inQuery = new Set(parameters.filter((one) => one.in === 'query').map(({ name }) => name))
  const collection = path.split('/')[1] ?? ''
  const required = parameters.flatMap((one) => (one.required ? [one.name] : []))
  return variantsOf(body).map((variant) => ({
    name: `${method} ${prefix}${path}`,
    method,
    collection,
    makes: method === 'POST' && path === `/${collection}`,
    input: {
      type: 'object',
      properties: { ...fixed, ...variant.properties },
      required: [...required, ...(variant.required ?? [])],
    },
    address: (input, known) => {
      const at = (name: string) =>
        encodeURIComponent((name === 'id' ? known.get(collection) : undefined) ?? wellFormed(textOf(input, name)))
      const query = new URLSearchParams([...inQuery].flatMap((name) => pairOf(input, name)))
      return `${prefix}${path.replaceAll(/\{\+?(\w+)\}/g, (_, name: string) => at(name))}${query.size > 0 ? `?${query}` : ''}`
    },
    bodyOf: (input) =>
      isObject(input)
        ? Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.has(name) && !inQuery.has(name)))
        : input,
  }))
}

/** An object schema for each way through the unions at its top and directly below, such as the moves of an appeal. */
function variantsOf(schema: Schema): readonly Schema[] {
  const union = schema.oneOf ?? schema.anyOf
  if (union) return union.flatMap(variantsOf)
  const split = Object.entries(schema.properties ?? {}).find(([, one]) => waysOf(one).length > 1)
  if (!split) return [schema]
  const [name, inner] = split
  return waysOf(inner).flatMap((way) => variantsOf({ ...schema, properties: { ...schema.properties, [name]: way } }))
}

/** The object schemas of a union of objects. */
const waysOf = (schema: Schema): readonly Schema[] =>
  (schema.oneOf ?? schema.anyOf ?? []).filter((one) => one.properties)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Half a pair of surrogates cannot stand in an address. */
const wellFormed = (text: string): string => Buffer.from(text).toString()

const textOf = (input: unknown, name: string): string => {
  const value = isObject(input) ? input[name] : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : crypto.randomUUID()
}

function pairOf(input: unknown, name: string): [string, string][] {
  const value = isObject(input) ? input[name] : undefined
  if (value === undefined || value === null || Array.isArray(value)) return []
  return [[name, typeof value === 'string' ? value : JSON.stringify(value)]]
}

/**
 * An input that the schema takes.
 * @param known  ids that exist, by the name of their field
 * @param text   stands wherever the schema takes any words
 */
export const mergedInput = (operation: Operation, known: ReadonlyMap<string, string>, text?: string): unknown =>
  valueFor(operation.input, '', known, text)

function valueFor(schema: Schema, name: string, known: ReadonlyMap<string, string>, text?: string): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const union = schema.oneOf ?? schema.anyOf
  if (union) {
    const inner = union.find((one) => one.type !== 'null') ?? {}
    // Nothing is better than something that does not exist.
    const free = inner.type === 'string' && inner.format === undefined && inner.pattern === undefined
    return union.some((one) => one.type === 'null') && !free && !known.has(name) && !inner.enum
      ? null
      : valueFor(inner, name, known, text)
  }
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties).flatMap(([key, inner]) => {
        const wanted = schema.required?.includes(key) ?? true
        const value = key === 'commandId' ? crypto.randomUUID() : valueFor(inner, key, known, text)
        return value === undefined || (!wanted && isBound(inner) && !known.has(key)) ? [] : [[key, value]]
      }),
    )
  switch (schema.type) {
    case 'array':
      return (schema.minItems ?? 0) === 0 ? [] : [valueFor(schema.items ?? {}, name, known, text)]
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, name === 'limit' ? 5 : 1)
    case 'boolean':
      return false
    case 'string':
      return stringFor(schema, name, known, text)
    default:
      return undefined
  }
}

/** Whether values must fit something else: an id, a pattern, a list. */
const isBound = (schema: Schema): boolean =>
  schema.format !== undefined || schema.pattern !== undefined || schema.type === 'array' || schema.type === 'integer'

function stringFor(
  schema: Schema,
  name: string,
  known: ReadonlyMap<string, string>,
  text?: string,
): string | undefined {
  if (schema.format === 'uuid') return known.get(name) ?? crypto.randomUUID()
  if (schema.format === 'date') return '2026-06-15'
  if (schema.format === 'email') return 'somebody@example.org'
  if (known.has(name)) return known.get(name)
  if (schema.pattern !== undefined) return patterned[name]
  // A cursor is a word of the server, not of the reader.
  if (name === 'cursor') return undefined
  const words = text ?? 'some words'
  return words.slice(0, schema.maxLength ?? 60).padEnd(schema.minLength ?? 0, 'x')
}

/** Values for fields whose form is a pattern. */
const patterned: Readonly<Record<string, string>> = {
  category: '0402',
  parent: '04',
  code: '0499',
  phone: '13800000000',
  contactPhone: '13800000000',
  fromMonthDay: '01-01',
  toMonthDay: '12-31',
}

/** Every place of the schema that holds a plain value. */
export function leavesOf(schema: Schema, path: readonly string[] = []): readonly Leaf[] {
  const union = schema.oneOf ?? schema.anyOf
  if (union) return leavesOf(union.find((one) => one.type !== 'null') ?? {}, path)
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, inner]) => leavesOf(inner, [...path, name]))
  return path.length > 0 ? [{ path, schema }] : []
}

/** What the schema takes at a leaf although no row could hold it, or no calendar knows it. */
export function sampleOf({ schema, path }: Leaf): readonly unknown[] {
  if (path.at(-1) === 'cursor') return ['AAAA', '\u0001', 'bm90IGEgY3Vyc29y']
  if (schema.type === 'integer' || schema.type === 'number')
    return [
      ...(schema.maximum === undefined || schema.maximum >= 2 ** 31
        ? [Number.MAX_SAFE_INTEGER, 2 ** 31]
        : [schema.maximum]),
      ...(schema.minimum === undefined && schema.exclusiveMinimum === undefined ? [-Number.MAX_SAFE_INTEGER] : []),
    ]
  return schema.format === 'date' ? ['9999-12-31', '0001-01-01'] : []
}

/** The input with another value at one place. */
export function put(input: unknown, { path }: Leaf, value: unknown): unknown {
  const [name, ...rest] = path
  if (name === undefined) return value
  const whole = isObject(input) ? input : {}
  return { ...whole, [name]: put(whole[name], { path: rest, schema: {} }, value) }
}
