import { beginCase, dossierOf, say, tell, type CaseDeps } from '@tingzhou/casework'
import { at, flushBatch, jsonb, type Tx } from '@tingzhou/db'
import { assert, epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { findParties, hasRole, type Actor, type Role } from '@tingzhou/parties'
import type { z } from 'zod'
import type { Changed } from './application.ts'
import { campaignKind, campaignPlay, freshVars } from './campaign-process.ts'
import type { NewCampaign, PanelSeat } from './campaign-contract.ts'
import type { ReviewError } from './errors.ts'
import { checkRules, deadlinesOf } from './review-rules.ts'
import type { RuleSet } from './rule-set.ts'

export type Seat = z.infer<typeof PanelSeat>

/** Who runs campaigns; a machine does so for a demo zone. */
export const campaignRoles: readonly Role[] = ['supervisor', 'admin', 'machine']

/** Starts a campaign 评选活动: its rules, its panel, its process. */
export async function startCampaign(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: z.infer<typeof NewCampaign>,
): Promise<Result<Changed, ReviewError>> {
  if (!hasRole(actor, ...campaignRoles)) return err({ kind: 'not_allowed', move: 'create', reason: 'office_only' })
  const rules = await checkRuleSet(tx, deps, input.rules)
  if (!rules.ok) return rules
  const seats = await checkPanel(tx, deps, input.panel)
  if (!seats.ok) return seats
  const now = at(deps.clock())
  const row = await tx
    .insertInto('review_campaign')
    .values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      name: input.name,
      year: input.year,
      state: 'open',
      rules_version: 1,
      instance_id: deps.newId(),
      synthetic: input.synthetic,
      created_at: now,
      created_by: actor.accountId,
      updated_at: now,
      updated_by: actor.accountId,
    })
    .returningAll()
    .executeTakeFirst()
  assert(row, 'an insert gives its row')
  await addRules(tx, deps, actor, row.id, 1, rules.value, '')
  await replacePanel(tx, deps, row.id, seats.value)
  const dossier = dossierOf(deps, campaignKind, row, { by: 'actor', actor, verb: 'create' })
  say(dossier, { verb: 'create', public: true, data: { name: row.name, year: row.year } })
  tell(dossier, 'campaign_opened')
  const started = await beginCase(tx, campaignPlay, dossier, freshVars(closesAt(rules.value)))
  if (!started.ok) return started
  await flushBatch(tx, dossier.batch)
  return ok({ id: row.id, rev: dossier.row.rev })
}

/** The campaign closes an hour after its last level, when the applications have closed themselves. */
export const closesAt = (rules: RuleSet): EpochMs => epochMs(deadlinesOf(rules).prefecture.closeAt + 3_600_000)

/** Whether rules can be reviewed by, and their quotas name counties of the zone. */
export async function checkRuleSet(tx: Tx, deps: CaseDeps, rules: RuleSet): Promise<Result<RuleSet, ReviewError>> {
  const fit = checkRules(rules)
  if (!fit.ok) return fit
  const areas = rules.quotas.map(({ areaId }) => areaId)
  const stranger = await strangerAmong(tx, deps, 'area', areas)
  return stranger === undefined ? fit : err({ kind: 'unknown_party', field: 'rules.quotas', value: stranger })
}

/** Adds a version of the rules; those before it stay. One statement. */
export async function addRules(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  campaignId: string,
  version: number,
  rules: RuleSet,
  why: string,
): Promise<void> {
  await tx
    .insertInto('review_rules')
    .values({
      zone_id: deps.zoneId,
      campaign_id: campaignId,
      version,
      content: jsonb(rules),
      why,
      created_at: at(deps.clock()),
      created_by: actor.accountId,
    })
    .execute()
}

/** Whether seats name accounts, counties and departments of the zone, nobody twice at a level. */
export async function checkPanel(
  tx: Tx,
  deps: CaseDeps,
  panel: readonly Seat[],
): Promise<Result<readonly Seat[], ReviewError>> {
  const keys = panel.map(({ accountId, level }) => `${accountId} ${level}`)
  const twice = panel.find((_, index) => keys.indexOf(keys[index] ?? '') !== index)
  if (twice) return err({ kind: 'panel_repeated', field: 'panel', value: twice.accountId })
  const misplaced = panel.find(({ level, areaId }) => (level === 'county') !== (areaId !== null))
  if (misplaced) return err({ kind: 'panel_area', field: 'panel', value: misplaced.accountId })
  const named = (values: readonly (string | null)[]) => values.filter((value): value is string => value !== null)
  const stranger =
    (await strangerAmong(
      tx,
      deps,
      'person',
      panel.map(({ accountId }) => accountId),
    )) ??
    (await strangerAmong(tx, deps, 'area', named(panel.map(({ areaId }) => areaId)))) ??
    (await strangerAmong(tx, deps, 'department', named(panel.map(({ departmentId }) => departmentId))))
  return stranger === undefined ? ok(panel) : err({ kind: 'unknown_party', field: 'panel', value: stranger })
}

/** The first id that is no party of the kind. One statement. */
async function strangerAmong(
  tx: Tx,
  { zoneId }: CaseDeps,
  kind: 'area' | 'department' | 'person',
  ids: readonly string[],
): Promise<string | undefined> {
  const parties = await findParties(tx, zoneId, [...new Set(ids)])
  const known = new Set(parties.filter((party) => party.kind === kind).map(({ id }) => id))
  return ids.find((id) => !known.has(id))
}

/** Makes the panel exactly these seats. At most two statements. */
export async function replacePanel(
  tx: Tx,
  { zoneId }: CaseDeps,
  campaignId: string,
  panel: readonly Seat[],
): Promise<void> {
  await tx.deleteFrom('review_panel').where('zone_id', '=', zoneId).where('campaign_id', '=', campaignId).execute()
  if (panel.length === 0) return
  await tx
    .insertInto('review_panel')
    .values(
      panel.map((seat) => ({
        zone_id: zoneId,
        campaign_id: campaignId,
        account_id: seat.accountId,
        level: seat.level,
        area_id: seat.areaId,
        department_id: seat.departmentId,
      })),
    )
    .execute()
}
