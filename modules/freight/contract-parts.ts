import * as z from 'zod'
import { Instant, Rev } from '@tingzhou/http/contract'
import { paperStates, stands, states } from './words.ts'

export { edit, HistoryRow, Id, line, one, Why, words, Workbook } from '@tingzhou/records/contract'

export const State = z.enum(states)
export const Stand = z.enum(stands).describe('The worst of the required papers, today.')
export const Ref = z.object({ id: z.string(), name: z.string() })

/** What a rule of the register says without refusing. */
export const Warning = z.object({ field: z.string(), rule: z.string(), message: z.string() })
export const Changed = z.object({ id: z.string(), rev: Rev, warnings: z.array(Warning) })
export const Done = z.object({ id: z.string() })

export const Paper = z.object({
  id: z.string(),
  kind: z.string(),
  number: z.string().describe('Masked but for vehicles, finance and the platform’s audit.'),
  issuer: z.string(),
  validFrom: z.string(),
  validTo: z.string().describe('2999-12-31: long term.'),
  state: z.enum(paperStates),
  scans: z
    .array(z.object({ id: z.string(), name: z.string() }))
    .describe('Opened by finance and the platform’s audit.'),
  rev: Rev,
})

export const Driving = z.object({
  id: z.string(),
  driver: Ref,
  carrier: Ref,
  vehicle: Ref.nullable().describe('Null: any vehicle of the carrier.'),
  validFrom: z.string(),
  validTo: z.string().nullable(),
  rev: Rev,
})

/** What every object of the register shows beside its own fields. */
export const base = {
  id: z.string(),
  state: State,
  stand: Stand,
  remark: z.string(),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
}
export const detail = {
  papers: z.array(Paper),
  missing: z.array(z.string()).describe('Required kinds of paper of which there is none.'),
  drivings: z.array(Driving).describe('Who drives for whom, the latest first; at most 100.'),
}
export const tags = ['freight']
