import { CompiledQuery, type Insertable, type RawBuilder, type Updateable } from 'kysely'
import { assert } from '@tingzhou/kernel'
import type { Db, Tables, Tx } from './tables.ts'

// No JSON that somebody sends can bear it: what is not made here stays a parameter.
const mark = Symbol('fragment')

/**
 * SQL text with its parameters, for what every step of a case runs: it becomes a statement by joining strings, where a query of
 * Kysely is a tree that is built and walked anew each time. Everything else is written with Kysely.
 */
export type Fragment = {
  readonly [mark]: true
  /** One more than there are values. */
  readonly texts: readonly string[]
  /** Parameters; a fragment or a raw query among them is a part of the text. */
  readonly values: readonly unknown[]
}

/**
 * A fragment as a template: what stands in `${…}` is sent as a parameter, unless it is a fragment or a raw query itself.
 * Source: own. O(values).
 */
export const fragment = (texts: readonly string[], ...values: readonly unknown[]): Fragment => ({
  [mark]: true,
  texts,
  values,
})

/** Text as it stands, such as a list of columns; never what somebody has typed. O(1). */
export const plain = (text: string): Fragment => fragment([text])

/** Several fragments with commas between them. O(parts). */
export const listed = (parts: readonly unknown[]): Fragment =>
  fragment(['', ...parts.slice(1).map(() => ', '), ''], ...parts)

/** Inserts one row with the columns that it has. O(columns). */
export function insertRow<T extends keyof Tables>(table: T, row: Insertable<Tables[T]>): Fragment {
  const names = Object.keys(row).map(quoted).join(', ')
  return fragment`insert into ${plain(`${quoted(table)} (${names})`)} values (${listed(Object.values(row))})`
}

/** Changes columns of the one row that the key names. O(columns). */
export function updateRow<T extends keyof Tables>(
  table: T,
  changes: Updateable<Tables[T]>,
  key: Updateable<Tables[T]>,
): Fragment {
  return fragment`update ${plain(quoted(table))} set ${listed(equations(changes))} where ${equations(key).reduce(
    (all, one) => fragment`${all} and ${one}`,
  )}`
}

const equations = (columns: object): readonly Fragment[] =>
  Object.entries(columns).map(([name, value]) => fragment([`${quoted(name)} = `, ''], value))

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * The statement that a fragment or a raw query makes; its rows are of type R.
 * Source: own. O(text).
 */
export function compile<R>(db: Db | Tx, part: Fragment | RawBuilder<unknown>): CompiledQuery<R> {
  const parameters: unknown[] = []
  const text = textOf(db, fragmentOf(db, part), parameters)
  // The rows are what the caller says they are, as with Kysely's templates.
  return CompiledQuery.raw(text, parameters) as CompiledQuery<R>
}

function textOf(db: Db | Tx, { texts, values }: Fragment, parameters: unknown[]): string {
  let text = texts[0] ?? ''
  for (const [index, value] of values.entries()) {
    const isPart = isFragment(value) || isRaw(value)
    text += isPart ? textOf(db, fragmentOf(db, value), parameters) : `$${parameters.push(value)}`
    text += texts[index + 1] ?? ''
  }
  return text
}

function fragmentOf(db: Db | Tx, part: Fragment | RawBuilder<unknown>): Fragment {
  if (isFragment(part)) return part
  const { sql, parameters } = part.compile(db)
  // Kysely numbers parameters in the order of the text, each once.
  const texts = sql.split(/\$\d+/)
  assert(texts.length === parameters.length + 1, `only parameters look like $1 in ${sql}`)
  return fragment(texts, ...parameters)
}

/** Whether a value is a part of the text instead of a parameter. O(1). */
export const isFragment = (value: unknown): value is Fragment =>
  typeof value === 'object' && value !== null && mark in value
const isRaw = (value: unknown): value is RawBuilder<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  'isRawBuilder' in value &&
  typeof value.isRawBuilder === 'boolean' &&
  'compile' in value &&
  typeof value.compile === 'function'
