import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { Id, line, requiredLine, Why } from './shared-contract.ts'

/** What goes over to the entry that is split off. */
export const SplitTakes = z.object({
  aliases: z.array(requiredLine(120)).max(200),
  contactIds: z.array(Id).max(500),
  figureIds: z.array(Id).max(2_000),
  parts: z
    .array(z.object({ module: requiredLine(40), id: requiredLine(100) }))
    .max(2_000)
    .describe('Of other modules, as `parts` offers them.'),
})
export type SplitTakes = z.infer<typeof SplitTakes>

/** A split 拆分: `into` was taken out of `from` as an enterprise of its own. */
export const Split = z.object({
  id: Id,
  from: z.object({ id: Id, name: z.string() }),
  into: z.object({ id: Id, name: z.string() }),
  taken: z.int().describe('How many names, contacts, figures and parts went over.'),
  why: z.string(),
  at: Instant,
  byName: z.string(),
  undoUntil: Instant,
  undone: z.object({ at: Instant, byName: z.string() }).nullable(),
})
export type Split = z.infer<typeof Split>

/** What of an entry can go over, under one heading. */
export const SplitPartGroup = z.object({
  module: z.string().describe('`contacts` and `figures` of the registry itself, else the module that keeps it.'),
  title: z.string().describe('In the reader’s language.'),
  items: z.array(z.object({ id: z.string(), label: z.string(), detail: z.string() })),
  more: z.boolean().describe('There is more than is listed.'),
})
export type SplitPartGroup = z.infer<typeof SplitPartGroup>

const tags = ['enterprise splits']
export const splitContract = {
  list: oc
    .route({ method: 'GET', path: '/enterprises/{id}/splits', summary: '企业拆分记录', tags })
    .input(z.object({ id: Id }))
    .output(z.object({ rows: z.array(Split) })),
  parts: oc
    .route({ method: 'GET', path: '/enterprises/{id}/split-parts', summary: '拆分时可随转的内容', tags })
    .input(z.object({ id: Id }))
    .output(z.object({ groups: z.array(SplitPartGroup) })),
  create: oc
    .route({
      method: 'POST',
      path: '/enterprises/{id}/split',
      summary: '拆分出另一企业',
      description:
        'Makes a new entry and hands over to it what is chosen; the entry keeps the rest, its accounts too. Without `areaId` the new entry stands in the area of the entry.',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        rev: Rev,
        name: requiredLine(120),
        uscc: line(40).nullable().optional(),
        areaId: Id.nullable().optional(),
        takes: SplitTakes,
        why: requiredLine(500),
      }),
    )
    .output(z.object({ id: Id, enterpriseId: Id.describe('The new entry.'), undoUntil: Instant })),
  undo: oc
    .route({
      method: 'POST',
      path: '/enterprise-splits/{id}/undo',
      summary: '撤销拆分（30 天内）',
      description: 'The new entry goes over into the one it came from, with all that it has; its id goes on answering.',
      tags,
    })
    .input(z.object({ id: Id, commandId: CommandId, why: Why }))
    .output(z.object({ id: Id })),
}
