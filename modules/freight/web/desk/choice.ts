import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

export const deskLists = ['troubles', 'offers', 'loads', 'running'] as const
export type DeskList = (typeof deskLists)[number]

/** What the reader looks at; in the address, so that it can be told to somebody. */
export function useChoice() {
  const [query, setQuery] = useSearchParams()
  const set = useCallback(
    (changes: Readonly<Record<string, string | null>>) =>
      setQuery(
        (now) => {
          const next = new URLSearchParams(now)
          for (const [name, value] of Object.entries(changes))
            if (value === null) next.delete(name)
            else next.set(name, value)
          return next
        },
        { replace: true },
      ),
    [setQuery],
  )
  return {
    list: deskLists.find((name) => name === query.get('list')) ?? null,
    trip: query.get('trip'),
    load: query.get('load'),
    /** On a phone the map is a page of its own. */
    isMap: query.get('view') === 'map',
    showList: (list: DeskList) => set({ list }),
    showMap: (shown: boolean) => set({ view: shown ? 'map' : null }),
    chooseTrip: (trip: string | null, list?: DeskList) => set({ trip, load: null, ...(list ? { list } : {}) }),
    chooseLoad: (load: string | null) => set({ load, trip: null }),
  }
}
export type Choice = ReturnType<typeof useChoice>
