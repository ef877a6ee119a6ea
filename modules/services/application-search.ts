import type { EventHandler } from '@tingzhou/events'
import { indexObjects } from '@tingzhou/search'
import { shownName } from './certificate.ts'
import type { ServicesDeps } from './dossier.ts'
import { oneThingOf } from './one-thing-store.ts'

/** Keeps the search box up to date with applications: found by number, one-thing and firm, within the reader's reach. */
export const searchHandler = (deps: ServicesDeps): EventHandler => ({
  name: 'services.index_applications',
  types: ['services.application_submitted', 'services.application_concluded'],
  handle: async (tx, event) => {
    const row = await tx
      .selectFrom('service_application')
      .select(['id', 'no', 'one_thing_id', 'target', 'applicant_name', 'updated_at'])
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', event.objectId)
      .executeTakeFirst()
    if (!row) return
    const { body } = await oneThingOf(tx, deps, row.one_thing_id)
    await indexObjects(tx, deps.zoneId, [
      {
        objectKind: 'application',
        objectId: row.id,
        title: body.name.zh,
        subtitle: shownName(row.target, row.applicant_name),
        // A person is not found by name: the index holds no personal data.
        words: row.target === 'enterprise' ? [row.applicant_name, body.name.en] : [body.name.en],
        updatedAt: row.updated_at,
        ...(row.no ? { number: row.no } : {}),
      },
    ])
  },
})
