import { formatTimeFull, localDateOf } from '@tingzhou/ui'
import { api } from './api.ts'

const hourMs = 3_600_000
const pageSize = 200
const pagesMax = 10

/** When each appeal since an instant was received. */
export async function loadReceived(since: number, signal: AbortSignal): Promise<readonly number[]> {
  const times: number[] = []
  let cursor: string | null = null
  for (let page = 0; page < pagesMax; page++) {
    const input = { sort: 'receivedAt', order: 'desc', limit: pageSize, ...(cursor ? { cursor } : {}) } as const
    const answer: Awaited<ReturnType<typeof api.appeals.list.call>> = await api.appeals.list.call(input, { signal })
    const received = answer.rows.flatMap(({ receivedAt }) => (receivedAt === null ? [] : [receivedAt]))
    times.push(...received.filter((at) => at >= since))
    cursor = answer.next
    if (cursor === null || received.some((at) => at < since)) break
  }
  return times
}

/** When each appeal since an instant was closed: the list behind a figure that counts everything closed. */
export async function loadClosed(since: number, now: number, signal: AbortSignal): Promise<readonly number[]> {
  const times: number[] = []
  const period = { from: localDateOf(since), to: localDateOf(now) }
  let cursor: string | null = null
  for (let page = 0; page < pagesMax; page++) {
    const input = { figure: 'repeat_rate', part: 'base', ...period, limit: pageSize, ...(cursor ? { cursor } : {}) }
    const answer: Awaited<ReturnType<typeof api.indicators.rows.call>> = await api.indicators.rows.call(input, {
      signal,
    })
    times.push(...answer.rows.flatMap(({ at }) => (at === null || at < since ? [] : [at])))
    cursor = answer.next
    if (cursor === null) break
  }
  return times
}

/** Counts in the 24 hours that end at `end`, the oldest first; each hour named by its beginning. Pure. */
export function bucketHours(
  times: readonly number[],
  end: number,
): readonly { readonly label: string; readonly n: number }[] {
  return Array.from({ length: 24 }, (_, index) => {
    const from = end - (24 - index) * hourMs
    return {
      label: formatTimeFull(from).slice(11, 16),
      n: times.filter((at) => at >= from && at < from + hourMs).length,
    }
  })
}
