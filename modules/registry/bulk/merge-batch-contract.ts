import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { Id, requiredLine, Workbook } from '../shared-contract.ts'

/** Rows of one workbook. */
export const mergePairsMax = 2_000

/** What the rows of a workbook do: merges 合并 or splits 拆分. */
export const BatchKind = z.enum(['merge', 'split'])
export type BatchKind = z.infer<typeof BatchKind>

export const MergeBatchState = z
  .enum(['previewed', 'running', 'stopped', 'done', 'undoing', 'undo_stopped', 'undone'])
  .describe('Ask again while it is running or undoing; a stopped one stands as partly done and can go on.')
export type MergeBatchState = z.infer<typeof MergeBatchState>

export const MergePairState = z
  .enum(['refused', 'ready', 'merged', 'failed', 'undone'])
  .describe('`merged`: carried out, whichever kind the workbook is of.')
export type MergePairState = z.infer<typeof MergePairState>

const count = z.int().min(0)

/** Merges or splits in bulk 批量合并、批量拆分: a workbook of rows. */
export const MergeBatch = z.object({
  id: Id,
  kind: BatchKind,
  fileName: z.string(),
  state: MergeBatchState,
  counts: z.object({
    rows: count,
    refused: count,
    ready: count,
    merged: count,
    failed: count,
    undone: count,
    kept: count.describe('Done ones that could not be undone when it was tried.'),
    conflicting: count.describe('Good rows of which the two sides state something differently.'),
  }),
  createdAt: Instant,
  createdBy: z.string(),
  runAt: Instant.nullable(),
  undoUntil: Instant.nullable().describe('30 days after it was last run; each row has its own 30 days.'),
  undone: z.object({ at: Instant, byName: z.string() }).nullable(),
})
export type MergeBatch = z.infer<typeof MergeBatch>

const Side = z.object({
  text: z.string().describe('As the workbook has it.'),
  id: Id.nullable(),
  name: z.string().nullable(),
})

/** Where both sides of a pair say something else. */
export const MergeConflict = z.object({ field: z.string(), kept: z.unknown(), lost: z.unknown() })
export type MergeConflict = z.infer<typeof MergeConflict>

/** One row of the workbook: `from` goes over into `into`, or `into` is split off `from`. */
export const MergePair = z.object({
  row: z.int().describe('Row in the sheet, the head being 1.'),
  from: Side,
  into: Side,
  uscc: z.string().nullable().describe('Of a split: the code of the new entry.'),
  takes: z.string().describe('Of a split: what goes with it, as the workbook has it.'),
  why: z.string(),
  state: MergePairState,
  turn: z.int().nullable().describe('When it has its turn: an entry takes others in before it goes over itself.'),
  rule: z.string().nullable(),
  message: z
    .string()
    .nullable()
    .describe('Why it is refused or failed, or why it could not be undone, in the reader’s language.'),
  conflicts: z.array(MergeConflict),
  mergeId: Id.nullable(),
  splitId: Id.nullable(),
})
export type MergePair = z.infer<typeof MergePair>

export const MergePairListInput = listInput({ id: Id, state: MergePairState.optional() })

const tags = ['enterprise merges']
export const mergeBatchContract = {
  list: oc
    .route({ method: 'GET', path: '/merge-batches', summary: '批量合并与拆分列表', tags })
    .input(listInput({}))
    .output(listOutput(MergeBatch)),
  create: oc
    .route({
      method: 'POST',
      path: '/merge-batches',
      summary: '批量合并或拆分：预览',
      description: `Reads an uploaded .xlsx or .csv of up to ${mergePairsMax} rows and says what would happen. Nothing is merged or split yet.`,
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: CommandId, fileId: Id, kind: BatchKind.optional().describe('`merge` when missing.') }))
    .output(MergeBatch),
  get: oc
    .route({ method: 'GET', path: '/merge-batches/{id}', summary: '批量合并或拆分情况', tags })
    .input(z.object({ id: Id }))
    .output(MergeBatch),
  pairs: oc
    .route({ method: 'GET', path: '/merge-batches/{id}/pairs', summary: '批量合并或拆分各行', tags })
    .input(MergePairListInput)
    .output(listOutput(MergePair)),
  run: oc
    .route({ method: 'POST', path: '/merge-batches/{id}/run', summary: '执行合格行（中断后可继续）', tags })
    .input(z.object({ commandId: CommandId, id: Id }))
    .output(MergeBatch),
  undo: oc
    .route({
      method: 'POST',
      path: '/merge-batches/{id}/undo',
      summary: '整批撤销（30 天内）',
      description: 'Row by row, the last one first; rows that can no longer be undone stay and say why.',
      tags,
    })
    .input(z.object({ commandId: CommandId, id: Id, why: requiredLine(500) }))
    .output(MergeBatch),
  pairsXlsx: oc
    .route({
      method: 'GET',
      path: '/merge-batches/{id}/pairs.xlsx',
      summary: '批量合并或拆分各行工作簿',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({ id: Id, state: MergePairState.optional() }))
    .output(Workbook),
  templateXlsx: oc
    .route({
      method: 'GET',
      path: '/merge-batches/template.xlsx',
      summary: '批量合并或拆分模板',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({ kind: BatchKind.optional().describe('`merge` when missing.') }))
    .output(Workbook),
}
