import { Page, ProblemAlert, SkeletonLines, useNarrow, useOpenForm, useText, VerbButton } from '@tingzhou/ui'
import { Alert, Drawer, Tabs } from 'antd'
import { Suspense, useCallback, useDeferredValue, useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import './devices.css'
import './map.css'
import { MoverFacts } from './mover-drawer.tsx'
import { MoverList } from './mover-list.tsx'
import { useMover, useMovers, useView, type Mover, type MoverGroup } from './movers.ts'
import { PartLabel } from './part-label.tsx'
import { mapParts } from './slots.ts'
import { useTrackLayer } from './track-layer.ts'
import { TrackPanel, type Shown } from './track-panel.tsx'
import { useTruckLayer } from './truck-layer.ts'
import { useMap } from './use-map.ts'

const nothing: Shown = { fixes: [], cursor: null }
const none: readonly Mover[] = []
const noGroups: readonly MoverGroup[] = []

/** What moves, now, on a map and in a list; one truck in a drawer, with where it was; what other packages draw. */
export function MapPage() {
  const t = useText('telemetry')
  const [query, setQuery] = useSearchParams()
  const { name: open, close } = useOpenForm()
  const narrow = useNarrow()
  const frame = useRef<HTMLDivElement>(null)
  const [track, setTrack] = useState(nothing)
  const [drawing, setDrawing] = useState(false)
  const { map, broken } = useMap(frame)
  const words = query.get('q') ?? ''
  const onlineOnly = query.get('online') === '1'
  const panel = mapParts().find(({ key }) => key === query.get('panel'))?.key ?? 'movers'
  const point = pointIn(query.get('truck'))
  const view = useView(map)
  const polled = useMovers({ box: view, words, onlineOnly })
  const movers = polled.data?.movers ?? none
  const groups = polled.data?.groups ?? noGroups
  const one = useMover(point)
  const chosen = point === null ? null : (movers.find((mover) => mover.point === point) ?? one.data?.rows[0] ?? null)
  const set = useCallback(
    (name: string, value: string) =>
      setQuery(
        (now) => {
          const next = new URLSearchParams(now)
          if (value === '') next.delete(name)
          else next.set(name, value)
          return next
        },
        { replace: name === 'q' },
      ),
    [setQuery],
  )
  const pick = (picked: number) => {
    set('truck', String(picked))
    const mover = movers.find((known) => known.point === picked)
    if (mover && map) map.easeTo({ center: [mover.lonDeg, mover.latDeg], zoom: Math.max(map.getZoom(), 9) })
  }
  const latestPick = useRef(pick)
  latestPick.current = pick
  const onPick = useCallback((picked: number) => latestPick.current(picked), [])
  const onWords = useCallback((text: string) => set('q', text), [set])
  const onOnlineOnly = useCallback((only: boolean) => set('online', only ? '1' : ''), [set])
  const centred = useRef(point === null)
  useEffect(() => {
    // A link to one truck shows where it is; afterwards the map is the reader's.
    if (!map || !chosen || centred.current) return
    centred.current = true
    map.jumpTo({ center: [chosen.lonDeg, chosen.latDeg], zoom: 9 })
  }, [map, chosen])
  const isTrack = open === 'track'
  useTruckLayer(map, {
    movers: isTrack ? none : movers,
    groups: isTrack ? noGroups : groups,
    selected: chosen?.point ?? null,
    silent: drawing,
    onPick: pick,
  })
  useTrackLayer(map, track.fixes, track.cursor)
  const parts = mapParts().map(({ key, Panel, ...label }) => ({
    key,
    label: <PartLabel {...label} />,
    forceRender: true,
    children: (
      <Suspense fallback={<SkeletonLines lines={4} />}>
        <Panel map={map} view={view} shown={panel === key} onDrawing={setDrawing} />
      </Suspense>
    ),
  }))
  // The map first; the list follows in the frames after it.
  const listed = useDeferredValue(polled.data)
  const list = (
    <MoverList
      movers={listed?.movers ?? none}
      total={listed?.total ?? 0}
      loaded={polled.isSuccess}
      words={words}
      onlineOnly={onlineOnly}
      selected={chosen?.point ?? null}
      onWords={onWords}
      onOnlineOnly={onOnlineOnly}
      onPick={onPick}
    />
  )
  return (
    <Page title={t('map.title')} verbs={<VerbButton href="/devices">{t('nav.devices')}</VerbButton>}>
      <ProblemAlert problem={polled.error} onRetry={() => void polled.refetch()} />
      {broken && <Alert className="tz-problem" type="warning" showIcon title={t('map.broken')} />}
      <div className="tz-map-page">
        <div ref={frame} className="tz-map" />
        <Tabs
          className="tz-map-side"
          activeKey={panel}
          onChange={(key) => set('panel', key === 'movers' ? '' : key)}
          items={[{ key: 'movers', label: t('map.list'), children: list }, ...parts]}
        />
      </div>
      <Drawer
        open={chosen !== null}
        onClose={() => set('truck', '')}
        afterOpenChange={(isOpen) => !isOpen && isTrack && close()}
        title={chosen?.name}
        mask={false}
        rootClassName="tz-mover-drawer"
        placement={narrow ? 'bottom' : 'right'}
        size={narrow ? 420 : 400}
        destroyOnHidden
      >
        {chosen && !isTrack && <MoverFacts mover={chosen} />}
        {chosen && isTrack && (
          <>
            <VerbButton onClick={close}>{t('verb.now')}</VerbButton>
            <TrackPanel key={chosen.point} point={chosen.point} onShown={setTrack} />
          </>
        )}
      </Drawer>
    </Page>
  )
}

function pointIn(text: string | null): number | null {
  const point = Number(text ?? Number.NaN)
  return Number.isInteger(point) && point > 0 && point < 16_777_216 ? point : null
}
