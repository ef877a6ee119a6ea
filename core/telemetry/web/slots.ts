import type { Map as MapView } from 'maplibre-gl'
import type { ComponentType } from 'react'
import type { Box } from './movers.ts'

/** What a part of the map page is given. */
export type MapPartProps = {
  /** Null until the map can be drawn on, and where it cannot be. */
  readonly map: MapView | null
  /** What the map shows and a little more, degrees; null until there is a map. */
  readonly view: Box | null
  /** Whether its panel is the one on show; what it draws stays on the map. */
  readonly shown: boolean
  /** Tells that a click on the map is a stroke of a drawing, not a question. */
  readonly onDrawing: (isDrawing: boolean) => void
}

/** Something that another package draws on the map, with a panel beside it. */
export type MapPart = {
  readonly key: string
  /** Of the texts. */
  readonly module: string
  readonly labelKey: string
  readonly Panel: ComponentType<MapPartProps>
}

/** A tab that another package adds to the page of a device that moves. */
export type DeviceTab = {
  readonly key: string
  readonly module: string
  readonly labelKey: string
  readonly Panel: ComponentType<{ readonly deviceId: string }>
}

const parts = new Map<string, MapPart>()
const tabs = new Map<string, DeviceTab>()

/** Adds a part to the map page; the same key again replaces it. */
export const addMapPart = (part: MapPart): void => void parts.set(part.key, part)
/** Adds a tab to the page of a device; the same key again replaces it. */
export const addDeviceTab = (tab: DeviceTab): void => void tabs.set(tab.key, tab)

export const mapParts = (): readonly MapPart[] => [...parts.values()]
export const deviceTabs = (): readonly DeviceTab[] => [...tabs.values()]
