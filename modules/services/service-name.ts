import type { Db, Tx } from '@tingzhou/db'
import { listSources } from './data-source.ts'
import { seedDepartments } from './departments.ts'
import type { ServicesDeps } from './dossier.ts'
import { publishedOneThings } from './one-thing-store.ts'
import type { OneThing } from './one-thing.ts'
import { textOf } from './texts.ts'
import { ServiceId, type Words } from './words.ts'

/** Data services by id, each as readers know it. */
export type ServiceNames = (service: string | null) => Words | null

/**
 * What data services are called: as their source was registered, else after who keeps it and what it says there. Services that
 * nothing names have no name. At most three statements, none when nothing looks like a service.
 */
export async function serviceNames(
  tx: Tx | Db,
  deps: Pick<ServicesDeps, 'zoneId'>,
  services: readonly (string | null)[],
): Promise<ServiceNames> {
  if (!services.some((service) => ServiceId.safeParse(service).success)) return () => null
  const names = new Map(namesIn(await publishedOneThings(tx, deps)))
  for (const { service, name } of await listSources(tx, deps)) names.set(service, name)
  return (service) => (service === null ? null : (names.get(service) ?? null))
}

const namesIn = (versions: readonly { readonly body: OneThing }[]) =>
  versions.flatMap(({ body: { materials, tables } }) => [
    ...tables.flatMap(({ inputs }) => inputs.flatMap((input) => named(input.service, input.name))),
    ...materials.flatMap(({ from, name }) => named('service' in from ? from.service : null, name)),
  ])

function named(service: string | null | undefined, what: Words): readonly (readonly [string, Words])[] {
  if (!service) return []
  const keeper = keeperOf(service)
  return [[service, { zh: `${keeper.zh}：${what.zh}`, en: `${keeper.en}: ${what.en}` }]]
}

/** `region/class/member/subsystem/service/version`: the member is a department, or keeps the store of licences. */
function keeperOf(service: string): Words {
  const [, , member = '', subsystem] = service.split('/')
  if (subsystem === 'licence-store') return textOf('licenceStore')
  const seed = seedDepartments.find(({ code }) => code === member.replaceAll('-', '_'))
  return seed ? { zh: seed.zh, en: seed.en } : { zh: member, en: member }
}
