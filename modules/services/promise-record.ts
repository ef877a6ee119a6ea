import { localDateOf } from '@tingzhou/calendar'
import type { Db, Tx } from '@tingzhou/db'
import type { Application } from './dossier.ts'
import type { DishonestyRecord } from './tolerance.ts'
import './tables.ts'

/** The applicant's promises that were broken and not repaired. One statement, none for somebody without a name in the zone. */
export async function openRecordsOf(
  tx: Tx | Db,
  zoneId: string,
  {
    enterprise_id,
    applicant_account,
    applicant_name,
  }: Pick<Application, 'enterprise_id' | 'applicant_account' | 'applicant_name'>,
): Promise<readonly DishonestyRecord[]> {
  const rows = await tx
    .selectFrom('tolerance_promise')
    .select(['application_id', 'ended_at', 'updated_at'])
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'broken')
    .where((eb) => {
      if (enterprise_id !== null) return eb('enterprise_id', '=', enterprise_id)
      if (applicant_account !== null) return eb('applicant_account', '=', applicant_account)
      // Somebody at a window without an account is known by the name in the form.
      return eb.and([
        eb('enterprise_id', 'is', null),
        eb('applicant_account', 'is', null),
        eb('applicant_name', '=', applicant_name),
      ])
    })
    .orderBy('updated_at')
    .limit(100)
    .execute()
  return rows.map(({ application_id, ended_at, updated_at }) => ({
    application: application_id,
    brokenOn: localDateOf(ended_at ?? updated_at),
    repairedOn: null,
  }))
}
