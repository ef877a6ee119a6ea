import { randomUUID } from 'node:crypto'
import { connect, type Api, type Connection } from './api.ts'

/** Somebody of the zone: their own key, so that the server sees who acts. */
export type Person = { readonly accountId: string; readonly api: Api; readonly connection: Connection }

/** Everybody for whom the simulator acts. */
export type People = {
  /** The machine itself, for what no person of the zone does. */
  readonly machine: Person
  /** Somebody by sign-in name; their key is made when they act for the first time. */
  readonly get: (username: string) => Promise<Person>
  readonly has: (username: string) => boolean
  readonly accountIdOf: (username: string) => string
  /** Whether a name, as histories show it, is that of somebody who only lives in the simulation. */
  readonly isSimulated: (name: string) => boolean
  /** Reads the accounts again, after new ones were made. */
  readonly refresh: () => Promise<void>
}

const keyName = 'simpark'
const simulatedPrefix = 'sim.'
const pageSize = 200

/** Meets the people of the zone. Keys of an earlier run are ended first. */
export async function meetPeople(machineConnection: Connection): Promise<People> {
  const api = connect(machineConnection)
  const { accountId } = await api.access.me.get()
  const machine = { accountId, api, connection: machineConnection }
  const byName = new Map<string, string>()
  const simulated = new Set<string>()
  const met = new Map<string, Promise<Person>>()
  const accountIdOf = (username: string): string => {
    const id = byName.get(username)
    if (id === undefined) throw new Error(`the zone has no account ${username}`)
    return id
  }
  const meet = async (username: string): Promise<Person> => {
    const id = accountIdOf(username)
    const { key } = await api.access.apiKeys.create({ commandId: randomUUID(), accountId: id, name: keyName })
    const connection = { ...machineConnection, key }
    return { accountId: id, api: connect(connection), connection }
  }
  const refresh = async () => {
    for await (const { id, username, name } of accountsOf(api)) {
      byName.set(username, id)
      if (username.startsWith(simulatedPrefix)) simulated.add(name)
    }
  }
  await endOldKeys(api)
  await refresh()
  return {
    machine,
    refresh,
    accountIdOf,
    has: (username) => byName.has(username),
    isSimulated: (name) => simulated.has(name),
    get: (username) => {
      const person = met.get(username) ?? meet(username)
      met.set(username, person)
      return person
    },
  }
}

async function* accountsOf(api: Api) {
  let cursor: string | undefined
  do {
    const page = await api.access.accounts.list({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) })
    yield* page.rows
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}

async function endOldKeys(api: Api): Promise<void> {
  for (;;) {
    const { rows } = await api.access.apiKeys.list()
    const old = rows.filter((row) => row.name === keyName && row.revokedAt === null)
    for (const { id } of old) await api.access.apiKeys.revoke({ id })
    // The list shows the newest keys only; older ones come into it when these are gone from use.
    if (old.length < pageSize) return
  }
}
