import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant } from '@tingzhou/http/contract'

/** An object that was found. */
export const Hit = z.object({
  objectKind: z.string(),
  objectId: z.string(),
  title: z.string(),
  subtitle: z.string(),
  number: z.string().nullable(),
  updatedAt: Instant,
})

/** The public face of the search box. */
export const searchContract = {
  search: oc
    .route({ method: 'GET', path: '/search', summary: '全局搜索(名称、拼音首字母、编号)', tags: ['search'] })
    .input(
      z.object({
        q: z.string().trim().min(1).max(100),
        kinds: z.array(z.string().max(60)).max(30).optional().describe('Absent: all kinds.'),
        limit: z.int().min(1).max(50).default(20),
      }),
    )
    .output(z.object({ rows: z.array(Hit) })),
}
