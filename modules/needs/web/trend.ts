import { formatTimeFull } from '@tingzhou/ui'
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
