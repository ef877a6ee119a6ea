import { oc } from '@orpc/contract'
import { z } from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { institutionKinds } from './words.ts'

const Id = z.uuid()
const line = (max: number) => z.string().trim().max(max)
const Priority = z.int().min(1).max(999)
export const PartyRef = z.object({ id: z.string(), name: z.string() })
const Changed = z.object({ id: z.string(), rev: Rev })

export const Institution = z.object({
  id: Id,
  kind: z.enum(institutionKinds),
  name: z.string(),
  phone: z.string(),
  state: z.enum(['open', 'closed']),
  agreements: z.int().describe('Agreements in force today.'),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

export const Member = z.object({
  membershipId: Id,
  accountId: z.string(),
  name: z.string(),
  role: z.enum(['dept_head', 'dept_officer']),
  since: Instant,
})

const institutionTags = ['referral-institutions']

export const institutionContract = {
  list: oc
    .route({ method: 'GET', path: '/referral-institutions', summary: '转诊机构 · Institutions', tags: institutionTags })
    .input(
      listInput({
        kind: z.enum(institutionKinds).optional(),
        state: z.enum(['open', 'closed']).optional(),
        mine: z.boolean().optional().describe('Only those for which the reader acts.'),
      }),
    )
    .output(listOutput(Institution)),
  get: oc
    .route({
      method: 'GET',
      path: '/referral-institutions/{id}',
      summary: '转诊机构 · One institution',
      tags: institutionTags,
    })
    .input(z.object({ id: Id }))
    .output(Institution.extend({ members: z.array(Member).nullable().describe('Null for who may not see them.') })),
  create: oc
    .route({
      method: 'POST',
      path: '/referral-institutions',
      summary: '登记机构 · Enter an institution',
      tags: institutionTags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        kind: z.enum(institutionKinds),
        name: line(120).min(1),
        phone: line(30).default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({
      method: 'PATCH',
      path: '/referral-institutions/{id}',
      summary: '修改机构 · Rename, close or reopen',
      tags: institutionTags,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        rev: Rev,
        name: line(120).min(1).optional(),
        phone: line(30).optional(),
        state: z.enum(['open', 'closed']).optional(),
        why: line(500).min(1),
      }),
    )
    .output(Changed),
  addMember: oc
    .route({
      method: 'POST',
      path: '/referral-institutions/{id}/members',
      summary: '添加经办人 · Let an account act for it',
      tags: institutionTags,
      successStatus: 201,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        username: line(60).min(1).describe('The user name of an open account.'),
        role: z.enum(['dept_head', 'dept_officer']),
      }),
    )
    .output(z.object({ id: z.string() })),
  endMember: oc
    .route({
      method: 'POST',
      path: '/referral-institutions/{id}/members/{membershipId}/end',
      summary: '移除经办人 · End a membership',
      tags: institutionTags,
    })
    .input(z.object({ id: Id, membershipId: Id, commandId: CommandId, why: line(500).min(1) }))
    .output(z.object({ id: z.string() })),
}

export const Agreement = z.object({
  id: Id,
  home: PartyRef,
  hospital: PartyRef,
  priorityUp: Priority,
  priorityDown: Priority,
  validFrom: Day,
  validTo: Day.nullable(),
  note: z.string(),
  state: z.enum(['active', 'ended']),
  inForce: z.boolean().describe('Active and valid today.'),
  synthetic: z.boolean(),
  rev: Rev,
})

const agreementFields = {
  priorityUp: Priority,
  priorityDown: Priority,
  validFrom: Day,
  validTo: Day.nullable(),
  note: line(500),
}
const agreementTags = ['referral-agreements']

export const agreementContract = {
  list: oc
    .route({ method: 'GET', path: '/referral-agreements', summary: '转诊协议 · Signed pairs', tags: agreementTags })
    .input(
      listInput({
        homeId: Id.optional(),
        hospitalId: Id.optional(),
        institutionId: Id.optional().describe('On either side.'),
        state: z.enum(['active', 'ended']).optional(),
        inForce: z.boolean().optional(),
      }),
    )
    .output(listOutput(Agreement)),
  get: oc
    .route({ method: 'GET', path: '/referral-agreements/{id}', summary: '转诊协议 · One pair', tags: agreementTags })
    .input(z.object({ id: Id }))
    .output(Agreement),
  sign: oc
    .route({
      method: 'POST',
      path: '/referral-agreements',
      summary: '登记协议 · Enter a signed pair',
      tags: agreementTags,
      successStatus: 201,
    })
    .input(
      z.object({
        ...agreementFields,
        commandId: CommandId,
        homeId: Id,
        hospitalId: Id,
        validTo: agreementFields.validTo.default(null),
        note: agreementFields.note.default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({
      method: 'PATCH',
      path: '/referral-agreements/{id}',
      summary: '修改协议 · Change order and term, or end it',
      tags: agreementTags,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        rev: Rev,
        priorityUp: Priority.optional(),
        priorityDown: Priority.optional(),
        validFrom: Day.optional(),
        validTo: Day.nullable().optional(),
        note: line(500).optional(),
        state: z.literal('ended').optional(),
        why: line(500).min(1),
      }),
    )
    .output(Changed),
}
