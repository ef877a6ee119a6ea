import './desk.css'
import {
  Page,
  ProblemAlert,
  SkeletonLines,
  useKeys,
  useLate,
  useNarrow,
  useNow,
  useText,
  VerbButton,
  formatTime,
} from '@tingzhou/ui'
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useDesk, usePositions, useTrip, type Box, type Desk } from './api.ts'
import { deskLists, useChoice, type DeskList } from './choice.ts'
import { ChosenTrip } from './chosen.tsx'
import { DeskLists } from './lists.tsx'
import { DeskMap } from './desk-map.tsx'
import { AssignDrawer, NearVehicles } from './near.tsx'

const staleMs = 120_000

/** What a dispatcher has to do now, and where the trucks are: what is chosen in the lists is shown on the map, and the other way round. */
export function DeskPage() {
  const t = useText('freight')
  const query = useDesk()
  const late = useLate(query.isPending)
  return (
    <Page
      title={t('desk.title')}
      verbs={
        <>
          <VerbButton href="/freight-waves">{t('nav.waves')}</VerbButton>
          <VerbButton href="/screen/freight">{t('nav.wall')}</VerbButton>
          <VerbButton href="/freight-loads/new">{t('verb.post_load')}</VerbButton>
        </>
      }
    >
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={8} />}
      {query.data && <Desk desk={query.data} readAt={query.dataUpdatedAt} />}
      <AssignDrawer />
    </Page>
  )
}

/** The list that the reader has not chosen is the first in which there is something to do. */
const firstOf = (desk: Desk): DeskList => deskLists.find((name) => desk[name].count > 0) ?? 'loads'

function Desk({ desk, readAt }: { readonly desk: Desk; readonly readAt: number }) {
  const t = useText('freight')
  const choice = useChoice()
  const narrow = useNarrow()
  const now = useNow()
  const [box, setBox] = useState<Box | null>(null)
  const positions = usePositions(box)
  const { trip, load } = choice
  const way = useTrip(trip)
  const trucks = useMemo(
    () => (positions.data?.trucks ?? []).toSorted((a, b) => a.lonDeg - b.lonDeg || (a.id < b.id ? -1 : 1)),
    [positions.data],
  )
  const step = (by: number) => {
    const at = trucks.findIndex(({ id }) => id === trip)
    const next = trucks[at < 0 ? 0 : (at + by + trucks.length) % trucks.length]
    if (next) choice.chooseTrip(next.id, 'running')
  }
  useKeys([
    { keys: 'n', label: t('desk.next_truck'), run: () => step(1) },
    { keys: 'b', label: t('desk.previous_truck'), run: () => step(-1) },
  ])
  const side = (
    <div className="freight-desk-side">
      <DeskLists desk={desk} list={choice.list ?? firstOf(desk)} choice={choice} />
      {trip && (
        <ChosenTrip
          id={trip}
          desk={desk}
          truck={trucks.find(({ id }) => id === trip)}
          way={way.data}
          problem={way.error}
        />
      )}
      {load && <NearVehicles loadId={load} />}
    </div>
  )
  const map = (
    <DeskMap
      positions={positions.data}
      trucks={trucks}
      loads={desk.loads.rows}
      chosenTrip={trip}
      chosenLoad={load}
      way={trip ? way.data : undefined}
      problem={positions.error}
      onBox={setBox}
      onTruck={(id) => choice.chooseTrip(id, 'running')}
    />
  )
  return (
    <>
      {now - readAt > staleMs && (
        <p role="status" className="tz-tone-attention">
          {t('desk.stale', { time: formatTime(readAt) })}
        </p>
      )}
      {narrow && (
        <Segmented
          block
          className="freight-desk-switch"
          value={choice.isMap ? 'map' : 'list'}
          onChange={(shown) => choice.showMap(shown === 'map')}
          options={[
            { value: 'list', label: t('desk.lists') },
            { value: 'map', label: t('desk.map') },
          ]}
        />
      )}
      <div className="freight-desk">
        {(!narrow || !choice.isMap) && side}
        {(!narrow || choice.isMap) && map}
      </div>
    </>
  )
}
