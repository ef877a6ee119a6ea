import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant } from '@tingzhou/http/contract'
import { Done, Id, line, one, tags, Why } from '../contract-parts.ts'
import { breaches, riskRules } from './words.ts'

const Breach = z.enum(breaches)
const WithoutTerminal = z.enum(['block', 'warn']).nullable()
const Setting = z.object({
  rule: z.enum(riskRules),
  breach: Breach,
  weight: z.int().describe('What it adds to the score of a waybill.'),
  withoutTerminal: WithoutTerminal.describe(
    'What a breach does where no terminal tells of the trip; null: it makes no difference.',
  ),
  fixed: z.boolean().describe('May not be switched off.'),
  limits: z.array(
    z.object({
      name: z.string().describe('The unit stands last in the name.'),
      value: z.int(),
      min: z.int(),
      max: z.int(),
    }),
  ),
})
const Written = { edition: z.int(), createdAt: Instant, createdBy: z.string(), why: z.string() }

export const riskContract = {
  rules: oc
    .route({ method: 'GET', path: '/freight-risk-rules', summary: '风险规则 · The rules of risk as they hold', tags })
    .output(z.object({ ...Written, rules: z.array(Setting) })),
  change: oc
    .route({
      method: 'PATCH',
      path: '/freight-risk-rules/{rule}',
      summary: '修改风险规则 · Set one rule otherwise: another edition of all',
      tags,
    })
    .input(
      z.object({
        commandId: CommandId,
        rule: z.enum(riskRules),
        edition: z.int().min(1).describe('The latest edition, as last read.'),
        breach: Breach,
        weight: z.int(),
        withoutTerminal: WithoutTerminal.default(null),
        limits: z.record(z.string().max(40), z.int()).describe('Every limit of the rule.'),
        why: Why,
      }),
    )
    .output(z.object({ edition: z.int() })),
  editions: oc
    .route({
      method: 'GET',
      path: '/freight-risk-editions',
      summary: '风险规则各版 · Editions, the latest first',
      tags,
    })
    .input(
      z.object({
        before: z.coerce.number().int().min(1).max(2_147_483_647).optional().describe('Only older ones.'),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    )
    .output(
      z.object({
        rows: z.array(
          z.object({
            ...Written,
            rule: z.enum(riskRules).nullable().describe('Null: the edition that the zone began with.'),
            before: Setting.omit({ fixed: true, limits: true }).nullable(),
            after: Setting.omit({ fixed: true, limits: true }).nullable(),
            limits: z.array(z.object({ name: z.string(), before: z.int(), after: z.int() })).describe('That changed.'),
          }),
        ),
        next: z.int().nullable(),
      }),
    ),
  terminals: oc
    .route({
      method: 'GET',
      path: '/freight-vehicles/{id}/terminals',
      summary: '车载终端 · The terminals that a vehicle has and had, the latest first',
      tags,
    })
    .input(one)
    .output(
      z.object({
        rows: z.array(
          z.object({
            id: Id,
            deviceId: Id,
            name: z.string(),
            identity: z.string(),
            startsAt: Instant,
            endsAt: Instant.nullable(),
            createdBy: z.string(),
          }),
        ),
      }),
    ),
  devices: oc
    .route({
      method: 'GET',
      path: '/freight-terminals',
      summary: '可绑定的终端 · Devices with a position, at most 20',
      tags,
    })
    .input(z.object({ q: line(60).default('') }))
    .output(
      z.object({
        rows: z.array(
          z.object({
            id: Id,
            name: z.string(),
            identity: z.string(),
            plate: z.string().nullable().describe('Of the vehicle that it is in.'),
          }),
        ),
      }),
    ),
  setTerminal: oc
    .route({
      method: 'POST',
      path: '/freight-vehicles/{id}/terminal',
      summary: '绑定车载终端 · Says which terminal a vehicle has from now on',
      tags,
    })
    .input(
      z.object({
        commandId: CommandId,
        id: Id,
        deviceId: Id.nullable().describe('Null: none any more.'),
        why: Why,
      }),
    )
    .output(Done),
}
