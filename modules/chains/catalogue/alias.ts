import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps } from '@tingzhou/records'
import type { ChainsError } from '../problems.ts'
import { note } from '../record.ts'
import '../tables.ts'
import type { Basis, NameLang, State } from '../words.ts'
import { holdCatalogue } from './hold.ts'
import { isSameName, nameFault, othersCalled } from './names.ts'
import { productsRefused, verbOf, type Named } from './product.ts'
import { aliasesMax, chainCatalogue } from './store.ts'

/** Another name 别名 of a product in a language. */
export type AliasFields = {
  readonly productCode: string
  readonly lang: NameLang
  readonly alias: string
  readonly basis: Basis
}

/** Adds a name to a product. */
export async function addAlias(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: AliasFields,
): Promise<Result<Named, ChainsError>> {
  const zone = await chainCatalogue(tx, deps.zoneId)
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const added = await insertAlias(tx, deps, actor, input)
  if (!added.ok) return added
  const { productCode, alias } = input
  return ok({ id: added.value, rev: 1, warnings: othersCalled(zone, productCode, [alias]) })
}

/** The same under a catalogue that is held. @returns the id of the name */
export async function insertAlias(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  { productCode, lang, alias, basis }: AliasFields,
): Promise<Result<string, ChainsError>> {
  const unnamed = nameFault('alias', alias)
  if (unnamed) return err({ kind: 'field_refused', ...unnamed })
  const refused = await aliasRefused(tx, deps, { productCode, lang, alias }, null)
  if (refused) return err(refused)
  const id = newId()
  const row = { product_code: productCode, lang, alias, basis }
  await tx
    .insertInto('chain_alias')
    .values({ zone_id: deps.zoneId, id, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_product',
    objectId: productCode,
    verb: 'add_alias',
    data: changesBetween({}, { lang, alias, basis }),
  })
  return ok(id)
}

/** Why a product cannot have a name: it is not open, has it in that language, or too many. Three statements. */
async function aliasRefused(
  tx: Tx,
  { zoneId }: RecordDeps,
  { productCode, lang, alias }: Omit<AliasFields, 'basis'>,
  except: string | null,
): Promise<ChainsError | null> {
  const refused = await productsRefused(tx, zoneId, [{ field: 'productCode', product: productCode }])
  if (refused) return refused
  const product = await tx
    .selectFrom('chain_product')
    .select(['zh', 'en'])
    .where('zone_id', '=', zoneId)
    .where('code', '=', productCode)
    .executeTakeFirst()
  const names = await tx
    .selectFrom('chain_alias')
    .select(['id', 'alias', 'lang'])
    .where('zone_id', '=', zoneId)
    .where('product_code', '=', productCode)
    .where('state', '=', 'open')
    .limit(aliasesMax)
    .execute()
  const others = names.filter((name) => name.id !== except)
  const own = others.filter((name) => name.lang === lang).map((name) => name.alias)
  if ([...(product ? [product[lang]] : []), ...own].some((name) => isSameName(name, alias)))
    return { kind: 'taken', field: 'alias', value: alias, rule: 'one_name' }
  return others.length >= aliasesMax
    ? { kind: 'field_refused', field: 'alias', value: alias, rule: `at_most ${aliasesMax}` }
    : null
}

/** Closes or reopens a name, or says what it rests on. */
export async function changeAlias(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly state: State
    readonly basis: Basis
  },
): Promise<Result<Named, ChainsError>> {
  const zone = await chainCatalogue(tx, deps.zoneId)
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const { id, state, basis } = input
  const row = await tx
    .selectFrom('chain_alias')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const { product_code: productCode, lang, alias } = row
  if (state === 'open' && row.state === 'closed') {
    const refused = await aliasRefused(tx, deps, { productCode, lang, alias }, id)
    if (refused) return err(refused)
  }
  await tx
    .updateTable('chain_alias')
    .set({ state, basis, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_product',
    objectId: productCode,
    verb: `${verbOf(row.state, state)}_alias`,
    why: input.why,
    data: {
      changes: [
        { field: 'alias', from: row.state === 'open' ? alias : null, to: state === 'open' ? alias : null },
        ...(row.basis === basis ? [] : [{ field: 'basis', from: row.basis, to: basis }]),
      ],
    },
  })
  const warnings = state === 'open' ? othersCalled(zone, productCode, [alias]) : []
  return ok({ id, rev: row.rev + 1, warnings })
}
