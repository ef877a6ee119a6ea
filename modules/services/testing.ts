import { createCalendarStore, prepareCalendar } from '@tingzhou/calendar'
import { at, newId, type Database } from '@tingzhou/db'
import { createRelay } from '@tingzhou/events'
import type { Deps } from '@tingzhou/http'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { needsModule } from '@tingzhou/needs'
import { createParties, grantRoles, type Actor, type Role } from '@tingzhou/parties'
import { createProcesses, fireDue, processRuntime } from '@tingzhou/process'
import { createApplication, saveApplication, type DraftFields, type NewApplication } from './application-draft.ts'
import { applicationMovable } from './application-moves.ts'
import { seedDepartments } from './departments.ts'
import type { Application, ItemCase, Rows, Table } from './dossier.ts'
import { servicesHosts } from './hosts.ts'
import { itemMovable } from './item-moves.ts'
import { servicesModule } from './module.ts'
import { makeMove, type Movable } from './move.ts'
import { packageMovable } from './package-moves.ts'
import { promiseMovable } from './promise-moves.ts'
import { revocationMovable } from './revocation-moves.ts'
import { servicesDeps } from './runtime.ts'
import { layFacts } from './shared-fact.ts'

/** A small zone for tests: every department of the seed with a head and an officer, one firm, a clock that only the test moves. */
export async function servicesZone(database: Database, start: EpochMs) {
  const zoneId = `zone-${newId().slice(-6)}`
  let now = start
  const log = { info: () => {}, error: (fields: object) => assert(false, JSON.stringify(fields)) }
  const ports = { db: database.db, database, zoneId, clock: () => now, log, calendar: createCalendarStore({ zoneId }) }
  // What the modules under test use of a server's ports; the rest of the server is not there.
  const deps = ports as unknown as Deps
  const modules = [needsModule, servicesModule]
  const processes = createProcesses(modules)
  await database.db.transaction().execute((tx) => prepareCalendar(tx, zoneId, now))
  const departments = await foundDepartments(database, zoneId, now)
  const enterprise = await foundFirm(database, zoneId, now)
  for (const module of [...modules, processes]) await module.start?.(deps)
  const relay = createRelay(
    { db: database.db, zoneId, clock: () => now, log },
    [...modules, processes].flatMap((module) => module.eventHandlers?.(deps) ?? []),
  )
  const services = servicesDeps(deps)
  const hosts = servicesHosts(services)
  const people = await foundPeople(database, zoneId, now, enterprise)
  const staff = await foundStaff(database, zoneId, now, departments)

  const rowOf = async <T extends Table>(table: T, id: string): Promise<Rows[T]> => {
    const row = await database.db
      .selectFrom(table as 'item_case')
      .selectAll()
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    // The rows of the table that was asked for.
    return row as unknown as Rows[T]
  }
  type Named = { readonly move: string; readonly rev: number; readonly commandId: string }
  const tryWith = async <T extends Table, S, M extends Named>(
    movable: Movable<T, S, M>,
    id: string,
    actor: Actor,
    move: M['move'],
    input: object,
  ) => {
    const { rev } = await rowOf(movable.table, id)
    // The test writes the fields of the move that it names.
    const made = await makeMove(services, actor, movable, id, {
      commandId: newId(),
      rev,
      move,
      ...input,
    } as unknown as M)
    await relay.settle()
    return made
  }
  const moveWith = async <T extends Table, S, M extends Named>(
    ...[movable, id, actor, move, input]: Parameters<typeof tryWith<T, S, M>>
  ): Promise<string> => {
    const made = await tryWith(movable, id, actor, move, input)
    assert(made.ok, `${move}: ${JSON.stringify(made)}`)
    return made.value.state
  }
  const advance = async (to: EpochMs) => {
    for (;;) {
      const next = await database.db
        .selectFrom('process_timer')
        .select('due_at')
        .where('zone_id', '=', zoneId)
        .where('due_at', '<=', at(to) as never)
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst()
      if (!next) break
      now = epochMs(Math.max(now, next.due_at))
      const report = await fireDue(database.db, processRuntime(deps), hosts, now, (error) => {
        throw error
      })
      assert(report.fired > 0, 'a due timer fires')
      await relay.settle()
    }
    now = epochMs(Math.max(now, to))
  }
  return {
    zoneId,
    deps,
    services,
    hosts,
    relay,
    departments,
    enterprise,
    people,
    staff,
    now: () => now,
    advance,
    rowOf,
    create: async (actor: Actor, input: NewApplication) => {
      const made = await createApplication(services, actor, newId(), input)
      assert(made.ok, `the draft is made: ${JSON.stringify(made)}`)
      return made.value.id
    },
    save: async (id: string, actor: Actor, fields: DraftFields) => {
      const { rev } = await rowOf('service_application', id)
      const saved = await saveApplication(services, actor, { id, commandId: newId(), rev, fields })
      assert(saved.ok, `the draft is saved: ${JSON.stringify(saved)}`)
    },
    application: (id: string): Promise<Application> => rowOf('service_application', id),
    itemsOf: async (id: string): Promise<Readonly<Record<string, ItemCase>>> => {
      const rows = await database.db
        .selectFrom('item_case')
        .selectAll()
        .where('zone_id', '=', zoneId)
        .where('application_id', '=', id)
        .execute()
      return Object.fromEntries(rows.map((row) => [row.code, row]))
    },
    move: (id: string, actor: Actor, move: Parameters<typeof tryWith>[3], input: object = {}) =>
      moveWith(applicationMovable, id, actor, move as 'submit', input),
    tryMove: (id: string, actor: Actor, move: string, input: object = {}) =>
      tryWith(applicationMovable, id, actor, move as 'submit', input),
    moveItem: (id: string, actor: Actor, move: string, input: object = {}) =>
      moveWith(itemMovable, id, actor, move as 'approve', input),
    tryItem: (id: string, actor: Actor, move: string, input: object = {}) =>
      tryWith(itemMovable, id, actor, move as 'approve', input),
    movePromise: (id: string, actor: Actor, move: string, input: object = {}) =>
      moveWith(promiseMovable, id, actor, move as 'supply', input),
    tryPromise: (id: string, actor: Actor, move: string, input: object = {}) =>
      tryWith(promiseMovable, id, actor, move as 'supply', input),
    moveRevocation: (id: string, actor: Actor, move: string, input: object = {}) =>
      moveWith(revocationMovable, id, actor, move as 'revoke', input),
    movePackage: (id: string, actor: Actor, move: string, input: object = {}) =>
      moveWith(packageMovable, id, actor, move as 'pass', input),
    tryPackage: (id: string, actor: Actor, move: string, input: object = {}) =>
      tryWith(packageMovable, id, actor, move as 'pass', input),
    lay: async (service: string, idNumber: string, value: unknown, asOf: string) => {
      const laid = await layFacts(services, people.window, newId(), [
        { service, subject: { kind: 'person', idNumber }, value, asOf, validTo: null, synthetic: true },
      ])
      assert(laid.ok, 'the fact is laid down')
    },
  }
}

