import rows from './data/departments.json' with { type: 'json' }

/** A department as seed data knows it: its code in the register, its number in item codes, how many synthetic items it gets. */
export type SeedDepartment = {
  readonly code: string
  readonly number: string
  readonly zh: string
  readonly en: string
  readonly syntheticWeight: number
}

/** The departments that the built-in one-things and the synthetic catalogue speak of; invented defaults. */
export const seedDepartments: readonly SeedDepartment[] = rows
