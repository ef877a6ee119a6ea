import { localDateOf } from '@tingzhou/calendar'
import { at, type Db, type Tx } from '@tingzhou/db'
import { ok, type LocalDate, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { CalendarNotLoaded } from '@tingzhou/calendar'
import { isApplicant, leadOf } from './application-stand.ts'
import {
  change,
  say,
  tell,
  write,
  type Application,
  type Dossier,
  type ItemCase,
  type ServicesDeps,
} from './dossier.ts'
import { settingOf } from './setting.ts'
import { mayUrge, urgeAgainOn, type UrgeSide } from './urge.ts'

/** For whom somebody urges an item; null: for nobody. At most one statement. */
export async function urgeSideOf(
  tx: Tx | Db,
  deps: ServicesDeps,
  actor: Actor,
  application: Application,
  { department_id: holder }: Pick<ItemCase, 'department_id'>,
): Promise<UrgeSide | null> {
  if (isApplicant(actor, application)) return 'applicant'
  const own = [...partiesOf(actor, 'dept_head'), ...partiesOf(actor, 'dept_officer')]
  const lead = own.length > 0 ? await leadOf(tx, deps, application) : null
  // Whoever has the item does not urge itself.
  if (lead !== null && lead !== holder && own.includes(lead)) return 'lead'
  return hasRole(actor, 'supervisor') ? 'supervisor' : null
}

/** From which day a side may urge an item again; null: today. Three statements, one for a case that was never urged. */
export async function urgeDayOf(
  tx: Tx | Db,
  deps: ServicesDeps,
  row: Pick<ItemCase, 'id' | 'urged_at'>,
  side: UrgeSide,
): Promise<Result<LocalDate | null, CalendarNotLoaded>> {
  if (row.urged_at === null) return ok(null)
  const last = await tx
    .selectFrom('item_urge')
    .select('urged_at')
    .where('zone_id', '=', deps.zoneId)
    .where('item_case_id', '=', row.id)
    .where('side', '=', side)
    .orderBy('urged_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!last) return ok(null)
  const { urgeDays } = await settingOf(tx, deps)
  const again = urgeAgainOn(await deps.calendar.current(tx), last.urged_at, urgeDays)
  if (!again.ok) return again
  return ok(mayUrge(again.value, localDateOf(deps.clock())) ? null : again.value)
}

/** Writes an urge down and tells whoever has the case, else the department. */
export function urgeItem(
  tx: Tx,
  dossier: Dossier<'item_case'>,
  side: UrgeSide,
  words: string,
  to: string | null,
): void {
  const { deps, now, doer, row } = dossier
  write(
    dossier,
    tx.insertInto('item_urge').values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      item_case_id: row.id,
      urged_at: at(now),
      urged_by: doer.id,
      urged_by_name: doer.name,
      side,
      words,
    }),
  )
  change(dossier, { urged_at: now })
  say(dossier, { verb: 'urge', reason: words, data: { side } })
  tell(dossier, 'item_urged', [to ?? row.department_id], {
    applicationId: row.application_id,
    side,
    account: to,
  })
}
