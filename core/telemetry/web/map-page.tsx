import { Page, ProblemAlert, useNarrow, useOpenForm, useText, VerbButton } from '@tingzhou/ui'
import { Alert, Drawer } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import './devices.css'
import './map.css'
import { MoverFacts } from './mover-drawer.tsx'
import { MoverList } from './mover-list.tsx'
import { useMovers, type Mover } from './movers.ts'
import { useTrackLayer } from './track-layer.ts'
import { TrackPanel, type Shown } from './track-panel.tsx'
import { useTruckLayer } from './truck-layer.ts'
import { useMap } from './use-map.ts'

const nothing: Shown = { fixes: [], cursor: null }
const none: readonly Mover[] = []

/** What moves, now, on a map and in a list; one truck in a drawer, with where it was. */
export function MapPage() {
  const t = useText('telemetry')
  const [query, setQuery] = useSearchParams()
  const { name: open, close } = useOpenForm()
  const narrow = useNarrow()
  const frame = useRef<HTMLDivElement>(null)
  const [track, setTrack] = useState(nothing)
  const { map, broken } = useMap(frame)
  const polled = useMovers()
  const words = query.get('q') ?? ''
  const onlineOnly = query.get('online') === '1'
  const selected = Number(query.get('truck') ?? Number.NaN)
  const all = polled.data?.movers ?? none
  const movers = useMemo(() => found(all, words, onlineOnly), [all, words, onlineOnly])
  const chosen = all.find(({ point }) => point === selected) ?? null
  const set = (name: string, value: string) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: name === 'q' },
    )
  const pick = (point: number) => {
    set('truck', String(point))
    const mover = all.find((one) => one.point === point)
    if (mover && map) map.easeTo({ center: [mover.lonDeg, mover.latDeg], zoom: Math.max(map.getZoom(), 9) })
  }
  const centred = useRef(false)
  useEffect(() => {
    // A link to one truck shows where it is; afterwards the map is the reader's.
    if (!map || !polled.isSuccess || centred.current) return
    centred.current = true
    if (chosen) map.jumpTo({ center: [chosen.lonDeg, chosen.latDeg], zoom: 9 })
  }, [map, chosen, polled.isSuccess])
  useTruckLayer(map, { movers: open === 'track' ? none : movers, selected: chosen?.point ?? null, onPick: pick })
  useTrackLayer(map, track.fixes, track.cursor)
  return (
    <Page title={t('map.title')} verbs={<VerbButton href="/devices">{t('nav.devices')}</VerbButton>}>
      <ProblemAlert problem={polled.error} onRetry={() => void polled.refetch()} />
      {broken && <Alert className="tz-problem" type="warning" showIcon title={t('map.broken')} />}
      <div className="tz-map-page">
        <div ref={frame} className="tz-map" role="region" aria-label={t('map.title')} />
        <MoverList
          movers={movers}
          loaded={polled.isSuccess}
          words={words}
          onlineOnly={onlineOnly}
          selected={chosen?.point ?? null}
          onWords={(text) => set('q', text)}
          onOnlineOnly={(only) => set('online', only ? '1' : '')}
          onPick={pick}
        />
      </div>
      <Drawer
        open={chosen !== null}
        onClose={() => set('truck', '')}
        afterOpenChange={(isOpen) => !isOpen && close()}
        title={chosen?.name}
        mask={false}
        rootClassName="tz-mover-drawer"
        placement={narrow ? 'bottom' : 'right'}
        size={narrow ? 420 : 400}
        destroyOnHidden
      >
        {chosen && open !== 'track' && <MoverFacts mover={chosen} />}
        {chosen && open === 'track' && (
          <>
            <VerbButton onClick={close}>{t('verb.now')}</VerbButton>
            <TrackPanel key={chosen.point} point={chosen.point} onShown={setTrack} />
          </>
        )}
      </Drawer>
    </Page>
  )
}

/** Those whose name holds the words. */
function found(movers: readonly Mover[], words: string, onlineOnly: boolean): readonly Mover[] {
  const sought = words.trim().toLowerCase()
  return movers.filter(({ name, online }) => (online || !onlineOnly) && name.toLowerCase().includes(sought))
}
