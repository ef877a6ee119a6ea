import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { TrailRow } from './application-contract.ts'
import { Id, line, PartyRef, words } from './fields.ts'
import { awards } from './words.ts'

/** What the register says today: a valid honour lapses by itself on its last day. */
export const honourStands = ['valid', 'expired', 'withdrawn'] as const

export const Honour = z.object({
  id: Id,
  rev: Rev,
  year: z.int(),
  rank: z.int(),
  award: z.enum(awards),
  team: z.string(),
  leader: z.string(),
  enterprise: PartyRef,
  area: PartyRef,
  campaign: PartyRef,
  applicationId: Id,
  certificateNo: z.string(),
  validFrom: z.string(),
  validTo: z.string(),
  stand: z.enum(honourStands),
  checkedOn: z.string().nullable(),
  checkDue: z.boolean().describe('The yearly re-check is due: a year since the award or the last one.'),
  withdrawnReason: z.string(),
  prizeFen: z.int(),
  leaderFen: z.int(),
  teamFen: z.int(),
  paid: z.boolean(),
  synthetic: z.boolean(),
})

const tags = ['safety-review']
const one = z.object({ id: Id })
const changed = z.object({ id: Id, rev: Rev })

export const honourContract = {
  list: oc
    .route({ method: 'GET', path: '/safety/honours', summary: '荣誉档案', tags })
    .input(
      listInput({
        year: z.int().min(2000).max(2999).optional(),
        award: z.enum(awards).optional(),
        stand: z.enum(honourStands).optional(),
        areaId: Id.optional(),
      }),
    )
    .output(listOutput(Honour)),
  statistics: oc.route({ method: 'GET', path: '/safety/honour-statistics', summary: '荣誉统计', tags }).output(
    z.object({
      rounds: z.int(),
      models: z.int(),
      goods: z.int(),
      enterprises: z.int(),
      paidFen: z.int(),
      byYear: z.array(z.object({ year: z.int(), models: z.int(), goods: z.int(), prizeFen: z.int() })),
    }),
  ),
  check: oc
    .route({ method: 'POST', path: '/safety/honours/{id}/checks', summary: '年度复核', tags })
    .input(z.object({ id: Id, rev: Rev, commandId: CommandId, words: line(1_000).default('') }))
    .output(changed),
  withdraw: oc
    .route({ method: 'POST', path: '/safety/honours/{id}/withdrawal', summary: '撤销称号', tags })
    .input(z.object({ id: Id, rev: Rev, commandId: CommandId, reason: words(1_000) }))
    .output(changed),
  trail: oc
    .route({ method: 'GET', path: '/safety/honours/{id}/trail', summary: '荣誉记录', tags })
    .input(one)
    .output(z.object({ rows: z.array(TrailRow) })),
}