async function foundDepartments(
  database: Database,
  zoneId: string,
  now: EpochMs,
): Promise<Readonly<Record<string, string>>> {
  const ids = Object.fromEntries(seedDepartments.map(({ code }) => [code, newId()]))
  const parties = seedDepartments.map(({ code, zh }) => ({
    id: ids[code] ?? '',
    kind: 'department' as const,
    name: zh,
    synthetic: true,
  }))
  await createParties(database.db, zoneId, parties, now)
  const edited = { created_at: at(now), created_by: 'test', updated_at: at(now), updated_by: 'test' }
  await database.db
    .insertInto('department')
    .values(
      seedDepartments.map(({ code, zh }) => ({
        zone_id: zoneId,
        id: ids[code] ?? '',
        code,
        name: zh,
        parent_id: null,
        head_account_ids: [],
        duty_phone: '',
        duty_hours: '',
        fallback_department_id: null,
        state: 'open' as const,
        synthetic: true,
        ...edited,
      })),
    )
    .execute()
  return ids
}

async function foundFirm(database: Database, zoneId: string, now: EpochMs): Promise<string> {
  const id = newId()
  await createParties(
    database.db,
    zoneId,
    [{ id, kind: 'enterprise', name: '合成示例餐饮有限公司', synthetic: true }],
    now,
  )
  await database.db
    .insertInto('enterprise')
    .values({
      zone_id: zoneId,
      id,
      uscc_status: 'missing',
      name: '合成示例餐饮有限公司',
      name_core: '合成示例餐饮',
      address: '示例路1号',
      status: 'active',
      source: 'test',
      synthetic: true,
      created_at: at(now),
      created_by: 'test',
      updated_at: at(now),
      updated_by: 'test',
    } as never)
    .execute()
  return id
}

const person = (role: Role | null, partyId: string | null = null): Actor => ({
  accountId: newId(),
  name: role ?? '申请人',
  kind: 'person',
  lang: 'zh-CN',
  memberships: role ? [{ role, partyId }] : [],
})

async function foundAccounts(
  database: Database,
  zoneId: string,
  now: EpochMs,
  actors: readonly Actor[],
): Promise<void> {
  const parties = actors.map(({ accountId, name }) => ({
    id: accountId,
    kind: 'person' as const,
    name,
    synthetic: true,
  }))
  await createParties(database.db, zoneId, parties, now)
  for (const { accountId, memberships } of actors)
    await grantRoles(database.db, zoneId, accountId, memberships, 'test', now)
}

async function foundPeople(database: Database, zoneId: string, now: EpochMs, enterprise: string) {
  const people = {
    applicant: person(null),
    stranger: person(null),
    firm: person('enterprise', enterprise),
    window: person('window_officer'),
    otherWindow: person('window_officer'),
    supervisor: person('supervisor'),
    admin: person('admin'),
  }
  await foundAccounts(database, zoneId, now, Object.values(people))
  return people
}

async function foundStaff(
  database: Database,
  zoneId: string,
  now: EpochMs,
  departments: Readonly<Record<string, string>>,
) {
  const staff: Record<string, { readonly head: Actor; readonly officer: Actor; readonly colleague: Actor }> = {}
  for (const [code, id] of Object.entries(departments)) {
    const one = {
      head: person('dept_head', id),
      officer: person('dept_officer', id),
      colleague: person('dept_officer', id),
    }
    staff[code] = one
  }
  await foundAccounts(
    database,
    zoneId,
    now,
    Object.values(staff).flatMap((one) => Object.values(one)),
  )
  return (code: string) => {
    const one = staff[code]
    assert(one, `the zone has the department ${code}`)
    return one
  }
}
