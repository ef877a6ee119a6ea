import * as z from 'zod'
import { Day, Id } from './fields.ts'
import { Centi, ScoreSheet } from './score-sheet.ts'

const Pct = z.int().min(0).max(100)

/** One version of the rules of a campaign: what is marked, what counts how much, until when, how many, what it brings. */
export const RuleSet = z.object({
  sheet: ScoreSheet,
  weights: z.object({ selfPct: Pct, countyPct: Pct, prefecturePct: Pct }),
  gapCenti: Centi.default(1_000).describe('Two prefecture scores further apart than this need a third.'),
  reviewers: z.int().min(2).max(9).default(2).describe('Prefecture reviewers that are asked to begin with.'),
  selfDue: Day,
  countyDue: Day,
  prefectureDue: Day,
  graceDays: z.int().min(0).max(30).default(3).describe('Days after a due day until the level closes.'),
  publicityDays: z.int().min(1).max(30).default(5).describe('Working days.'),
  modelMax: z.int().min(0).max(500),
  modelMinCenti: Centi.default(8_500),
  goodMax: z.int().min(0).max(500),
  goodMinCenti: Centi.default(8_000),
  perCompanyMax: z.int().min(1).max(100).default(2),
  quotas: z.array(z.object({ areaId: Id, max: z.int().min(0).max(1_000) })).max(200),
  prize: z.object({
    poolFen: z.int().min(0).max(1_000_000_000_00),
    leaderPct: Pct,
    tiers: z
      .array(
        z.object({
          award: z.enum(['model', 'good']),
          places: z.int().min(1).max(500),
          weight: z.int().min(1).max(1_000_000),
        }),
      )
      .max(20),
  }),
  validYears: z.int().min(1).max(20).default(3),
})
export type RuleSet = z.infer<typeof RuleSet>
