import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Rev } from '@tingzhou/http/contract'
import { CategoryCode, line, Why, words } from './fields.ts'

/** One entry of the taxonomy 诉求分类: two digits for L1, four for L2; the code is stable for ever. */
export const Category = z.object({
  code: z.string(),
  parent: z.string().nullable(),
  nameZh: z.string(),
  nameEn: z.string(),
  hint: z.string().describe('Words that lead here, for suggestions before there are closed appeals.'),
  public: z.boolean().describe('Appeals of this category appear on the Open311 face unless sensitive.'),
  retired: z.boolean(),
  rev: z.int(),
})
export type Category = z.infer<typeof Category>

const fields = { nameZh: words(40), nameEn: words(80), hint: line(400), public: z.boolean() }
const tags = ['needs']

/** Changes of the taxonomy; the list itself is `GET /need-categories` of the appeal contract. */
export const categoriesContract = {
  get: oc
    .route({ method: 'GET', path: '/need-categories/{code}', summary: '诉求分类 · One category', tags })
    .input(z.object({ code: CategoryCode }))
    .output(Category),
  create: oc
    .route({ method: 'POST', path: '/need-categories', summary: '新增分类 · Add a category', tags, successStatus: 201 })
    .input(
      z.object({
        commandId: CommandId,
        code: CategoryCode,
        ...fields,
        hint: line(400).default(''),
        public: z.boolean().default(false),
      }),
    )
    .output(Category),
  change: oc
    .route({ method: 'PATCH', path: '/need-categories/{code}', summary: '更名、停用分类 · Rename or retire', tags })
    .input(
      z
        .object({ ...fields, retired: z.boolean() })
        .partial()
        .extend({ commandId: CommandId, code: CategoryCode, rev: Rev, why: Why }),
    )
    .output(Category),
}
