import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { containing } from '@tingzhou/db'
import { requireActor, type RequestContext } from '@tingzhou/http'
import { isStaff } from './kinds.ts'
import { staffContract } from './staff-contract.ts'
import { readNames, refOf } from './zone-map.ts'

const os = implement(staffContract).$context<RequestContext>()

export const staffHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId } = context.deps
    const role = isStaff(actor) ? input.role : 'guide'
    let query = db
      .selectFrom('membership as m')
      .innerJoin('party as person', (join) =>
        join.onRef('person.zone_id', '=', 'm.zone_id').onRef('person.id', '=', 'm.account_id'),
      )
      .where('m.zone_id', '=', zoneId)
      .where('m.until', 'is', null)
      .where('m.role', 'not in', ['enterprise', 'machine'])
      .where('person.kind', '=', 'person')
      .where('person.state', '=', 'open')
    if (role) query = query.where('m.role', '=', role)
    if (input.partyId) query = query.where('m.party_id', '=', input.partyId)
    if (input.q) query = query.where('person.name', 'ilike', containing(input.q))
    const people = await query
      .select(['person.id', 'person.name'])
      .select(sql<NonNullable<typeof role>[]>`array_agg(distinct m.role)`.as('roles'))
      .select(
        sql<string[]>`coalesce(array_agg(distinct m.party_id) filter (where m.party_id is not null), '{}')`.as(
          'places',
        ),
      )
      .groupBy(['person.id', 'person.name'])
      .orderBy('person.name')
      .orderBy('person.id')
      .limit(input.limit)
      .execute()
    const names = await readNames(
      db,
      zoneId,
      people.flatMap(({ places }) => places),
    )
    return {
      rows: people.map(({ id, name, roles, places }) => ({
        accountId: id,
        name,
        roles,
        places: places.map((place) => refOf(names, place)),
      })),
    }
  }),
})
