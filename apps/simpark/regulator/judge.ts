import {
  compareFlow,
  faultsOf,
  keyOf,
  needsOf,
  type AdapterId,
  type AnswerReason,
  type Fault,
  type Message,
  type WireRecord,
} from '@tingzhou/wlhy'
import type { Book } from './book.ts'

export type JudgeRules = {
  /** A carrier may get more than its shipper pays. */
  readonly aboveFreight: boolean
}

/** `fault`: what the answer names. */
export type Judgement = { readonly reason: AnswerReason; readonly fault: Fault | null }

/**
 * What the monitoring system says to a message that it opened. Pure: nothing is kept here.
 * Order: a reference twice; the fields; what must be there before; the comparison of waybill and fund flow.
 */
export function judge(book: Book, rules: JudgeRules, adapter: AdapterId, { header, record }: Message): Judgement {
  const { enterpriseCode, kind, reference } = header
  if (book.hasReference(enterpriseCode, reference)) return { reason: 'duplicate', fault: null }
  if (book.isFull()) return { reason: 'queue', fault: null }
  const [fault] = faultsOf(adapter, kind, record)
  if (fault) return { reason: 'fields', fault }
  const missing = needsOf(kind, record).find((need) => !book.find(enterpriseCode, need.kind, need.key))
  if (missing)
    return { reason: 'fields', fault: { field: missing.field, value: missing.key, rule: `known_${missing.kind}` } }
  const [unequal] =
    kind === 'fund_flow'
      ? flowFaults(book, rules, enterpriseCode, record)
      : waybillFaults(book, rules, { header, record })
  return unequal ? { reason: 'fields', fault: unequal } : { reason: 'accepted', fault: null }
}

function flowFaults(book: Book, rules: JudgeRules, enterpriseCode: string, record: WireRecord): readonly Fault[] {
  const notes = needsOf('fund_flow', record)
  const own = keyOf('fund_flow', record)
  const taken = notes.flatMap(({ key, field }) => {
    const other = book.flowOf(enterpriseCode, key)
    return other && other.key !== own ? [{ field, value: key, rule: `in_one_flow ${other.key}` }] : []
  })
  return taken.length > 0 ? taken : compareFlow(waybillsOf(book, enterpriseCode, record), record, rules)
}

/** A waybill that is sent again must still fit the fund flow that tells of it. */
function waybillFaults(book: Book, rules: JudgeRules, { header, record }: Message): readonly Fault[] {
  if (header.kind !== 'waybill') return []
  const key = keyOf('waybill', record)
  const flow = book.flowOf(header.enterpriseCode, key)
  if (!flow) return []
  const others = waybillsOf(book, header.enterpriseCode, flow.record).filter((one) => keyOf('waybill', one) !== key)
  const [fault] = compareFlow([...others, record], flow.record, rules)
  return fault ? [{ field: '', value: flow.key, rule: `fits_flow ${fault.field} ${fault.rule}` }] : []
}

const waybillsOf = (book: Book, enterpriseCode: string, flow: WireRecord): readonly WireRecord[] =>
  needsOf('fund_flow', flow).flatMap(({ key }) => {
    const found = book.find(enterpriseCode, 'waybill', key)
    return found ? [found.record] : []
  })
