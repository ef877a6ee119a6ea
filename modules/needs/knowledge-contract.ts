import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Changed, Day, Id, PartyRef, Why, words } from './fields.ts'

const fields = {
  question: words(200),
  answer: words(4000),
  category: z
    .string()
    .regex(/^\d{4}$/)
    .nullable(),
  basis: words(300).describe('Document that the answer rests on.'),
  basisUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable(),
  ownerId: Id.nullable().describe('Department that keeps it true.'),
  validTo: Day.nullable().describe('Last day on which it may be cited.'),
}

/** Knowledge article 知识条目. */
export const Article = z.object({
  ...fields,
  id: Id,
  basisUrl: z.string().nullable(),
  owner: PartyRef.nullable(),
  expired: z.boolean(),
  retired: z.boolean(),
  usedCount: z.int(),
  lastUsedAt: Instant.nullable(),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
  updatedBy: z.string(),
})
export type Article = z.infer<typeof Article>

const tags = ['needs-knowledge']

export const knowledgeContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/knowledge-articles',
      summary: '知识库 · Articles, best match first when q is given',
      tags,
    })
    .input(
      listInput({
        category: z
          .string()
          .regex(/^\d{2}(\d{2})?$/)
          .optional(),
        ownerId: Id.optional(),
        state: z.enum(['current', 'expired', 'retired']).optional(),
      }),
    )
    .output(listOutput(Article)),
  get: oc
    .route({ method: 'GET', path: '/knowledge-articles/{id}', summary: '知识条目 · One article', tags })
    .input(z.object({ id: Id }))
    .output(Article),
  create: oc
    .route({
      method: 'POST',
      path: '/knowledge-articles',
      summary: '新增条目 · Add an article',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        ...fields,
        commandId: CommandId,
        category: fields.category.default(null),
        basisUrl: fields.basisUrl.default(null),
        ownerId: fields.ownerId.default(null),
        validTo: fields.validTo.default(null),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/knowledge-articles/{id}', summary: '修改条目 · Change, retire or restore', tags })
    .input(
      z
        .object({ ...fields, retired: z.boolean() })
        .partial()
        .extend({ id: Id, commandId: CommandId, rev: Rev, why: Why }),
    )
    .output(Changed),
  uses: oc
    .route({
      method: 'GET',
      path: '/knowledge-articles/{id}/uses',
      summary: '引用记录 · Appeals that cite it, within reach',
      tags,
    })
    .input(listInput({ id: Id }))
    .output(
      listOutput(z.object({ appealId: Id, no: z.string().nullable(), title: z.string(), at: Instant, by: z.string() })),
    ),
}
