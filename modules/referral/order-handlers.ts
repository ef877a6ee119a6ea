import { implement } from '@orpc/server'
import { caseDeps, drawingOf, readTrail } from '@tingzhou/casework'
import { problem, requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { writeXlsx } from '@tingzhou/sheets'
import { readClinical } from './clinical.ts'
import { findOrder } from './detail.ts'
import { makeMove } from './moves.ts'
import { orderContract } from './order-contract.ts'
import { createReferral } from './order.ts'
import { referralProblems } from './problems.ts'
import { listReadings } from './readings.ts'
import { orderSheet } from './sheet.ts'
import './texts.ts'
import { allOrders, countOrders, isReadable, listOrders, type Reader } from './view.ts'

const os = implement(orderContract).$context<RequestContext>()

/** The most rows one export writes; more is asked for by a narrower filter. */
const exportRowsMax = 50_000

export const orderHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const page = await listOrders(readerOf(context), input)
    return { rows: [...page.rows], next: page.next, total: page.total }
  }),
  counts: os.counts.handler(({ context }) => countOrders(readerOf(context))),
  exportSheet: os.exportSheet.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    const rows = []
    for await (const batch of allOrders(reader, input)) {
      rows.push(...batch)
      if (rows.length > exportRowsMax)
        throw problem({
          kind: 'export_too_large',
          status: 422,
          area: 'referral',
          rule: `at most ${exportRowsMax} rows`,
          meta: { max: exportRowsMax },
        })
    }
    const { columns, name, notes } = orderSheet(context.lang, input, reader.now)
    const bytes = await writeXlsx(columns, rows, { sheetName: name, notesSheet: notes })
    return new File([new Uint8Array(bytes)], `${name}.xlsx`, {
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    })
  }),
  get: os.get.handler(async ({ context, input }) => {
    return (await findOrder(readerOf(context), input.id)) ?? outOfReach(input.id)
  }),
  create: os.create.handler(async ({ context, input }) => {
    const { commandId, ...fields } = input
    const { deps, actor } = readerOf(context)
    return unwrap(await createReferral(deps, actor, commandId, fields), referralProblems)
  }),
  // Who may move is decided under the lock: an institution whose offer is over learns so, everyone else finds nothing.
  move: os.move.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    return unwrap(await makeMove(deps, actor, input.id, input.move), referralProblems)
  }),
  read: os.read.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const { id, ...reading } = input
    return unwrap(await readClinical(deps, actor, { orderId: id, ...reading }), referralProblems)
  }),
  readings: os.readings.handler(async ({ context, input }) => {
    const reader = await readerFor(context, input.id)
    return listReadings(reader, input.id, input.after)
  }),
  history: os.history.handler(async ({ context, input: { id, ...page } }) => {
    const { deps } = await readerFor(context, id)
    return readTrail(deps.db, deps.zoneId, id, page)
  }),
  process: os.process.handler(async ({ context, input: { id } }) => {
    const { deps } = await readerFor(context, id)
    return (await drawingOf(deps.db, deps.zoneId, 'referral', id)) ?? outOfReach(id)
  }),
})

/** The one who reads. */
export function readerOf(context: RequestContext): Reader {
  const deps = caseDeps(context.deps)
  return { deps, actor: requireActor(context), now: deps.clock() }
}

/** The same, for an order that must be within reach. */
async function readerFor(context: RequestContext, id: string): Promise<Reader> {
  const reader = readerOf(context)
  return (await isReadable(reader, id)) ? reader : outOfReach(id)
}

/** Out of reach and not existing look the same from outside. */
function outOfReach(id: string): never {
  throw problem({ kind: 'not_found', status: 404, field: 'id', value: id })
}
