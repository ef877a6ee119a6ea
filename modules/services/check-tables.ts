import type { Complaint } from './complaint.ts'
import { checkNamedTable, outcomes, type NamedTable } from './decision-table.ts'
import type { OneThing } from './one-thing.ts'

/** Tables are sound DMN, say only what they may, and decide only where they are made for it. O(rules²). */
export function checkTables({ tables, items }: OneThing): readonly Complaint[] {
  const deciding = new Set(items.flatMap(({ automatic }) => (automatic ? [automatic.table] : [])))
  return [
    ...tables.flatMap((table) => [...checkForm(table), ...checkOutcomes(table), ...checkFacts(table)]),
    ...tables.flatMap(({ code, purpose }): readonly Complaint[] =>
      purpose === 'decision' && !deciding.has(code) ? [{ kind: 'never_used', part: 'table', code }] : [],
    ),
    ...items.flatMap(({ code: item, automatic }): readonly Complaint[] => {
      const table = tables.find(({ code }) => code === automatic?.table)
      if (!table || table.purpose === 'decision') return []
      return [{ kind: 'table_not_for_decisions', table: table.code, item }]
    }),
  ]
}

const checkForm = (named: NamedTable): readonly Complaint[] =>
  checkNamedTable(named).map(({ message, value }) => ({ kind: 'bad_table', table: named.code, message, value }))

/** Every outcome is a literal that the purpose allows: so a table can be shown never to refuse, without running it. */
function checkOutcomes({ code: table, purpose, table: { rules, outputs } }: NamedTable): readonly Complaint[] {
  const allowed: readonly string[] = outcomes[purpose]
  const written = [
    ...rules.map(({ outputs: cells }) => cells[0] ?? ''),
    ...outputs.slice(0, 1).map((one) => one.defaultValue),
  ]
  const wrong = new Set(
    written.filter((cell) => cell !== null && !allowed.some((outcome) => cell.trim() === `"${outcome}"`)),
  )
  return [...wrong].map((outcome) => ({ kind: 'outcome_not_allowed', table, outcome: outcome ?? '', allowed }))
}

const checkFacts = ({ code: table, inputs }: NamedTable): readonly Complaint[] =>
  inputs.flatMap((input): readonly Complaint[] =>
    (input.from === 'fact') === (input.service !== null)
      ? []
      : [{ kind: 'fact_without_service', table, input: input.code }],
  )
