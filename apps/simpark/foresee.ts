import type { EpochMs } from '@tingzhou/kernel'
import type { Detail, MoveWish } from './case.ts'

type Answer = Pick<Detail, 'state' | 'rev'>

/**
 * How a case stands after a move, where the drawing of the process leaves no doubt: it spares asking the server. When
 * somebody else, or a timer, changed the case as well, the next move is refused as stale and the case is read anew.
 * @returns null where the server must be asked
 */
export function foresee(detail: Detail, move: MoveWish, answer: Answer, now: EpochMs): Detail | null {
  const next: Detail = { ...detail, state: answer.state, rev: answer.rev }
  switch (move.move) {
    case 'sign':
      return { ...next, nextStep: 'contact', orders: withOrder(detail, { signedAt: now }) }
    case 'contact':
      return answer.state === 'handling'
        ? { ...next, nextStep: 'work', orders: withOrder(detail, { contactedAt: now }) }
        : null
    case 'assign':
      return { ...next, orders: withOrder(detail, { assignee: { id: move.accountId, name: '' } }) }
    case 'opinion':
    case 'overrule':
      return {
        ...next,
        assists: detail.assists.map((assist) =>
          assist.id === move.assistId
            ? { ...assist, state: move.move === 'opinion' ? 'answered' : 'overruled' }
            : assist,
        ),
      }
    case 'answer_supervision':
      return {
        ...next,
        supervisions: detail.supervisions.map((one) =>
          one.id === move.supervisionId ? { ...one, answer: move.text } : one,
        ),
      }
    case 'reply':
      return answer.state === 'replied' ? { ...next, nextStep: 'quality', result: move.result } : null
    case 'pass_reply':
      return answer.state === 'callback' ? { ...next, nextStep: 'callback' } : null
    case 'callback':
      return answer.state === 'callback' && move.solved !== null && move.reached
        ? { ...next, nextStep: 'strike_off', solved: move.solved ?? null, rating: move.rating ?? null }
        : null
    case 'strike_off':
      return answer.state === 'closed' ? { ...next, nextStep: null } : null
    case 'rate':
      return { ...next, rating: move.rating }
    default:
      return null
  }
}

/** The order in hand, changed. */
function withOrder(detail: Detail, change: Partial<Detail['orders'][number]>): Detail['orders'] {
  const latest = Math.max(...detail.orders.map((order) => order.round))
  return detail.orders.map((order) => (order.round === latest ? { ...order, ...change } : order))
}
