import businessType from './data/business-type.json' with { type: 'json' }
import bank from './data/bank.json' with { type: 'json' }
import cargoClass from './data/cargo-class.json' with { type: 'json' }
import division from './data/division.json' with { type: 'json' }
import energy from './data/energy.json' with { type: 'json' }
import insurer from './data/insurer.json' with { type: 'json' }
import paymentMeans from './data/payment-means.json' with { type: 'json' }
import plateColour from './data/plate-colour.json' with { type: 'json' }
import transportOrganisation from './data/transport-organisation.json' with { type: 'json' }
import vehicleType from './data/vehicle-type.json' with { type: 'json' }
import { codeTables, type CodeTable } from './words.ts'

/** One code: its Chinese name, and the English one where the source or common use gives it. */
export type Code = { readonly code: string; readonly zh: string; readonly en: string | null }
export type CodeFile = { readonly source: string; readonly licence: string; readonly rows: readonly Code[] }

/**
 * Checks a table of codes.
 * @returns the table by code
 * @throws Error naming the table and the row: a code twice, an empty code or name, no source
 * Source: own. O(rows).
 */
export function checkCodes(name: string, file: CodeFile): ReadonlyMap<string, Code> {
  if (file.source === '' || file.licence === '') throw new Error(`${name}: a table names its source and licence`)
  const byCode = new Map<string, Code>()
  for (const row of file.rows) {
    if (row.code.trim() === '' || row.zh.trim() === '' || row.en === '')
      throw new Error(`${name}: ${JSON.stringify(row)} has an empty code or name`)
    if (byCode.has(row.code)) throw new Error(`${name}: the code ${row.code} stands twice`)
    byCode.set(row.code, row)
  }
  return byCode
}

const files: Readonly<Record<CodeTable, CodeFile>> = {
  'cargo-class': cargoClass,
  'plate-colour': plateColour,
  energy,
  'transport-organisation': transportOrganisation,
  'business-type': businessType,
  'payment-means': paymentMeans,
  'vehicle-type': vehicleType,
  bank,
  insurer,
  division,
}

const tables = new Map(codeTables.map((table) => [table, checkCodes(table, files[table])]))

/** A table as it is published. O(1). */
export const codeFile = (table: CodeTable): CodeFile => files[table]

/** A code of a table, or undefined. O(1). */
export const findCode = (table: CodeTable, code: string): Code | undefined => tables.get(table)?.get(code)

/** Whether a table has the code. O(1). */
export const hasCode = (table: CodeTable, code: string): boolean => findCode(table, code) !== undefined
