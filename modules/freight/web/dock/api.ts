import type { api } from '../api.ts'
import { useSurface } from '../carriage/surface.ts'

export type DockRow = Awaited<ReturnType<typeof api.docks.list.call>>['rows'][number]
export type Board = Awaited<ReturnType<typeof api.docks.board.call>>
export type BoardEnd = Board['ends'][number]
export type DockSettings = Awaited<ReturnType<typeof api.docks.settings.call>>
export type Pace = NonNullable<Awaited<ReturnType<typeof api.docks.pace.call>>['pace']>
export type Slot = Awaited<ReturnType<typeof api.waybills.get.call>>['slots'][number]

/** What changes with slots: told to the screens that show them. */
export const dockKinds = ['freight_place', 'freight_waybill'] as const

/** The addresses of docks on the surface that the reader is on. */
export function useDockPlaces() {
  const { counter } = useSurface()
  const list = `${counter ? '/counter' : ''}/freight-docks`
  return { list, board: (id: string) => `${list}/${id}`, settings: '/freight-dock-settings' }
}
