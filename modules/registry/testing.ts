import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { CommandDeps } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Actor, Role } from '@tingzhou/parties'
import { createArea } from './area.ts'
import { loadIndicators } from './figure/indicator.ts'
import { loadIndustries } from './industry.ts'
import { registerOwnMerge } from './merge.ts'

/** 2026-11-22 12:26 in Beijing. */
export const testNow = epochMs(Date.UTC(2026, 10, 22, 4, 26))

/** Someone with roles, without an account. */
export const actorWith = (...memberships: readonly (readonly [Role, string | null])[]): Actor => ({
  accountId: 'tester',
  name: '测试员',
  kind: 'person',
  lang: 'zh-CN',
  memberships: memberships.map(([role, partyId]) => ({ role, partyId })),
})
export const admin = actorWith(['admin', null])

/** A zone with two areas and a clock that the test moves. */
export type TestZone = TestDatabase & {
  readonly deps: CommandDeps
  readonly areas: { readonly east: string; readonly west: string }
  readonly setNow: (now: EpochMs) => void
}

/** Opens a zone of its own for a test file; close its database in `afterAll`. */
export async function testZone(): Promise<TestZone> {
  const test = await testDatabase()
  let now = testNow
  const deps: CommandDeps = { db: test.db, zoneId: 'zone', clock: () => now }
  registerOwnMerge()
  await loadIndustries(test.db)
  await loadIndicators(test.db, deps)
  const add = async (code: string, name: string) => {
    const added = await test.db.transaction().execute((tx) => createArea(tx, deps, admin, { code, name }))
    if (!added.ok) throw new Error(`the area ${code} was refused: ${added.error.kind}`)
    return added.value.id
  }
  const areas = { east: await add('E', '城东片区'), west: await add('W', '城西片区') }
  return { ...test, deps, areas, setNow: (moved) => (now = moved) }
}
