import type { Map as MapView } from 'maplibre-gl'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from './api.ts'
import { inOrder, mergeMovers, sameObjects } from './mover-merge.ts'

type Answer = Awaited<ReturnType<typeof api.positions.call>>
export type Mover = Answer['rows'][number]
/** Movers near one another, where there are too many to show each. */
export type MoverGroup = Answer['groups'][number]

/** A part of the map, degrees. */
export type Box = { readonly west: number; readonly south: number; readonly east: number; readonly north: number }

export type MoverQuestion = { readonly box: Box | null; readonly words: string; readonly onlineOnly: boolean }
export type Movers = {
  readonly movers: readonly Mover[]
  readonly groups: readonly MoverGroup[]
  readonly total: number
  readonly wholeAt: number
  /** When it was asked, by the clock of the server. */
  readonly askedAt: number
}

const everyMs = 3_000
const wholeEveryMs = 60_000
// Two servers may answer by turns, and their clocks are not one.
const overlapMs = 2_000
/** Movers that are told one by one. */
export const shownMax = 3_000

/** What moves in a part of the map, by name; asked for every three seconds while the page can be seen, whole once a minute. */
export function useMovers({ box, words, onlineOnly }: MoverQuestion) {
  const client = useQueryClient()
  const q = words.trim()
  const where = { ...(q === '' ? box : { q }), ...(onlineOnly ? { online: '1' as const } : {}), limit: shownMax }
  const queryKey = [...api.positions.key(), 'merged', where]
  return useQuery({
    queryKey,
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Movers> => {
      const known = client.getQueryData<Movers>(queryKey)
      const now = Date.now()
      const isWhole = !known || known.groups.length > 0 || now - known.wholeAt >= wholeEveryMs
      const since = isWhole ? 0 : Math.max(0, known.askedAt - overlapMs)
      const { at, rows: told, groups, total } = await api.positions.call({ ...where, since }, { signal })
      const rows = sameObjects(known?.movers ?? [], told)
      return {
        movers: groups.length > 0 ? [] : known && !isWhole ? mergeMovers(known.movers, rows) : inOrder(rows),
        groups,
        askedAt: at,
        total,
        wholeAt: isWhole ? now : known.wholeAt,
      }
    },
  })
}

/** One mover, wherever it is. */
export const useMover = (point: number | null) =>
  useQuery({
    ...api.positions.queryOptions({ input: { point: point ?? 1 } }),
    enabled: point !== null,
    refetchInterval: everyMs,
  })

/** What a map shows, a little more on every side, so that a small move asks for nothing new; null until there is a map. */
export function useView(map: MapView | null): Box | null {
  const [box, setBox] = useState<Box | null>(null)
  useEffect(() => {
    if (!map) return
    const look = () => setBox((before) => widerThan(map, before))
    look()
    map.on('moveend', look)
    return () => void map.off('moveend', look)
  }, [map])
  return map ? box : null
}

const wideBy = 0.25

function widerThan(map: MapView, before: Box | null): Box {
  const bounds = map.getBounds()
  const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
  const [width, height] = [east - west, north - south]
  const isInside =
    before && west >= before.west && east <= before.east && south >= before.south && north <= before.north
  // Zoomed in, fewer are asked for.
  if (isInside && before.east - before.west <= width * 2.5) return before
  return {
    west: Math.max(-180, west - width * wideBy),
    south: Math.max(-90, south - height * wideBy),
    east: Math.min(180, east + width * wideBy),
    north: Math.min(90, north + height * wideBy),
  }
}
