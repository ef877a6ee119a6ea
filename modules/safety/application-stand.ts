import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Application } from './application-process.ts'
import { conflictOf, membersFor, type PanelMember, type Reviewed } from './panel.ts'
import type { ApplicationMove } from './application-contract.ts'
import { runningStates, type ApplicationState } from './words.ts'

/** What somebody is to one application. */
export type Stand = {
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
}

/** Tasks in which a reviewer scores. */
export const scoringNodes: readonly string[] = ['county_score', 'prefecture_score', 'more_score']

export const officeRoles = ['supervisor', 'admin'] as const

/** Pure. O(panel). */
export function standOf(actor: Actor, { application, panel, reviewed, scores, asked }: StandFacts): Stand {
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
    applicant: partiesOf(actor, 'enterprise').includes(application.enterprise_id),
    areaLead: partiesOf(actor, 'area_lead').includes(application.area_id),
    office: hasRole(actor, ...officeRoles),
    reviewer: refused === null ? level : null,
    refused,
    blind: running && (['county', 'prefecture'] as const).some((of) => seatAt(of) !== undefined && !scored(of)),
  }
}

/** Where each move starts. */
export const movesFrom: Readonly<Record<ApplicationMove, readonly ApplicationState[]>> = {
  save: ['draft', 'returned'],
  submit: ['draft', 'returned'],
  score: ['county', 'prefecture'],
  decide: ['county'],
  recuse: ['county', 'prefecture'],
  veto: runningStates,
  withdraw: runningStates,
}

/** Why the actor may not make the move, a key of `reason.`; null: may. Pure. O(1). */
export function refusalOf(stand: Stand, move: ApplicationMove): string | null {
  switch (move) {
    case 'save':
    case 'submit':
    case 'withdraw':
      return stand.applicant ? null : 'enterprise_only'
    case 'score':
      return stand.reviewer ? null : stand.refused
    case 'recuse':
      return stand.reviewer ? null : stand.refused
    case 'decide':
      return stand.areaLead ? null : 'area_lead_only'
    case 'veto':
      return stand.office ? null : 'office_only'
  }
}
