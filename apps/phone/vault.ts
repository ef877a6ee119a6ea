import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Action } from './action.ts'

/** What was last read from the server, for when it cannot be read. */
export type Kept = { readonly at: number; readonly value: unknown }

interface Schema extends DBSchema {
  /** Keyed by account and name. */
  kept: { key: string; value: Kept }
  /** What the driver did and the server has not yet answered, in the order in which it was done. */
  actions: { key: number; value: Action; indexes: { owner: string } }
}

export type Vault = IDBPDatabase<Schema>

let opened: Promise<Vault> | null = null

/** The phone's own store; it outlives the browser. */
export function openVault(): Promise<Vault> {
  opened ??= openDB<Schema>('tingzhou-phone', 1, {
    upgrade: (db) => {
      db.createObjectStore('kept')
      db.createObjectStore('actions', { keyPath: 'seq', autoIncrement: true }).createIndex('owner', 'owner')
    },
    // A newer tab wants a newer store: let it, and open anew when asked again.
    blocking: (_from, _to, event) => {
      ;(event.target as IDBDatabase).close()
      opened = null
    },
    terminated: () => {
      opened = null
    },
  })
  return opened
}

const keyOf = (owner: string, name: string): string => `${owner} ${name}`

export async function keep(owner: string, name: string, value: unknown): Promise<void> {
  const vault = await openVault()
  await vault.put('kept', { at: Date.now(), value }, keyOf(owner, name))
}

export async function recall(owner: string, name: string): Promise<Kept | null> {
  const vault = await openVault()
  return (await vault.get('kept', keyOf(owner, name))) ?? null
}

/** Forgets what was read for an account; what it did and is not yet answered stays. */
export async function forget(owner: string): Promise<void> {
  const vault = await openVault()
  await vault.delete('kept', IDBKeyRange.bound(keyOf(owner, ''), keyOf(owner, '\uffff')))
}
