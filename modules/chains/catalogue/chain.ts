import { sql } from 'kysely'
import { at, expectRevision, jsonb, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import type { ChainsError, Fault } from '../problems.ts'
import { note } from '../record.ts'
import '../tables.ts'
import type { Basis, Stage, State } from '../words.ts'
import { isCodeTaken } from './codes.ts'
import { holdCatalogue } from './hold.ts'
import { placesMax, segmentsMax } from './limits.ts'
import { productsRefused, verbOf } from './product.ts'

/** A product's part in a segment; `mes` is the minimum efficient scale, units a year. */
export type PlaceFields = {
  readonly product: string
  readonly weight: number
  readonly isRequired: boolean
  readonly mes: number
}

/** A segment 环节 of a chain, in its order from upstream to downstream. */
export type SegmentFields = {
  readonly key: string
  readonly stage: Stage
  readonly zh: string
  readonly en: string
  readonly products: readonly PlaceFields[]
}

/** What is known of an industry chain 产业链. */
export type ChainFields = {
  readonly cluster: string
  readonly zh: string
  readonly en: string
  readonly basis: Basis
  readonly source: string
  readonly segments: readonly SegmentFields[]
}

/** Chains of a zone. */
const chainsMax = 200

/** What segments say by themselves. Pure. O(products). */
function segmentsFault(segments: readonly SegmentFields[]): Fault | null {
  for (const [place, { key, products }] of segments.entries()) {
    if (segments.findIndex((one) => one.key === key) < place)
      return { field: `segments.${place}.key`, value: key, rule: 'one_key' }
    const twin = products.findIndex(({ product }, i) => products.findIndex((one) => one.product === product) < i)
    if (twin >= 0)
      return {
        field: `segments.${place}.products.${twin}.product`,
        value: products[twin]?.product ?? '',
        rule: 'once_a_segment',
      }
  }
  const places = segments.reduce((all, { products }) => all + products.length, 0)
  return places > placesMax ? { field: 'segments', value: String(places), rule: `at_most ${placesMax}` } : null
}

const toRow = ({ cluster, zh, en, basis, source }: ChainFields) => ({ cluster_code: cluster, zh, en, basis, source })

/** Enters a chain with its segments. */
export async function enterChain(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: ChainFields & { readonly code: string; readonly validFrom: string },
): Promise<Result<Saved, ChainsError>> {
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const { code, segments, validFrom } = input
  if (await isCodeTaken(tx, deps.zoneId, code))
    return err({ kind: 'taken', field: 'code', value: code, rule: 'one_code' })
  const counted = await tx
    .selectFrom('chain')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', deps.zoneId)
    .executeTakeFirst()
  if ((counted?.n ?? 0) >= chainsMax)
    return err({ kind: 'field_refused', field: 'code', value: code, rule: `at_most ${chainsMax}` })
  const refused = await fieldsRefused(tx, deps.zoneId, input, new Set())
  if (refused) return err(refused)
  const row = { ...toRow(input), valid_from: validFrom }
  await tx
    .insertInto('chain')
    .values({ zone_id: deps.zoneId, code, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  await writeSegments(tx, deps.zoneId, code, segments)
  const data = changesBetween({}, { ...row, ...shown(segments) })
  await note(tx, deps, actor, { objectKind: 'chain', objectId: code, verb: 'enter', data })
  return ok({ id: code, rev: 1 })
}

/** Changes, closes or reopens a chain, with its segments and their products as they shall be. */
export async function changeChain(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: ChainFields & {
    readonly code: string
    readonly rev: number
    readonly why: string
    readonly state: State
  },
): Promise<Result<Saved, ChainsError>> {
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const { code, segments, state } = input
  const before = await tx
    .selectFrom('chain')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', code)
    .forUpdate()
    .executeTakeFirst()
  if (!before) return err({ kind: 'not_found' })
  const fresh = expectRevision(before.rev, input.rev)
  if (!fresh.ok) return fresh
  const was = await readSegments(tx, deps.zoneId, code)
  // What was closed since may stay where it stands in a chain that is closed too.
  const standing = state === 'closed' ? was.flatMap(({ products }) => products.map((one) => one.product)) : []
  const refused = await fieldsRefused(tx, deps.zoneId, input, new Set(standing))
  if (refused) return err(refused)
  const after = { ...toRow(input), state }
  await tx
    .updateTable('chain')
    .set({ ...after, rev: before.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', code)
    .execute()
  await tx.deleteFrom('chain_segment').where('zone_id', '=', deps.zoneId).where('chain_code', '=', code).execute()
  await writeSegments(tx, deps.zoneId, code, segments)
  const gone = Object.fromEntries(Object.keys(shown(was)).map((segment) => [segment, '']))
  await note(tx, deps, actor, {
    objectKind: 'chain',
    objectId: code,
    verb: verbOf(before.state, state),
    why: input.why,
    data: changesBetween({ ...before, ...shown(was) }, { ...after, ...gone, ...shown(segments) }),
  })
  return ok({ id: code, rev: before.rev + 1 })
}

/** Why a chain cannot be so. Two statements at most. */
async function fieldsRefused(
  tx: Tx,
  zoneId: string,
  { cluster, segments }: ChainFields,
  standing: ReadonlySet<string>,
): Promise<ChainsError | null> {
  const fault = segmentsFault(segments)
  if (fault) return { kind: 'field_refused', ...fault }
  const known = await tx
    .selectFrom('chain_cluster')
    .select('code')
    .where('zone_id', '=', zoneId)
    .where('code', '=', cluster)
    .where('valid_to', 'is', null)
    .executeTakeFirst()
  if (!known) return { kind: 'field_refused', field: 'cluster', value: cluster, rule: 'in_the_list' }
  const wanted = segments.flatMap(({ products }, place) =>
    products.map(({ product }, i) => ({ product, field: `segments.${place}.products.${i}.product` })),
  )
  return productsRefused(tx, zoneId, wanted, (code) => standing.has(code))
}

/** The segments of a chain as they stand. One statement. */
async function readSegments(tx: Tx, zoneId: string, code: string): Promise<readonly SegmentFields[]> {
  const { rows } = await sql<SegmentFields>`select s.key, s.stage, s.zh, s.en,
      coalesce((select jsonb_agg(jsonb_build_object('product', p.product_code, 'weight', p.weight, 'isRequired', p.is_required, 'mes', p.mes)
          order by p.place, p.product_code)
        from chain_segment_product p
        where p.zone_id = s.zone_id and p.chain_code = s.chain_code and p.segment_key = s.key), '[]'::jsonb) as products
    from chain_segment s where s.zone_id = ${zoneId} and s.chain_code = ${code}
    order by s.place, s.key limit ${segmentsMax}`.execute(tx)
  return rows
}

/** Writes the segments of a chain that has none. Two statements. */
async function writeSegments(tx: Tx, zoneId: string, code: string, segments: readonly SegmentFields[]): Promise<void> {
  const rows = segments.map(({ key, stage, zh, en }, place) => ({ key, stage, zh, en, place }))
  await sql`insert into chain_segment (zone_id, chain_code, key, stage, place, zh, en)
    select ${zoneId}, ${code}, r.key, r.stage, r.place, r.zh, r.en
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as r(key text, stage text, place integer, zh text, en text)`.execute(
    tx,
  )
  const places = segments.flatMap(({ key, products }) => products.map((one, place) => ({ ...one, key, place })))
  await sql`insert into chain_segment_product (zone_id, chain_code, segment_key, product_code, place, weight, is_required, mes)
    select ${zoneId}, ${code}, r.key, r.product, r.place, r.weight, r."isRequired", r.mes
    from jsonb_to_recordset(${jsonb(places)}::jsonb) as r(key text, product text, place integer, weight double precision,
      "isRequired" boolean, mes double precision)`.execute(tx)
}

/** Segments as a history has them: a line each. */
const shown = (segments: readonly SegmentFields[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    segments.map(({ key, stage, zh, en, products }, place) => [
      `segment ${key}`,
      [
        `${place + 1} ${stage} ${zh} / ${en}:`,
        ...products.map(
          ({ product, weight, isRequired, mes }) => `${product}${isRequired ? '*' : ''} ${weight} ${mes}`,
        ),
      ].join(' '),
    ]),
  )
