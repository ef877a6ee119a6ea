import { at } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import { createAppeal, type NeedsDeps } from '@tingzhou/needs'
import type { Actor } from '@tingzhou/parties'
import type { ServicesDeps } from './dossier.ts'
import { textOf } from './texts.ts'

// 0607: 一件事办件 in the taxonomy of needs.
const category = '0607'
const badStarsMax = 2

/** One or two stars open a need that somebody calls back about (casework.md §10, rule 9). Each rating once: the appeal's id stays. */
export const followUpHandler = (deps: ServicesDeps, needs: NeedsDeps): EventHandler => ({
  name: 'services.follow_up',
  types: ['services.application_rated'],
  handle: async (tx, event) => {
    const row = await tx
      .selectFrom('service_application')
      .select(['id', 'no', 'stars', 'rating_words', 'enterprise_id', 'follow_up_id', 'raised_by', 'applicant_account'])
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', event.objectId)
      .forUpdate()
      .executeTakeFirst()
    if (!row || row.stars === null || row.stars > badStarsMax || row.follow_up_id !== null) return
    const values = { no: row.no, stars: row.stars, words: row.rating_words }
    // The service speaks for the applicant, who has rated and need not write a second time.
    const speaker: Actor = {
      accountId: row.applicant_account ?? row.raised_by,
      name: 'Tingzhou',
      kind: 'person',
      lang: 'zh-CN',
      memberships: [{ role: 'dispatcher', partyId: null }],
    }
    const raised = await createAppeal(tx, needs, speaker, {
      title: textOf('followUpTitle', values).zh,
      text: textOf('followUpText', values).zh,
      nature: 'complaint',
      category,
      wanted: '',
      occurredAt: null,
      areaId: null,
      lon: null,
      lat: null,
      address: '',
      contactName: '',
      contactPhone: '',
      anonymous: false,
      sensitive: false,
      fileIds: [],
      enterpriseId: row.enterprise_id,
      channel: 'web',
      visitId: null,
      meetingId: null,
      mandateId: null,
      draft: false,
    })
    assert(raised.ok, `a bad rating opens a need, got ${JSON.stringify(raised)}`)
    await tx
      .updateTable('service_application')
      .set({ follow_up_id: raised.value.id, updated_at: at(deps.clock()) })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', row.id)
      .execute()
  },
})
