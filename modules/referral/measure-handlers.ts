import { implement } from '@orpc/server'
import { requireActor, type RequestContext } from '@tingzhou/http'
import { readMeasureRows, readMeasures } from './measures.ts'
import { measureContract } from './measures-contract.ts'
import { readerOf } from './order-handlers.ts'
import { partyRef } from './view.ts'

const os = implement(measureContract).$context<RequestContext>()

export const measureHandlers = os.router({
  board: os.board.handler(async ({ context, input }) => {
    requireActor(context)
    const reader = readerOf(context)
    return { measures: [...(await readMeasures(reader, input))], at: reader.now }
  }),
  rows: os.rows.handler(async ({ context, input }) => {
    const { measure, part, cursor, limit, ...period } = input
    const page = await readMeasureRows(readerOf(context), measure, period, { part, cursor, limit })
    return {
      rows: page.rows.map((row) => ({
        key: row.key,
        orderId: row.orderId,
        code: row.code,
        direction: row.direction,
        urgency: row.urgency,
        from: { id: row.from_id, name: row.from_name },
        institution: partyRef(row.institution_id, row.institution_name),
        at: row.at,
        counted: row.counted,
        minutes: row.minutes === null ? null : Math.round(row.minutes * 10) / 10,
      })),
      next: page.next,
      total: page.total,
    }
  }),
})
