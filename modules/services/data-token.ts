import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Db, Tx } from '@tingzhou/db'
import type { ServicesDeps } from './dossier.ts'
import { settingOf } from './setting.ts'

/** What a source shows when it answers by callback: of the zone's secret, so that nothing is kept. One statement. */
export async function tokenOf(tx: Tx | Db, deps: Pick<ServicesDeps, 'zoneId'>, requestId: string): Promise<string> {
  const { sampleSeed } = await settingOf(tx, deps)
  return createHmac('sha256', sampleSeed).update(`data request ${requestId}`).digest('hex')
}

/** Whether a token is the one of the request; the time taken says nothing. */
export async function isToken(
  tx: Tx | Db,
  deps: Pick<ServicesDeps, 'zoneId'>,
  requestId: string,
  token: string,
): Promise<boolean> {
  const expected = Buffer.from(await tokenOf(tx, deps, requestId))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
