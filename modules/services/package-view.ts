import { sql, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import { keysetPage } from '@tingzhou/http'
import { shownName } from './certificate.ts'
import type { Package } from './dossier.ts'
import { offerMoves } from './move.ts'
import { oneThingOf } from './one-thing-store.ts'
import { packageMovable, standOnPackage } from './package-moves.ts'
import { directionOf, incomingFor, itemsNamed, partyNames, placeNamed } from './place-view.ts'
import type { Reader } from './reader.ts'

const within = ({ deps, actor }: Reader) =>
  deps.db
    .selectFrom('cross_region_package as p')
    .innerJoin('service_application as a', (join) =>
      join.onRef('a.zone_id', '=', 'p.zone_id').onRef('a.id', '=', 'p.application_id'),
    )
    .selectAll('p')
    .select(['a.no', 'a.one_thing_id', 'a.applicant_name', 'a.target'])
    .where('p.zone_id', '=', deps.zoneId)
    .where(reaches(actor, 'cross_region_package', { zoneId: deps.zoneId, objectId: sql.ref('p.id') }))

type Row = Awaited<ReturnType<ReturnType<typeof within>['executeTakeFirstOrThrow']>>

async function rowView({ deps, actor }: Reader, row: Row, names: ReadonlyMap<string, string>) {
  const { body } = await oneThingOf(deps.db, deps, row.one_thing_id)
  return {
    id: row.id,
    applicationId: row.application_id,
    applicationNo: row.no,
    oneThing: body.name,
    applicant: shownName(row.target, row.applicant_name),
    receiving: row.receiving,
    deciding: row.deciding,
    state: row.state,
    sentAt: row.sent_at,
    answerDueAt: row.answer_due_at,
    late: row.told_at !== null,
    receivedAt: row.received_at,
    place: placeNamed(body, row.place),
    items: itemsNamed(body, row.items),
    departments: row.department_ids.map((party) => names.get(party) ?? party),
    direction: directionOf(actor, row),
    rev: row.rev,
  }
}

/** One page of packages within reach, newest first. */
export async function listPackages(
  reader: Reader,
  filter: {
    readonly states?: readonly Package['state'][] | undefined
    readonly direction?: 'incoming' | 'outgoing' | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
) {
  let query = within(reader)
  if (filter.states && filter.states.length > 0) query = query.where('p.state', 'in', [...filter.states])
  if (filter.direction === 'incoming') query = query.where(incomingFor(reader.actor))
  if (filter.direction === 'outgoing') query = query.where(sql<SqlBool>`not ${incomingFor(reader.actor)}`)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('p.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('p.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    filter,
  )
  const names = await partyNames(reader.deps, [...new Set(page.rows.flatMap((row) => row.department_ids))])
  return { rows: await Promise.all(page.rows.map((row) => rowView(reader, row, names))), next: page.next }
}

/** One package with its manifest; null when it is out of reach. */
export async function findPackage(reader: Reader, id: string) {
  const row = await within(reader).where('p.id', '=', id).executeTakeFirst()
  if (!row) return null
  const stand = standOnPackage(reader.actor, row)
  const { materials, fields } = (await oneThingOf(reader.deps.db, reader.deps, row.one_thing_id)).body
  const names = new Map([...materials, ...fields].map(({ code, name }) => [code, name]))
  return {
    ...(await rowView(reader, row, await partyNames(reader.deps, row.department_ids))),
    manifest: {
      sha256: row.manifest?.sha256 ?? null,
      entries: (row.manifest?.files ?? []).map(({ name, sha256, bytes }) => ({ name, sha256, size: bytes })),
    },
    identityChecked: row.identity_by,
    asks: row.asks.map((line) => ({ ...line, name: names.get(line.material ?? line.field ?? '') ?? null })),
    moves: offerMoves(packageMovable, stand, row),
  }
}
