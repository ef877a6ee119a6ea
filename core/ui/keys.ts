import { useEffect, useRef, useSyncExternalStore } from 'react'

/** A single-key verb of the screen on show. `keys` is compared with `KeyboardEvent.key`, letters in lower case. */
export type KeyVerb = {
  readonly keys: string
  readonly label: string
  readonly run: (event: KeyboardEvent) => void
  /** Also while a text is being written; for combinations such as `mod+k`. */
  readonly always?: boolean
}

let registered: readonly { readonly id: symbol; readonly verbs: readonly KeyVerb[] }[] = []
const listeners = new Set<() => void>()

function update(next: typeof registered): void {
  registered = next
  for (const listener of listeners) listener()
}

/** Registers verbs while the component is on screen; the last one registered wins. */
export function useKeys(verbs: readonly KeyVerb[]): void {
  const latest = useRef(verbs)
  latest.current = verbs
  const signature = verbs.map(({ keys, label }) => `${keys}\n${label}`).join('\n\n')
  useEffect(() => {
    const id = Symbol('keys')
    const stable = latest.current.map((verb, index): KeyVerb => ({
      ...verb,
      run: (event) => latest.current[index]?.run(event),
    }))
    update([...registered, { id, verbs: stable }])
    return () => update(registered.filter((entry) => entry.id !== id))
  }, [signature])
}

/** All verbs now in force, for the list under `?`. */
export function useKeyList(): readonly KeyVerb[] {
  const entries = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => registered,
  )
  const seen = new Map<string, KeyVerb>()
  for (const entry of entries.toReversed())
    for (const verb of entry.verbs) if (!seen.has(verb.keys)) seen.set(verb.keys, verb)
  return [...seen.values()]
}

/** Listens for the whole tab; the shell calls it once. */
export function useKeyboard(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => dispatchKey(event)
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function dispatchKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const pressed = nameOf(event)
  for (const entry of registered.toReversed()) {
    const verb = entry.verbs.find((candidate) => candidate.keys === pressed)
    if (!verb || (!verb.always && isBusyTarget(event.target))) continue
    event.preventDefault()
    verb.run(event)
    return
  }
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const prefix = event.ctrlKey || event.metaKey ? 'mod+' : ''
  return `${prefix}${event.altKey ? 'alt+' : ''}${key}`
}

/** Where letters mean something else: text fields, open menus and dialogs. */
function isBusyTarget(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  return (
    target.closest(
      'input:not([type=checkbox]):not([type=radio]),textarea,select,[role=dialog],[role=menu],[role=listbox]',
    ) !== null
  )
}
