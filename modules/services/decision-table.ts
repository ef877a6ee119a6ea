import * as z from 'zod'
import {
  load,
  printTableModel,
  readModel,
  toJson,
  type Complaint as DmnComplaint,
  type Json,
  type Program,
  type TableModel,
} from '@tingzhou/dmn'
import { err, ok, type Result } from '@tingzhou/kernel'
import { Code, ServiceId, Source, Words } from './words.ts'

const Cell = z.string().max(1_000)
const Label = z.string().max(200).nullable()

/** The value of `@tingzhou/dmn` as it stands in a one-thing: texts in columns and rows, FEEL in the cells. */
const Table = z.strictObject({
  hitPolicy: z.enum(['UNIQUE', 'ANY', 'PRIORITY', 'FIRST', 'RULE ORDER', 'OUTPUT ORDER', 'COLLECT']),
  aggregation: z.enum(['SUM', 'MIN', 'MAX', 'COUNT']).nullable(),
  inputs: z
    .array(
      z.strictObject({
        label: Label,
        expression: Cell,
        typeRef: z.string().max(60).nullable(),
        values: Cell.nullable(),
      }),
    )
    .min(1)
    .max(30),
  outputs: z
    .array(
      z.strictObject({
        label: Label,
        name: z.string().max(60).nullable(),
        typeRef: z.string().max(60).nullable(),
        values: Cell.nullable(),
        defaultValue: Cell.nullable(),
      }),
    )
    .min(1)
    .max(5),
  annotations: z.array(z.string().max(200)).max(5),
  rules: z
    .array(
      z.strictObject({
        inputs: z.array(Cell).max(30),
        outputs: z.array(Cell).max(5),
        annotations: z.array(z.string().max(500)).max(5),
      }),
    )
    .max(500),
})

/** Where a table's input comes from: a field of the form, the answer to a question, or a fact that a data service knows. */
const TableInput = z.strictObject({
  code: Code,
  name: Words,
  typeRef: z.enum(['string', 'number', 'boolean', 'date']),
  from: z.enum(['field', 'question', 'fact']),
  /** Of a fact only. */
  service: ServiceId.nullable().default(null),
})

/** A table that decides 决策表: `decision` says approve or manual, `eligibility` says who may go the simple way. */
export const NamedTable = z.strictObject({
  code: Code,
  name: Words,
  purpose: z.enum(['decision', 'eligibility']),
  inputs: z.array(TableInput).min(1).max(30),
  table: Table,
  source: Source,
})
export type NamedTable = z.infer<typeof NamedTable>

/** What each purpose may say. Neither refuses: "not eligible" leads to the ordinary way. */
export const outcomes = {
  decision: ['approve', 'manual'],
  eligibility: ['eligible', 'not_eligible', 'manual'],
} as const satisfies Record<NamedTable['purpose'], readonly string[]>

export type TableFailed = { readonly kind: 'table_failed'; readonly table: string; readonly reason: string }

/** The table as a DMN model of one decision, named by the table's code. O(cells). */
export const tableModelOf = ({ code, inputs, table }: NamedTable): TableModel => ({
  name: code,
  namespace: `urn:tingzhou:services:${code}`,
  decision: { name: code, typeRef: null },
  inputs: inputs.map((input) => ({ name: input.code, typeRef: input.typeRef })),
  table,
})

/** Everything that keeps the table from being used, as the DMN checker says it; its notes are left out. O(rules²). */
export function checkNamedTable(named: NamedTable): readonly DmnComplaint[] {
  const model = readModel(printTableModel(tableModelOf(named)))
  return model.ok ? [] : model.error.filter(({ severity }) => severity === 'error')
}

// A table is a value that never changes, so what was compiled for it stays right as long as it lives.
const programs = new WeakMap<NamedTable, Program>()

/**
 * Asks a table.
 * @param inputs  by the codes of its inputs; one that is absent is unknown, which in FEEL no test but `-` accepts
 * @returns the answer as JSON; null when no rule applies and there is no default
 */
export function askTable(named: NamedTable, inputs: Readonly<Record<string, unknown>>): Result<Json, TableFailed> {
  const program = programOf(named)
  if (!program.ok) return program
  const answer = program.value.evaluate(named.code, inputs)
  return answer.ok
    ? ok(toJson(answer.value))
    : err({ kind: 'table_failed', table: named.code, reason: answer.error.kind })
}

function programOf(named: NamedTable): Result<Program, TableFailed> {
  const known = programs.get(named)
  if (known) return ok(known)
  const loaded = load([printTableModel(tableModelOf(named))])
  if (!loaded.ok) return err({ kind: 'table_failed', table: named.code, reason: loaded.error.kind })
  programs.set(named, loaded.value)
  return loaded
}

/** Whether somebody may go the simple way; whatever is not clear goes to a person. */
export function askEligibility(
  named: NamedTable,
  facts: Readonly<Record<string, unknown>>,
): Result<(typeof outcomes.eligibility)[number], TableFailed> {
  const answer = askTable(named, facts)
  if (!answer.ok) return answer
  return ok(outcomes.eligibility.find((outcome) => outcome === answer.value) ?? 'manual')
}
