import { at, expectRevision, jsonb, type CommandDeps, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import indicators from '../data/indicators.json' with { type: 'json' }
import units from '../data/units.json' with { type: 'json' }
import { changesOf } from '../enterprise.ts'
import { announce, recordChanges, type By } from '../record.ts'
import '../tables.ts'
import type { Indicator, IndicatorUnit } from './figure-contract.ts'

type Fields = Omit<Indicator, 'code' | 'rev'>
export type IndicatorError =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'indicator_taken'; readonly field: 'code'; readonly value: string }
  | { readonly kind: 'units_refused'; readonly field: 'units'; readonly value: string; readonly rule: string }

const unitsOf = new Map(Object.entries<readonly IndicatorUnit[]>(units))

/** The indicators that a zone begins with: data/indicators.json. */
export const starterIndicators: readonly Omit<Indicator, 'rev'>[] = indicators.map((one, position) => ({
  ...one,
  units: [...(unitsOf.get(one.units) ?? [])],
  position: position * 10,
  state: 'open',
}))

const columnsOf = ({ zh, en, definitionZh, definitionEn, units: inUse, least, position, state }: Fields) => ({
  name_zh: zh,
  name_en: en,
  definition_zh: definitionZh,
  definition_en: definitionEn,
  units: jsonb(inUse),
  least,
  position,
  state,
})

/** Gives a zone its first indicators; those that it has stay as they were edited. One statement. */
export async function loadIndicators(db: Db | Tx, { zoneId, clock }: Pick<CommandDeps, 'zoneId' | 'clock'>) {
  const now = at(clock())
  await db
    .insertInto('figure_indicator')
    .values(
      starterIndicators.map(({ code, ...fields }) => ({
        zone_id: zoneId,
        code,
        ...columnsOf(fields),
        created_at: now,
        created_by: 'system',
        updated_at: now,
        updated_by: 'system',
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

// Nobody tells more of them apart.
const indicatorsMax = 200

const select = (db: Db | Tx, zoneId: string) =>
  db
    .selectFrom('figure_indicator')
    .select([
      'code',
      'name_zh as zh',
      'name_en as en',
      'definition_zh as definitionZh',
      'definition_en as definitionEn',
    ])
    .select(['units', 'least', 'position', 'state', 'rev'])
    .where('zone_id', '=', zoneId)
    .orderBy('position')
    .orderBy('code')
    .limit(indicatorsMax)

/** The indicators of a zone, in their order. One statement. */
export const readIndicators = (db: Db | Tx, zoneId: string): Promise<readonly Indicator[]> =>
  select(db, zoneId).execute()

/** The first unit is what others are reckoned in; no unit twice. Pure. */
function checkUnits(now: readonly IndicatorUnit[], before: readonly IndicatorUnit[]): Result<void, IndicatorError> {
  const refused = (value: string, rule: string) => err({ kind: 'units_refused', field: 'units', value, rule } as const)
  const [first] = now
  if (first?.factor !== 1) return refused(first?.code ?? '', 'first_is_one')
  const codes = now.map(({ code }) => code)
  const repeated = codes.find((code, i) => codes.indexOf(code) !== i)
  if (repeated !== undefined) return refused(repeated, 'each_once')
  // Figures keep the unit that they were given in: it must go on meaning the same.
  const lost = before.find(({ code, factor }) => !now.some((unit) => unit.code === code && unit.factor === factor))
  return lost ? refused(lost.code, 'kept') : ok(undefined)
}

/** Adds an indicator. */
export async function createIndicator(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  { code, ...entered }: Omit<Indicator, 'rev' | 'state'>,
): Promise<Result<{ code: string; rev: number }, IndicatorError>> {
  const known = await readIndicators(tx, deps.zoneId)
  if (known.some((one) => one.code === code) || known.length >= indicatorsMax)
    return err({ kind: 'indicator_taken', field: 'code', value: code })
  const units = checkUnits(entered.units, [])
  if (!units.ok) return units
  const now = at(deps.clock())
  const fields = { ...entered, state: 'open' } as const
  await tx
    .insertInto('figure_indicator')
    .values({
      zone_id: deps.zoneId,
      code,
      ...columnsOf(fields),
      created_at: now,
      created_by: by.accountId,
      updated_at: now,
      updated_by: by.accountId,
    })
    .execute()
  await note(tx, deps, by, code, 'created', {}, fields)
  return ok({ code, rev: 1 })
}

/** Changes, closes or reopens an indicator. */
export async function changeIndicator(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  {
    code,
    rev,
    ...entered
  }: { readonly [Key in keyof Fields]?: Fields[Key] | undefined } & { readonly code: string; readonly rev: number },
): Promise<Result<{ code: string; rev: number }, IndicatorError | StaleRevision>> {
  const found = await select(tx, deps.zoneId).where('code', '=', code).forUpdate().executeTakeFirst()
  if (!found) return err({ kind: 'not_found' })
  const { rev: stored, code: _code, ...before } = found
  const fresh = expectRevision(stored, rev)
  if (!fresh.ok) return fresh
  const given = Object.entries(entered).filter(([key, value]) => key in before && value !== undefined)
  const after: Fields = { ...before, ...Object.fromEntries(given) }
  const units = checkUnits(after.units, before.units)
  if (!units.ok) return units
  await tx
    .updateTable('figure_indicator')
    .set({ ...columnsOf(after), rev: rev + 1, updated_at: at(deps.clock()), updated_by: by.accountId })
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', code)
    .execute()
  await note(tx, deps, by, code, 'changed', before, after)
  return ok({ code, rev: rev + 1 })
}

async function note(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  code: string,
  verb: 'created' | 'changed',
  before: Partial<Fields>,
  after: Fields,
): Promise<void> {
  const change = { objectKind: 'figure_indicator' as const, objectId: code, verb, changes: changesOf(before, after) }
  await recordChanges(tx, deps, by, [change])
  await announce(tx, deps, change, 'registry.figure_indicator_changed')
}
