import { milliFenOf, quantityOf, typedOf } from '../amount.ts'
import type { api } from '../api.ts'

export type Rfq = Awaited<ReturnType<typeof api.rfqs.get.call>>

type LineValues = {
  readonly isDeclined?: boolean
  readonly priceFen?: number | null
  /** As `ScaledItem` holds it. */
  readonly amount?: number | null
  readonly leadDays?: number | null
  readonly remark?: string
}
export type AnswerValues = { readonly lines?: readonly (LineValues | undefined)[]; readonly remark?: string }

/** The form of what the own firm answered, or of nothing yet: as much as is asked. */
export const answerValues = ({ items, mine: [own] }: Rfq): AnswerValues => ({
  remark: own?.remark ?? '',
  lines: items.map((item) => {
    const said = own?.answers.find(({ line }) => line === item.line)
    return {
      isDeclined: said?.isDeclined ?? false,
      priceFen: said?.priceMilliFen == null ? null : Math.round(said.priceMilliFen / 1_000),
      amount: typedOf(said?.quantity ?? item.quantity, item.unitBase),
      leadDays: said?.leadDays ?? null,
      remark: said?.remark ?? '',
    }
  }),
})

/** What the contract asks of it. A line without a price is left open. */
export const answerInput = (
  { id, items }: Rfq,
  own: Rfq['mine'][number],
  { lines = [], remark = '' }: AnswerValues,
) => ({
  id,
  firmId: own.firm.id,
  rev: own.rev,
  remark,
  lines: items.flatMap((item, place) => {
    const said = lines[place]
    if (!said || (!said.isDeclined && (said.priceFen ?? null) === null)) return []
    return [
      said.isDeclined
        ? { line: item.line, isDeclined: true, remark: said.remark ?? '' }
        : {
            line: item.line,
            priceMilliFen: milliFenOf(said.priceFen ?? 0),
            quantity: quantityOf(said.amount ?? 0, item.unitBase),
            leadDays: said.leadDays ?? null,
            remark: said.remark ?? '',
          },
    ]
  }),
})
