import type { EpochMs } from '@tingzhou/kernel'
import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { AlarmState, Hold } from './life.ts'
import type { AlarmRule } from './rule.ts'

type InstantOrNull = {
  readonly __select__: EpochMs | null
  readonly __insert__: Date | null
  readonly __update__: Date | null
}
type RuleOrNull = {
  readonly __select__: AlarmRule | null
  readonly __insert__: string | null
  readonly __update__: string | null
}

/** The row of a case, as casework reads it. */
export type AlarmCaseRow = {
  zone_id: string
  id: string
  no: string
  state: 'responding' | 'verifying' | 'closed'
  point_id: number
  node_id: string
  party_id: string | null
  rule_key: string
  level: number
  owner: string
  rule: AlarmRule
  alarm_id: string
  alarms: number
  opened_at: EpochMs
  cleared_at: EpochMs | null
  due_at: EpochMs | null
  overdue: boolean
  next_step: string | null
  response: string | null
  responded_by: string | null
  responded_name: string | null
  responded_at: EpochMs | null
  verdict: string | null
  verified_by: string | null
  verified_name: string | null
  closed_at: EpochMs | null
  instance_id: string | null
  updated_at: EpochMs
  updated_by: string
  rev: number
}

declare module '@tingzhou/db' {
  interface Tables {
    alarm_rule: {
      zone_id: string
      id: string
      profile_key: string | null
      template: string | null
      point_id: number | null
      key: string
      mode: 'own' | 'off' | 'inherit'
      rule: RuleOrNull
      reason: string
      changed_by: string
      changed_name: string
      changed_at: Instant
      rev: Generated<number>
    }
    alarm: {
      zone_id: string
      id: string
      point_id: number
      node_id: string
      party_id: string | null
      rule_key: string
      rule: Jsonb<AlarmRule>
      level: number
      owner: string
      state: AlarmState
      started_at: Instant
      started_value: number | null
      announced_at: InstantOrNull
      ended_at: InstantOrNull
      ended_value: number | null
      acked_at: InstantOrNull
      acked_by: string | null
      acked_name: string | null
      ack_comment: string | null
      closed_at: InstantOrNull
      hold: Hold | null
      late: Generated<boolean>
      repeats: Generated<number>
      case_id: string | null
      recorded_at: Instant
      rev: Generated<number>
    }
    alarm_event: {
      zone_id: string
      id: string
      alarm_id: string | null
      point_id: number
      rule_key: string
      at: Instant
      verb: string
      from_state: string | null
      to_state: string | null
      value: number | null
      actor_id: string | null
      actor_name: string | null
      comment: string | null
      until: InstantOrNull
    }
    alarm_hold: {
      zone_id: string
      point_id: number
      rule_key: string
      kind: 'shelved' | 'out_of_service'
      reason: string
      since: Instant
      until: InstantOrNull
      actor_id: string
      actor_name: string
    }
    alarm_case: AlarmCaseRow
  }
}
