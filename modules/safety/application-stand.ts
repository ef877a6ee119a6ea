import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Application } from './application-process.ts'
import { conflictOf, membersFor, type PanelMember, type Reviewed } from './panel.ts'
import type { RuleSet } from './rule-set.ts'
import { runningStates } from './words.ts'

/** What somebody is to one application, and the facts by which it is judged. */
export type Stand = Omit<StandFacts, 'application' | 'scores'> & {
  readonly applicant: boolean
  /** Head of the county that the enterprise belongs to. */
  readonly areaLead: boolean
  readonly office: boolean
  /** A reviewer of the level that the application is at, or why such a reviewer must not. */
  readonly reviewer: 'county' | 'prefecture' | null
  readonly refused:
    | 'own_department'
    | 'own_enterprise'
    | 'recused'
    | 'scored_already'
    | 'not_on_panel'
    | 'not_asked'
    | null
  /** On the panel at any level and not yet done: other people's scores stay hidden. */
  readonly blind: boolean
}

export type StandFacts = {
  readonly application: Pick<Application, 'enterprise_id' | 'area_id' | 'state'>
  readonly panel: readonly PanelMember[]
  readonly reviewed: Reviewed
  /** Scores of the present round: who gave one at which level. */
  readonly scores: readonly { readonly reviewerId: string; readonly level: 'county' | 'prefecture' }[]
  /** For whom a score is open; null: for anyone of the panel who may. */
  readonly asked: readonly (string | null)[]
  readonly rules: RuleSet
}

/** Tasks in which a reviewer scores. */
export const scoringNodes: readonly string[] = ['county_score', 'prefecture_score', 'more_score']

export const officeRoles = ['supervisor', 'admin'] as const

/** Pure. O(panel). */
export function standOf(actor: Actor, { application, scores, ...facts }: StandFacts): Stand {
  const { panel, reviewed, asked } = facts
  const { state } = application
  const level = state === 'county' || state === 'prefecture' ? state : null
  const scored = (of: 'county' | 'prefecture') =>
    scores.some((score) => score.reviewerId === actor.accountId && score.level === of)
  const seatAt = (of: 'county' | 'prefecture') =>
    membersFor(panel, of, reviewed).find(({ accountId }) => accountId === actor.accountId)
  const seat = level ? seatAt(level) : undefined
  const refused = !seat
    ? 'not_on_panel'
    : (conflictOf(seat, reviewed) ??
      (level && scored(level)
        ? 'scored_already'
        : asked.some((accountId) => accountId === null || accountId === actor.accountId)
          ? null
          : 'not_asked'))
  const running = runningStates.includes(state)
  return {
    ...facts,
    applicant: partiesOf(actor, 'enterprise').includes(application.enterprise_id),
    areaLead: partiesOf(actor, 'area_lead').includes(application.area_id),
    office: hasRole(actor, ...officeRoles),
    reviewer: refused === null ? level : null,
    refused,
    blind: running && (['county', 'prefecture'] as const).some((of) => seatAt(of) !== undefined && !scored(of)),
  }
}
