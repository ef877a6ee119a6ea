import { sql } from 'kysely'
import { addDuration, localDateOf } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import { assert, type EpochMs } from '@tingzhou/kernel'
import { calendarOf, type Dossier } from './dossier.ts'
import { settingOf } from './setting.ts'
import type { AskLine } from './tables.ts'

type Asking = Pick<Dossier, 'deps' | 'now' | 'doer'>

/** What several departments and places ask on one day is one list 补正清单: the first one opens it, the others add to it. */
export async function listOfToday(
  tx: Tx,
  { deps, now }: Pick<Asking, 'deps' | 'now'>,
  applicationId: string,
): Promise<{ readonly id: string; readonly dueAt: EpochMs | null }> {
  const { supplementDays } = await settingOf(tx, deps)
  const due = addDuration(await calendarOf(tx, { deps }), now, { kind: 'working_days', days: supplementDays })
  const list = await tx
    .insertInto('service_supplement')
    .values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      application_id: applicationId,
      day: localDateOf(now),
      state: 'open',
      due_at: due.ok ? at(due.value) : null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'application_id', 'day'])
        .where('state', '=', 'open')
        .doUpdateSet({ rev: sql`service_supplement.rev + 1` }),
    )
    .returning(['id', 'due_at'])
    .executeTakeFirst()
  assert(list, 'the list of the day is there')
  return { id: list.id, dueAt: list.due_at }
}

/** Adds the lines of one item to a list. One statement. */
export async function insertAsks(
  tx: Tx,
  { deps, now, doer }: Asking,
  list: string,
  itemCaseId: string,
  asks: readonly AskLine[],
): Promise<void> {
  await tx
    .insertInto('supplement_ask')
    .values(
      asks.map((ask) => ({
        zone_id: deps.zoneId,
        id: deps.newId(),
        supplement_id: list,
        item_case_id: itemCaseId,
        material: ask.material,
        field: ask.field,
        words: ask.words,
        asked_at: at(now),
        asked_by: doer.id,
      })),
    )
    .execute()
}
