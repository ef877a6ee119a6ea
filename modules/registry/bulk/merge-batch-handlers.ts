import { implement } from '@orpc/server'
import type { CommandReused, Tx } from '@tingzhou/db'
import {
  requireActor,
  requireRole,
  sendWorkbook,
  unwrap,
  type Deps,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import type { Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { SheetError } from '@tingzhou/sheets'
import { editingRoles } from '../rights.ts'
import { command, commonProblems, missing, refuse } from '../room.ts'
import { textsOf } from '../texts.ts'
import { underWay } from '../under-way.ts'
import { sheetProblems, uploadedFile, uploadedTable } from '../uploaded.ts'
import { claimRun, claimUndo, openBatch, runBatch, undoBatch, type BatchError, type Claim } from './merge-batch.ts'
import {
  mergeBatchContract,
  mergePairsMax,
  type BatchKind,
  type MergeBatch,
  type MergePair,
} from './merge-batch-contract.ts'
import { findBatch, listBatches, listPairs } from './merge-batch-view.ts'
import { readPairs, writePairs, writePairTemplate } from './merge-sheet.ts'
import { readSplits, writeSplits, writeSplitTemplate } from './split-sheet.ts'

const problems = {
  ...commonProblems,
  ...sheetProblems,
  file_unknown: refuse(422, 'fileId'),
  file_not_yours: refuse(403, 'fileId'),
  file_already_attached: refuse(409, 'fileId'),
  batch_running: refuse(409),
  batch_finished: refuse(409),
  batch_not_run: refuse(409),
} satisfies ProblemTable<BatchError | SheetError | CommandReused>

/** The workbook of each kind. */
const books = {
  merge: { read: readPairs, write: writePairs, writeTemplate: writePairTemplate },
  split: { read: readSplits, write: writeSplits, writeTemplate: writeSplitTemplate },
} satisfies Record<BatchKind, object>

/** Batches that this process is running or undoing. */
const running = underWay<void>('merge batch stopped')
export const finishBatches = running.finish

const os = implement(mergeBatchContract).$context<RequestContext>()
export const mergeBatchHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { rows, next } = await listBatches(context.deps, actor, input)
    return { rows: [...rows], next, total: null }
  }),
  create: os.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { deps } = context
    const file = await uploadedFile(context, actor, input.fileId)
    const table = await uploadedTable(context, file, mergePairsMax)
    const opened = await command(context, actor, 'open_merge_batch', input, (tx) =>
      openBatch(tx, deps, actor, file, books[input.kind ?? 'merge'].read(table)),
    )
    return getBatch(context, actor, unwrap(opened, problems).id)
  }),
  get: os.get.handler(({ context, input }) => getBatch(context, requireActor(context), input.id)),
  pairs: os.pairs.handler(async ({ context, input }) => {
    await getBatch(context, requireActor(context), input.id)
    const { deps, lang } = context
    const { rows, ...page } = await listPairs(deps.db, deps.zoneId, lang, input)
    return { rows: [...rows], ...page }
  }),
  run: os.run.handler(({ context, input }) =>
    carryOut(context, 'run_merge_batch', input, {
      claim: (tx, deps, by, { id }) => claimRun(tx, deps, by, id),
      work: runBatch,
    }),
  ),
  undo: os.undo.handler(({ context, input }) =>
    carryOut(context, 'undo_merge_batch', input, { claim: claimUndo, work: undoBatch }),
  ),
  pairsXlsx: os.pairsXlsx.handler(async ({ context, input }) => {
    const { deps, lang } = context
    const { id, kind, fileName } = await getBatch(context, requireActor(context), input.id)
    const rows: MergePair[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await listPairs(deps.db, deps.zoneId, lang, { id, state: input.state, cursor, limit: 200 })
      rows.push(...page.rows)
      cursor = page.next
    }
    return sendWorkbook(await books[kind].write(lang, rows, fileName), textsOf(lang).batch.file[kind])
  }),
  templateXlsx: os.templateXlsx.handler(async ({ context, input: { kind = 'merge' } }) => {
    requireActor(context)
    const { lang } = context
    return sendWorkbook(await books[kind].writeTemplate(lang), textsOf(lang).batch.templateFile[kind])
  }),
})

async function getBatch({ deps }: RequestContext, actor: Actor, id: string): Promise<MergeBatch> {
  const batch = await findBatch(deps, actor, id)
  if (batch) return batch
  throw missing(id)
}

/** Claims a batch, works on it behind the request and waits as long as that may; a repeat of the command claims nothing and only waits. */
async function carryOut<Input extends { readonly commandId: string; readonly id: string }>(
  context: RequestContext,
  name: string,
  input: Input,
  {
    claim,
    work,
  }: {
    readonly claim: (tx: Tx, deps: Deps, by: Actor, input: Input) => Promise<Result<Claim, BatchError>>
    readonly work: (deps: Deps, by: Actor, held: Claim & Input, onRow: () => void) => Promise<void>
  },
): Promise<MergeBatch> {
  const actor = requireRole(requireActor(context), ...editingRoles)
  const { deps } = context
  await getBatch(context, actor, input.id)
  let claimed = false
  const held = await command(context, actor, name, input, async (tx) => {
    const result = await claim(tx, deps, actor, input)
    claimed = result.ok
    return result
  })
  const mine = { ...input, ...unwrap(held, problems) }
  if (claimed)
    running.start(
      deps,
      input.id,
      work(deps, actor, mine, () => deps.access.actors.forgetAll()),
    )
  await running.waitFor(input.id)
  return getBatch(context, actor, input.id)
}
