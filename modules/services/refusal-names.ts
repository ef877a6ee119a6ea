import { ruleText } from '@tingzhou/http'
import { err, type Result } from '@tingzhou/kernel'
import type { Table } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { oneThingOf } from './one-thing-store.ts'
import { inLanguage, type Reader } from './reader.ts'
import { serviceNames } from './service-name.ts'

type Named = ServiceError & { readonly names?: readonly string[] }

/**
 * A refusal with what it speaks of by name, in the reader's language, as `names`; the codes stay beside them. Three statements,
 * none for a refusal that names nothing.
 */
export async function withNames<T>(
  { deps, lang }: Pick<Reader, 'deps' | 'lang'>,
  [table, id]: readonly [table: Table, id: string],
  result: Result<T, ServiceError>,
): Promise<Result<T, Named>> {
  if (result.ok) return result
  const { error } = result
  if (error.kind === 'data_pending') {
    const nameOf = await serviceNames(deps.db, deps, error.services)
    const names = error.services.map((service) => inLanguage(nameOf(service) ?? { zh: service, en: service }, lang))
    return err({ ...error, names })
  }
  const codes = materialsIn(error)
  if (codes.length === 0) return result
  const nameOf = await materialNames(deps, lang, table, id)
  if (error.kind !== 'tolerance_refused') return err({ ...error, names: codes.map(nameOf) })
  const names = error.refusals.map((refusal) => {
    const why = ruleText(lang, `reasons.${refusal.kind}`) ?? refusal.kind
    return 'material' in refusal ? `${why} (${nameOf(refusal.material)})` : why
  })
  return err({ ...error, names })
}

function materialsIn(error: ServiceError): readonly string[] {
  if (error.kind === 'tolerance_refused')
    return error.refusals.map((refusal) => ('material' in refusal ? refusal.material : ''))
  if ('materials' in error) return error.materials
  return 'material' in error ? [error.material] : []
}

/** The materials of the version that a case runs on, by code. */
async function materialNames({ db, zoneId }: Reader['deps'], lang: Reader['lang'], table: Table, id: string) {
  const version = await db
    .selectFrom('service_application as a')
    .select('a.one_thing_id as id')
    .where('a.zone_id', '=', zoneId)
    .where('a.id', '=', (eb) =>
      table === 'service_application'
        ? eb.val(id)
        : eb
            // Every other kind of case is one of an application.
            .selectFrom(`${table as 'item_case'} as c`)
            .select('c.application_id')
            .where('c.zone_id', '=', zoneId)
            .where('c.id', '=', id),
    )
    .executeTakeFirstOrThrow()
  const { materials } = (await oneThingOf(db, { zoneId }, version.id)).body
  const names = new Map(materials.map(({ code, name }) => [code, inLanguage(name, lang)]))
  return (code: string) => names.get(code) ?? code
}
