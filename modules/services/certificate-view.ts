import { localDateOf } from '@tingzhou/calendar'
import { reaches } from '@tingzhou/access'
import { sql } from 'kysely'
import { shownName } from './certificate.ts'
import { printCertificateNumber, readCertificateNumber } from './certificate-number.ts'
import type { ServicesDeps } from './dossier.ts'
import { oneThingOf } from './one-thing-store.ts'
import { inLanguage, type Reader } from './reader.ts'

type Row = {
  readonly id: string
  readonly no: string
  readonly application_id: string
  readonly item_case_id: string
  readonly name_zh: string
  readonly name_en: string
  readonly holder: string
  readonly holder_kind: 'enterprise' | 'person'
  readonly department: string
  readonly automatic: boolean
  readonly issued_at: number
  readonly state: 'valid' | 'revoked'
  readonly synthetic: boolean
}

const columns = [
  'c.id',
  'c.no',
  'c.application_id',
  'c.item_case_id',
  'c.name_zh',
  'c.name_en',
  'c.holder',
  'c.holder_kind',
  'c.department',
  'c.automatic',
  'c.issued_at',
  'c.state',
  'c.synthetic',
] as const

const viewOf = (row: Row) => ({
  id: row.id,
  no: row.no,
  applicationId: row.application_id,
  itemCaseId: row.item_case_id,
  name: { zh: row.name_zh, en: row.name_en },
  holder: shownName(row.holder_kind, row.holder),
  department: row.department,
  issuedAt: row.issued_at,
  state: row.state,
  automatic: row.automatic,
  synthetic: row.synthetic,
  verifyPath: `/verify/${row.no}`,
})

/** The certificates of an application. One statement. */
export async function certificatesOf({ deps }: Pick<Reader, 'deps'>, applicationId: string) {
  const rows = await deps.db
    .selectFrom('certificate as c')
    .select(columns)
    .where('c.zone_id', '=', deps.zoneId)
    .where('c.application_id', '=', applicationId)
    .orderBy('c.issued_at')
    .orderBy('c.id')
    .limit(200)
    .execute()
  return rows.map(viewOf)
}

/** One certificate with everything that is printed on it, for whoever reaches its application; null otherwise. */
export async function findCertificate({ deps, actor, lang }: Reader, id: string) {
  const row = await deps.db
    .selectFrom('certificate as c')
    .innerJoin('service_application as a', (join) =>
      join.onRef('a.zone_id', '=', 'c.zone_id').onRef('a.id', '=', 'c.application_id'),
    )
    .select([...columns, 'c.lines', 'a.no as application_no', 'a.one_thing_id'])
    .where('c.zone_id', '=', deps.zoneId)
    .where('c.id', '=', id)
    .where(reaches(actor, 'application', { zoneId: deps.zoneId, objectId: sql.ref('a.id') }))
    .executeTakeFirst()
  if (!row) return null
  const { body } = await oneThingOf(deps.db, deps, row.one_thing_id)
  return {
    ...viewOf(row),
    oneThing: body.name,
    applicationNo: row.application_no ?? '',
    lines: row.lines.map(({ name, value }) => ({
      name,
      value: typeof value === 'string' ? value : inLanguage(value, lang),
    })),
  }
}

/**
 * What anybody may see who holds the number: what the certificate shows. A number that cannot be one is not looked up; one that was
 * guessed is not there. One statement.
 */
export async function verifyCertificate(deps: Pick<ServicesDeps, 'db' | 'zoneId'>, typed: string) {
  const no = readCertificateNumber(typed)
  if (no === null) return null
  const row = await deps.db
    .selectFrom('certificate as c')
    .select([...columns, 'c.revoked_at'])
    .where('c.zone_id', '=', deps.zoneId)
    .where('c.no', '=', no)
    .executeTakeFirst()
  if (!row) return null
  return {
    no: printCertificateNumber(row.no),
    name: { zh: row.name_zh, en: row.name_en },
    holder: shownName(row.holder_kind, row.holder),
    department: row.department,
    issuedOn: localDateOf(row.issued_at),
    state: row.state,
    revokedOn: row.revoked_at === null ? null : localDateOf(row.revoked_at),
    synthetic: row.synthetic,
  }
}
