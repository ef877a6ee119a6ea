import type { Deps } from '@tingzhou/http'
import { assert } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'

/** Somebody opens a file of an object. */
export type Opened = { readonly actor: Actor; readonly objectId: string; readonly fileId: string }

/** Writes down that a file is opened, before its bytes leave. @returns false: it must not be opened */
export type OpenedLog = (deps: Deps, opened: Opened) => Promise<boolean>

const logs = new Map<string, OpenedLog>()

/**
 * Has every opening of a file of such objects written down, one by one: nothing of it is kept by browsers, and it leaves whole.
 * Each module does so once for its kinds. O(1).
 */
export function registerOpenedLog(objectKind: string, log: OpenedLog): void {
  assert(!logs.has(objectKind), `the log of ${objectKind} is registered once`)
  logs.set(objectKind, log)
}

/** The log of a kind of object; undefined for most. O(1). */
export const openedLogOf = (objectKind: string | null): OpenedLog | undefined =>
  objectKind === null ? undefined : logs.get(objectKind)
