import { createAccount } from '@tingzhou/access'
import { newId, type Db } from '@tingzhou/db'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { Role } from '@tingzhou/parties'
import type { ReckonedLine } from './reckoned.ts'

/** An account of a zone that may own targets. */
export async function ownerIn(db: Db, zoneId: string, role: Role, now: EpochMs): Promise<string> {
  const account = {
    username: `t-${newId()}`,
    name: `${role}（测试）`,
    kind: 'person',
    lang: 'zh-CN',
    roles: [{ role, partyId: null }],
    synthetic: true,
    demo: false,
  } as const
  return db.transaction().execute(async (tx) => {
    const created = await createAccount(tx, zoneId, account, { accountId: 'test', name: 'test' }, now)
    assert(created.ok, `an account is created: ${JSON.stringify(created)}`)
    return created.value
  })
}

/** A fill of pulp in the chain of paper, needed by `buyers`: what a run would have reckoned. */
export const pulpLine = (buyers: readonly string[], over: Partial<ReckonedLine> = {}): ReckonedLine => ({
  chain: 'C13',
  segment: 'up',
  product: 'P1301',
  list: 'fill',
  valueFen: 1_234_567_800,
  parts: {
    need: 22_680,
    capacity: 0,
    missing: 22_680,
    outsideFen: 24_700,
    localFen: 4_050,
    priceFen: 450_000,
    marginShare: 0.05,
    mes: 20_000,
  },
  weaknesses: [],
  from: null,
  inputs: [],
  buyers: buyers.map((firm, index) => ({ firm, volume: 9_000 - index * 1_000 })),
  bought: {
    units: buyers.reduce((sum, _, index) => sum + 9_000 - index * 1_000, 0),
    sellers: buyers.length,
    buyers: buyers.length,
  },
  candidates: [],
  weights: { link: 0.35, product: 0.25, size: 0.2, expansion: 0.1, inputs: 0.1 },
  behind: [0, buyers.length, buyers.length],
  isClosed: false,
  ...over,
})
