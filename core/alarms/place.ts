import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import type { Decimal } from '@tingzhou/telemetry'
import { effectiveRules, type EffectiveRule, type RuleRow } from './rule-rows.ts'

/** A point as rules see it. */
export type PlacePoint = {
  readonly id: number
  readonly code: string
  readonly kind: string
  readonly nodeId: string
  readonly partyId: string | null
  readonly profileKey: string | null
  readonly template: string | null
  readonly resolution: Decimal
  readonly euLow: number | null
  readonly euHigh: number | null
  readonly sampleMs: number | null
  readonly staleAfterS: number | null
}

/** Every rule that somebody said something of, by where it stands. */
export type RuleBook = {
  readonly take: (row: RuleRow) => void
  readonly at: (point: Pick<PlacePoint, 'id' | 'profileKey' | 'template'>) => readonly EffectiveRule[]
  readonly rowAt: (point: number, key: string) => RuleRow | undefined
  /** Types whose points have rules. */
  readonly types: () => readonly (readonly [profileKey: string, template: string])[]
  readonly ownPoints: () => readonly number[]
}

const typeOf = (profileKey: string | null, template: string | null): string => `${profileKey} ${template}`

/** An empty book. */
export function newRuleBook(): RuleBook {
  const byType = new Map<string, Map<string, RuleRow>>()
  const byPoint = new Map<number, Map<string, RuleRow>>()
  // Most points of a type say nothing of their own: they share one list.
  const shared = new Map<string, readonly EffectiveRule[]>()
  const none: readonly EffectiveRule[] = []
  return {
    take: (row) => {
      if (row.pointId === null) {
        const type = typeOf(row.profileKey, row.template)
        byType.set(type, (byType.get(type) ?? new Map()).set(row.key, row))
        shared.delete(type)
      } else byPoint.set(row.pointId, (byPoint.get(row.pointId) ?? new Map()).set(row.key, row))
    },
    at: ({ id, profileKey, template }) => {
      const type = typeOf(profileKey, template)
      const own = byPoint.get(id)
      if (own) return effectiveRules(byType.get(type), own)
      const ofType = byType.get(type)
      if (!ofType) return none
      const known = shared.get(type) ?? effectiveRules(ofType, undefined)
      shared.set(type, known)
      return known
    },
    rowAt: (point, key) => byPoint.get(point)?.get(key),
    types: () =>
      [...byType.values()].flatMap((rules) => {
        const [row] = rules.values()
        return row && row.profileKey !== null && row.template !== null ? [[row.profileKey, row.template] as const] : []
      }),
    ownPoints: () => [...byPoint.keys()],
  }
}

/** Which points are asked for. */
export type PlaceFilter = {
  readonly types?: readonly (readonly [profileKey: string, template: string])[]
  readonly ids?: readonly number[]
  readonly codes?: readonly string[]
}

const pageRows = 5_000

/**
 * Points with what rules need of them.
 * Source: own. One statement 5 000 points.
 */
export async function readPlaces(db: Db, zoneId: string, filter: PlaceFilter): Promise<readonly PlacePoint[]> {
  const { types = [], ids = [], codes = [] } = filter
  if (types.length + ids.length + codes.length === 0) return []
  const found: PlacePoint[] = []
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('telemetry_point as p')
      .innerJoin('telemetry_node as n', (join) =>
        join.onRef('n.zone_id', '=', 'p.zone_id').onRef('n.id', '=', 'p.node_id'),
      )
      .select([
        'p.id',
        'p.code',
        'p.kind',
        'p.node_id as nodeId',
        'n.party_id as partyId',
        'n.profile_key as profileKey',
        'p.template',
        'p.resolution_mantissa as mantissa',
        'p.resolution_scale as scale',
        'p.eu_low as euLow',
        'p.eu_high as euHigh',
        'p.sample_ms as sampleMs',
        'p.stale_after_s as staleAfterS',
      ])
      .where('p.zone_id', '=', zoneId)
      .where('p.retired_at', 'is', null)
      .where('p.id', '>', after)
      .where(
        sql<boolean>`(p.id = any(${[...ids]}::integer[]) or p.code = any(${[...codes]}::text[])
          or (n.profile_key, p.template) in (
            select * from unnest(${types.map(([profile]) => profile)}::text[], ${types.map(([, template]) => template)}::text[])))`,
      )
      .orderBy('p.id')
      .limit(pageRows)
      .execute()
    for (const { mantissa, scale, ...row } of rows) found.push({ ...row, resolution: { mantissa, scale } })
    if (rows.length < pageRows) return found
    after = rows.at(-1)?.id ?? after
  }
}

/** The whole code of a point that a rule names: its own equipment's, unless it is a whole code already. O(length). */
export function codeOf(point: Pick<PlacePoint, 'code'>, name: string): string {
  return name.includes('.') ? name : `${point.code.slice(0, point.code.lastIndexOf('.') + 1)}${name}`
}
