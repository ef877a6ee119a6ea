import { implement } from '@orpc/server'
import { reachesAll } from '@tingzhou/access'
import { drawingOf, readTrail } from '@tingzhou/casework'
import { problem, type RequestContext } from '@tingzhou/http'
import { answerOf, command, nowhere, readerOf, type Reader } from '../room.ts'
import { findingWords } from '../texts.ts'
import { bookShipment } from './book.ts'
import { makeMove } from './moves.ts'
import { changeCheckRule, changeDocumentRule, listRules } from './rules.ts'
import { ruleContract } from './rule-contract.ts'
import { shipmentContract } from './shipment-contract.ts'
import { findShipment, isReadable, listShipments } from './view.ts'

const os = implement(shipmentContract).$context<RequestContext>()

export const shipmentHandlers = os.router({
  list: os.list.handler(({ context, input }) => listShipments(readerOf(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findShipment(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  book: os.book.handler(({ context, input }) => command(context, 'book_shipment', input, bookShipment)),
  // Who may move is decided under the lock.
  move: os.move.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const moved = await makeMove(deps, actor, input.id, input.move)
    if (!moved.ok && moved.error.kind === 'blocked') {
      const { findings } = moved.error
      const errors = findings.map((one) => {
        const { field, value, rule } = one
        return { field, value, rule, message: findingWords(context.lang, one) }
      })
      throw problem({ kind: 'blocked', status: 422, area: 'crossborder', meta: { findings }, errors })
    }
    return answerOf(context, moved)
  }),
  history: os.history.handler(async ({ context, input: { id, after, limit } }) => {
    const { deps } = await readerFor(context, id)
    return readTrail(deps.db, deps.zoneId, id, {
      ...(after === undefined ? {} : { after }),
      ...(limit === undefined ? {} : { limit }),
    })
  }),
  process: os.process.handler(async ({ context, input: { id } }) => {
    const { deps } = await readerFor(context, id)
    return (await drawingOf(deps.db, deps.zoneId, 'export_shipment', id)) ?? nowhere(id)
  }),
})

/** The reader of a shipment that must be within reach. */
async function readerFor(context: RequestContext, id: string): Promise<Reader> {
  const reader = readerOf(context)
  return (await isReadable(reader, id)) ? reader : nowhere(id)
}

const rules = implement(ruleContract).$context<RequestContext>()

export const ruleHandlers = rules.router({
  list: rules.list.handler(({ context }) => {
    const { deps, actor } = readerOf(context)
    if (!reachesAll(actor, 'export_rule')) throw problem({ kind: 'not_permitted', status: 403, area: 'crossborder' })
    return listRules(deps.db, deps.zoneId)
  }),
  changeDocument: rules.changeDocument.handler(({ context, input }) =>
    command(context, 'change_document_rule', input, changeDocumentRule),
  ),
  changeCheck: rules.changeCheck.handler(({ context, input }) =>
    command(context, 'change_check_rule', input, changeCheckRule),
  ),
})
