import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { at, jsonb, newId, type Db, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { canonicalJson, parseRules, type SettlementRules } from '@tingzhou/settlement'
import file from '../data/terms.json' with { type: 'json' }
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { dealingRoles } from '../roles.ts'
import '../tables.ts'

export type TermsFields = {
  readonly name: string
  /** Checked by `parseRules`. */
  readonly rules: SettlementRules
  readonly vatBp: number
  readonly why: string
}

/** SHA-256 of what a version says, for whoever agreed to it. O(size). */
const hashOf = (rules: SettlementRules, vatBp: number): string =>
  createHash('sha256').update(canonicalJson({ rules, vatBp })).digest('hex')

/** Loads the rules of `data/terms.json` that the zone has not yet. One statement. */
export async function loadTerms(tx: Tx | Db, zoneId: string, now: EpochMs): Promise<void> {
  const rows = file.terms.map(({ id, name, vatBp, rules }) => {
    const read = parseRules(rules)
    assert(read.ok, `${name} in data/terms.json is a set of rules`)
    return { id, name, rules: read.value, vatBp, sha256: hashOf(read.value, vatBp) }
  })
  await sql`insert into freight_terms (zone_id, id, version, name, rules, vat_bp, sha256, why, synthetic, created_at, created_by)
    select ${zoneId}, t.id, 1, t.name, t.rules, t."vatBp", t.sha256, '', false, ${at(now)}::timestamptz, ''
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as t(id uuid, name text, rules jsonb, "vatBp" integer, sha256 text)
    on conflict do nothing`.execute(tx)
}

/** Writes rules of settlement as version 1 of new ones. */
export async function createTerms(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: TermsFields & { readonly synthetic: boolean },
): Promise<Result<{ id: string; version: number }, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  return ok(await keepVersion(tx, deps, actor, input, { id: newId(), version: 1 }))
}

/** Writes another version; what was agreed under an older one is settled under that. */
export async function addTermsVersion(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: TermsFields & { readonly id: string; readonly version: number },
): Promise<Result<{ id: string; version: number }, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId } = deps
  // Of two who look at the same version, the second waits here and then sees the first one's.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`freight_terms ${zoneId} ${input.id}`}, 0))`.execute(tx)
  const latest = await tx
    .selectFrom('freight_terms')
    .select(['version', 'synthetic'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', input.id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!latest) return err({ kind: 'not_found' })
  if (latest.version !== input.version)
    return err({
      kind: 'taken',
      field: 'version',
      value: String(input.version),
      rule: `latest_version ${latest.version}`,
    })
  const { synthetic } = latest
  return ok(await keepVersion(tx, deps, actor, { ...input, synthetic }, { id: input.id, version: latest.version + 1 }))
}

async function keepVersion(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { name, rules, vatBp, why, synthetic }: TermsFields & { readonly synthetic: boolean },
  { id, version }: { readonly id: string; readonly version: number },
) {
  await tx
    .insertInto('freight_terms')
    .values({
      zone_id: deps.zoneId,
      id,
      version,
      name,
      rules: jsonb(rules),
      vat_bp: vatBp,
      sha256: hashOf(rules, vatBp),
      why,
      synthetic,
      created_at: at(deps.clock()),
      created_by: actor.name,
    })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_terms',
    objectId: id,
    verb: version === 1 ? 'create' : 'add_version',
    why,
    data: { name, version },
  })
  return { id, version }
}
