import type { AnyHost } from '@tingzhou/process'
import { isDrawingKey, readItemDrawing, type StoredDrawing } from './drawing-store.ts'
import { checkItemDrawing, ordinaryDrawing, pathsOfDrawing, type DrawnPaths } from './item-drawing.ts'
import type { OneThing } from './one-thing.ts'

/** What is wrong with an item's own drawing: its key, what the engine does not play, what the contract of an item lacks. */
export type DrawingComplaint = {
  readonly kind: string
  readonly at: string
  readonly value: unknown
  readonly message: string
}

type Drawn = Pick<StoredDrawing, 'key' | 'xml'>

const handlersFor = (hosts: readonly AnyHost[]): readonly string[] =>
  Object.keys(hosts.find(({ key }) => key === ordinaryDrawing)?.handlers ?? {})

/** Everything that keeps the drawings of a one-thing from being deployed. O(drawings × markings). */
export async function drawingsComplaints(
  hosts: readonly AnyHost[],
  oneThing: OneThing,
  drawings: readonly Drawn[],
): Promise<readonly DrawingComplaint[]> {
  const found: DrawingComplaint[] = []
  for (const drawing of drawings) found.push(...(await complaintsAbout(hosts, oneThing, drawing)))
  return found
}

async function complaintsAbout(
  hosts: readonly AnyHost[],
  oneThing: OneThing,
  { key, xml }: Drawn,
): Promise<readonly DrawingComplaint[]> {
  const complain = (kind: string, at: string, value: unknown, message: string) => ({
    kind,
    at: at === '' ? key : `${key}#${at}`,
    value,
    message,
  })
  const items = itemsOn(oneThing, key)
  if (!isDrawingKey(key, oneThing.code))
    return [complain('wrong_key', '', key, `the key is item-case.${oneThing.code}. and a name`)]
  if (items.length === 0) return [complain('drawing_unused', '', key, `no item runs on ${key}`)]
  const read = await readItemDrawing(
    xml,
    handlersFor(hosts),
    hosts.map((host) => host.key),
  )
  if (!read.ok)
    return read.error.map(({ kind, elementId, line, value, message }) =>
      complain(kind, `${elementId ?? ''}${line === null ? '' : `:${line}`}`, value, message),
    )
  if (read.value.key !== key)
    return [complain('wrong_key', read.value.key, read.value.key, `the id of the process is ${key}`)]
  return items.flatMap((item) =>
    checkItemDrawing(read.value, item).map(({ kind, at, value }) =>
      complain(kind, at, value, [kind, at, value].filter((part) => part !== null).join(' ')),
    ),
  )
}

const itemsOn = ({ items }: OneThing, key: string) => items.filter(({ process }) => process.key === key)

/** Every path of every drawing of a one-thing, run in memory on the engine. */
export async function explored(
  hosts: readonly AnyHost[],
  oneThing: OneThing,
  drawings: readonly Drawn[],
): Promise<readonly (DrawnPaths & { readonly item: string; readonly key: string })[]> {
  const all: (DrawnPaths & { item: string; key: string })[] = []
  for (const { key, xml } of drawings) {
    const read = await readItemDrawing(
      xml,
      handlersFor(hosts),
      hosts.map((host) => host.key),
    )
    if (!read.ok) continue
    for (const item of itemsOn(oneThing, key)) all.push({ item: item.code, key, ...pathsOfDrawing(read.value, item) })
  }
  return all
}
