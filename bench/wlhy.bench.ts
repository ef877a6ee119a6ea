// npm run bench -- wlhy: waybills rendered, checked, sealed and opened in both dialects, beside the checks alone.
import { randomBytes } from 'node:crypto'
import type { Result } from '@tingzhou/kernel'
import {
  adapterIds,
  adapters,
  faultsOf,
  newKeyPair,
  render,
  scalarBytes,
  sealRandomBytes,
  type AdapterId,
} from '@tingzhou/wlhy'
import { examples } from '@tingzhou/wlhy/examples'
import { figure, median, report } from './harness.ts'

const keys = newKeyPair(randomBytes(scalarBytes))
const runs = 5

await report('bench', 'wlhy', async (say) =>
  adapterIds.flatMap((id) => {
    const message = messageOf(id)
    const sealed = sealIn(id, message)
    if (JSON.stringify(must(adapters[id].open(sealed, keys))) !== JSON.stringify(message))
      throw new Error(`${id} opens another message than was sealed`)
    const checked = perSecond(2_000, () => void must(checkedIn(id)))
    const seals = perSecond(60, () => void sealIn(id, message))
    const opens = perSecond(60, () => void must(adapters[id].open(sealed, keys)))
    say(`${id}: ${Math.round(seals)} seals/s`)
    return [
      figure(`${id}: waybills rendered and checked`, checked, 'waybills/s', '>= 1000'),
      // 15,000 trucks at ten trips a day are 300,000 waybills and fund flows, 3.5 a second; twice that.
      figure(`${id}: waybills sealed`, seals, 'waybills/s', '>= 7'),
      figure(`${id}: waybills opened`, opens, 'waybills/s'),
    ]
  }),
)

function messageOf(id: AdapterId) {
  const header = {
    reference: '0123456789abcdef0123456789abcdef',
    kind: 'waybill' as const,
    senderCode: adapters[id].senderCode,
    enterpriseCode: 'E1',
    sentAt: examples.waybill.sentAt,
    token: 'token',
  }
  return { header, record: render(id, 'waybill', examples.waybill) }
}

function sealIn(id: AdapterId, message: ReturnType<typeof messageOf>): string {
  return adapters[id].seal(message, { publicKey: keys.publicKey, random: randomBytes(sealRandomBytes) }).body
}

function checkedIn(id: AdapterId): Result<true, string> {
  const [fault] = faultsOf(id, 'waybill', render(id, 'waybill', examples.waybill))
  return fault ? { ok: false, error: fault.rule } : { ok: true, value: true }
}

/** How often a second `work` is done, the median of five runs. */
function perSecond(times: number, work: () => void): number {
  work()
  const rates = Array.from({ length: runs }, () => {
    const began = performance.now()
    for (let i = 0; i < times; i++) work()
    return (times / (performance.now() - began)) * 1_000
  })
  return median(rates)
}

function must<Value, Fault>(result: Result<Value, Fault>): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}
