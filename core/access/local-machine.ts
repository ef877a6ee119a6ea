import type { EpochMs } from '@tingzhou/kernel'
import { at, type Db } from '@tingzhou/db'
import { grantRoles } from '@tingzhou/parties'
import { noAddress } from './account.ts'

/** The account for which commands on the server's own machine act, with the token of `server.json`. */
export const localMachineId = 'local-machine'

/** Makes the account of the server's own machine unless it exists. */
export async function prepareLocalMachine(db: Db, zoneId: string, now: EpochMs): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const stamp = {
      zone_id: zoneId,
      id: localMachineId,
      name: localMachineId,
      created_at: at(now),
      updated_at: at(now),
    }
    await tx
      .insertInto('party')
      .values({ ...stamp, kind: 'person', parent_id: null })
      .onConflict((oc) => oc.doNothing())
      .execute()
    await tx
      .insertInto('account')
      .values({ ...stamp, kind: 'machine', username: localMachineId, email: noAddress(localMachineId), image: null })
      .onConflict((oc) => oc.doNothing())
      .execute()
    const grants = [
      { role: 'machine', partyId: null },
      { role: 'admin', partyId: null },
    ] as const
    await grantRoles(tx, zoneId, localMachineId, grants, localMachineId, now)
  })
}
