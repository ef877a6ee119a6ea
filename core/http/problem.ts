import type { Result } from '@tingzhou/kernel'

/** One refused field. */
export type FieldProblem = {
  readonly field: string
  readonly value: unknown
  readonly rule: string
  /** Text for the reader; absent: taken from the locale texts of the problem's kind. */
  readonly message?: string
}

/** What a handler says when it refuses. */
export type ProblemSpec = {
  /** Key of the texts, such as `not_over_limit`. */
  readonly kind: string
  readonly status: number
  /** Namespace of the texts, such as `needs`; looked up before the common ones. */
  readonly area?: string
  readonly field?: string
  readonly value?: unknown
  readonly rule?: string
  /** Replaces the text of the kind; already in the reader's language. */
  readonly detail?: string
  /** Values that decided; they fill `{name}` in the texts and are sent as `meta`. */
  readonly meta?: Readonly<Record<string, unknown>>
  readonly errors?: readonly FieldProblem[]
  /** Seconds after which asking again makes sense. */
  readonly retryAfterSeconds?: number
}

/** A refusal on its way to the reader. */
export class ProblemError extends Error {
  readonly spec: ProblemSpec

  constructor(spec: ProblemSpec) {
    super(`${spec.status} ${spec.kind}`)
    this.name = 'ProblemError'
    this.spec = spec
  }
}

/** Makes a refusal: `throw problem({ kind: 'not_found', status: 404 })`. */
export const problem = (spec: ProblemSpec): ProblemError => new ProblemError(spec)

type ErrorKind = { readonly kind: string }

/** How one kind of refusal travels over HTTP. */
export type ProblemRow = {
  readonly status: number
  readonly area?: string
  /** The field at fault; its value is taken from the error's property `value` or of the same name. */
  readonly field?: string
  /** The error's property that holds the refused value, when it has another name. */
  readonly valueIn?: string
  readonly rule?: string
}

/** How the refusals that every command can meet travel. */
export const commandProblems = {
  stale_revision: { status: 409, field: 'rev', valueIn: 'expected', rule: 'the present revision' },
  command_reused: { status: 409, field: 'commandId', rule: 'one id, one content' },
} as const satisfies Readonly<Record<string, ProblemRow>>

/** A row for every kind that can come: `const problems = { … } satisfies ProblemTable<SignError>`. */
export type ProblemTable<E extends ErrorKind> = { readonly [K in E['kind']]: ProblemRow }

/**
 * The value of a result, or its refusal thrown as a problem.
 * @param table  one row a kind; more rows than kinds are fine, so that a module has one table
 * @throws ProblemError
 */
export function unwrap<T, E extends ErrorKind>(result: Result<T, E>, table: ProblemTable<E>): T {
  if (result.ok) return result.value
  const { kind, ...meta } = result.error
  // The table has a row for each kind of E.
  const row = table[kind as E['kind']]
  throw problem({ ...fieldOf(row, meta), kind, status: row.status, meta, ...(row.area ? { area: row.area } : {}) })
}

function fieldOf(row: ProblemRow, meta: Readonly<Record<string, unknown>>): Partial<ProblemSpec> {
  const field = row.field ?? (typeof meta.field === 'string' ? meta.field : undefined)
  if (field === undefined) return {}
  const rule = row.rule ?? (typeof meta.rule === 'string' ? meta.rule : undefined)
  const value = meta[row.valueIn ?? 'value'] ?? meta[field]
  return { field, value, ...(rule === undefined ? {} : { rule }) }
}
