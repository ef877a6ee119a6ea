import { err, ok, type Result } from '@tingzhou/kernel'
import { at, expectRevision, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import builtIn from './data/categories.json' with { type: 'json' }
import type { Category } from './categories-contract.ts'
import { recordDeeds, type ZoneDeps } from './deed.ts'

/** Where an appeal goes that fits nowhere; it cannot be retired. Target: under 5 % of closed appeals (casework.md §5). */
export const unclassified = '1199'

export type NewCategory = Pick<Category, 'code' | 'nameZh' | 'nameEn' | 'hint' | 'public'>
export type CategoryChange = Partial<Pick<Category, 'nameZh' | 'nameEn' | 'hint' | 'public' | 'retired'>>

export type CategoryError =
  | { readonly kind: 'category_exists'; readonly code: string }
  | { readonly kind: 'category_parent_missing'; readonly code: string; readonly parent: string }
  | { readonly kind: 'category_has_children'; readonly code: string; readonly children: readonly string[] }
  | { readonly kind: 'category_indispensable'; readonly code: string }
  | { readonly kind: 'category_not_found'; readonly code: string }
  | StaleRevision

/** The L1 code of a category; null for an L1. O(1). */
export const parentOf = (code: string): string | null => (code.length === 4 ? code.slice(0, 2) : null)

/**
 * Whether a category may be added: codes are stable for ever, so one that was ever used is never given again.
 * @param known  every category, retired ones too
 * Source: casework.md §5. O(known).
 */
export function checkNew(known: readonly Category[], code: string): Result<void, CategoryError> {
  if (known.some((one) => one.code === code)) return err({ kind: 'category_exists', code })
  const parent = parentOf(code)
  const found = known.find((one) => one.code === parent)
  if (parent !== null && (!found || found.retired)) return err({ kind: 'category_parent_missing', code, parent })
  return ok(undefined)
}

/**
 * Whether a category may be retired or come back. Appeals keep a retired code; nothing new gets it.
 * @param known  every category
 * Source: casework.md §5. O(known).
 */
export function checkRetirement(
  known: readonly Category[],
  code: string,
  retired: boolean,
): Result<void, CategoryError> {
  if (!retired) {
    const parent = parentOf(code)
    const missing = parent !== null && known.some((one) => one.code === parent && one.retired)
    return missing ? err({ kind: 'category_parent_missing', code, parent }) : ok(undefined)
  }
  const children = known.filter((one) => one.parent === code && !one.retired).map((one) => one.code)
  if (code === unclassified || children.includes(unclassified)) return err({ kind: 'category_indispensable', code })
  return children.length > 0 ? err({ kind: 'category_has_children', code, children }) : ok(undefined)
}

/** The whole taxonomy by code, retired entries too; about 75 rows. */
export async function listCategories(tx: Tx | Db, zoneId: string): Promise<Category[]> {
  const rows = await selectCategories(tx, zoneId).limit(2_000).execute()
  return rows.map(toCategory)
}

export async function findCategory(tx: Tx | Db, zoneId: string, code: string): Promise<Category | null> {
  const row = await selectCategories(tx, zoneId).where('code', '=', code).executeTakeFirst()
  return row ? toCategory(row) : null
}

/** Whether an appeal may be given this category now. */
export async function isUsableCategory(tx: Tx | Db, zoneId: string, code: string): Promise<boolean> {
  const category = await findCategory(tx, zoneId, code)
  return category !== null && category.parent !== null && !category.retired
}

/** Adds the built-in categories that the zone lacks; those it has stay as they are. One statement, safe to repeat. */
export async function loadCategories(tx: Tx | Db, zoneId: string): Promise<void> {
  await tx
    .insertInto('need_category')
    .values(
      builtIn.map((one) => ({
        zone_id: zoneId,
        code: one.code,
        parent: parentOf(one.code),
        name_zh: one.zh,
        name_en: one.en,
        hint: 'hint' in one && one.hint ? one.hint : '',
        public: one.public,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function addCategory(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: NewCategory,
): Promise<Result<Category, CategoryError>> {
  const allowed = checkNew(await listCategories(tx, deps.zoneId), input.code)
  if (!allowed.ok) return allowed
  await tx
    .insertInto('need_category')
    .values({
      zone_id: deps.zoneId,
      code: input.code,
      parent: parentOf(input.code),
      name_zh: input.nameZh,
      name_en: input.nameEn,
      hint: input.hint,
      public: input.public,
    })
    .execute()
  await recordDeeds(tx, deps, actor, [
    {
      objectKind: 'need_category',
      objectId: historyId(input.code),
      verb: 'add',
      event: 'category_added',
      data: { ...input },
    },
  ])
  return ok({ ...input, parent: parentOf(input.code), retired: false, rev: 1 })
}

export async function changeCategory(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly code: string; readonly rev: number; readonly why: string; readonly change: CategoryChange },
): Promise<Result<Category, CategoryError>> {
  const { code, change } = input
  // The whole taxonomy is locked, so that nobody retires the parent meanwhile.
  const known = (await selectCategories(tx, deps.zoneId).forUpdate().execute()).map(toCategory)
  const before = known.find((one) => one.code === code)
  if (!before) return err({ kind: 'category_not_found', code })
  const fresh = expectRevision(before.rev, input.rev)
  if (!fresh.ok) return fresh
  if (change.retired !== undefined && change.retired !== before.retired) {
    const allowed = checkRetirement(known, code, change.retired)
    if (!allowed.ok) return allowed
  }
  const after: Category = { ...before, ...change, rev: before.rev + 1 }
  await tx
    .updateTable('need_category')
    .set({
      name_zh: after.nameZh,
      name_en: after.nameEn,
      hint: after.hint,
      public: after.public,
      ...(after.retired === before.retired ? {} : { retired_at: after.retired ? at(deps.clock()) : null }),
      rev: after.rev,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', code)
    .execute()
  await recordDeeds(tx, deps, actor, [
    {
      objectKind: 'need_category',
      objectId: historyId(code),
      verb: 'change',
      event: 'category_changed',
      reason: input.why,
      data: { before, after },
    },
  ])
  return ok(after)
}

// Codes are short; the history's ids are unique over all kinds.
const historyId = (code: string): string => `need_category/${code}`

const selectCategories = (tx: Tx | Db, zoneId: string) =>
  tx
    .selectFrom('need_category')
    .select(['code', 'parent', 'name_zh', 'name_en', 'hint', 'public', 'retired_at', 'rev'])
    .where('zone_id', '=', zoneId)
    .orderBy('code')

function toCategory(row: {
  readonly code: string
  readonly parent: string | null
  readonly name_zh: string
  readonly name_en: string
  readonly hint: string
  readonly public: boolean
  readonly retired_at: number | null
  readonly rev: number
}): Category {
  return {
    code: row.code,
    parent: row.parent,
    nameZh: row.name_zh,
    nameEn: row.name_en,
    hint: row.hint,
    public: row.public,
    retired: row.retired_at !== null,
    rev: row.rev,
  }
}
