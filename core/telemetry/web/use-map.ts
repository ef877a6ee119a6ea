import 'maplibre-gl/dist/maplibre-gl.css'
import { AttributionControl, Map as MapView, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { fontStack, serverLang, usePalette, useText } from '@tingzhou/ui'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { mapStyle } from './map-style.ts'

export { mapFont } from './map-style.ts'

setWorkerUrl(workerUrl)

type Camera = { readonly center: [number, number]; readonly zoom: number }

// Changji, with the roads to Zhundong, Khorgos and Hami around it.
const home: Camera = { center: [87.6, 44.1], zoom: 6 }

/**
 * Draws a map into an element while it is on the page; made anew when colours or language change, at the same place.
 * @returns the map once it can be drawn on, and whether this browser cannot draw maps
 */
export function useMap(frame: RefObject<HTMLDivElement | null>): {
  readonly map: MapView | null
  readonly broken: boolean
} {
  const t = useText('telemetry')
  const ui = useText('ui')
  const palette = usePalette()
  const lang = serverLang()
  const [title, zoomIn, zoomOut] = [t('map.title'), ui('bpmn.in'), ui('bpmn.out')]
  const camera = useRef(home)
  const [map, setMap] = useState<MapView | null>(null)
  const [broken, setBroken] = useState(false)
  useEffect(() => {
    const container = frame.current
    if (!container) return
    const made = make(container, mapStyle(palette, lang), camera.current, {
      'Map.Title': title,
      'NavigationControl.ZoomIn': zoomIn,
      'NavigationControl.ZoomOut': zoomOut,
    })
    if (!made) {
      setBroken(true)
      return
    }
    made.on('load', () => {
      made.addImage('arrow', arrow(), { sdf: true })
      setMap(made)
    })
    made.on('moveend', () => {
      const { lng, lat } = made.getCenter()
      camera.current = { center: [lng, lat], zoom: made.getZoom() }
    })
    return () => {
      setMap(null)
      made.remove()
    }
  }, [frame, palette, lang, title, zoomIn, zoomOut])
  return { map, broken }
}

/** Null where the browser has no WebGL: the list beside the map still works. */
function make(
  container: HTMLDivElement,
  style: ReturnType<typeof mapStyle>,
  camera: Camera,
  locale: Readonly<Record<string, string>>,
) {
  try {
    const map = new MapView({
      container,
      style,
      ...camera,
      attributionControl: false,
      localIdeographFontFamily: fontStack,
      dragRotate: false,
      maxZoom: 16,
      minZoom: 3,
      locale,
    })
    map.touchZoomRotate.disableRotation()
    map.addControl(new NavigationControl({ showCompass: false }), 'top-left')
    map.addControl(new ScaleControl(), 'bottom-left')
    map.addControl(new AttributionControl({ compact: false }), 'bottom-left')
    return map
  } catch {
    return null
  }
}

const arrowPx = 48

/** An arrow to the north, as a shape that layers colour. */
function arrow(): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = arrowPx
  canvas.height = arrowPx
  const pen = canvas.getContext('2d')
  if (!pen) return new ImageData(arrowPx, arrowPx)
  pen.beginPath()
  pen.moveTo(24, 6)
  pen.lineTo(38, 42)
  pen.lineTo(24, 34)
  pen.lineTo(10, 42)
  pen.closePath()
  pen.fill()
  return pen.getImageData(0, 0, arrowPx, arrowPx)
}
