import { ClearIcon, EmptyState, formatNumber, StateTag, useText } from '@tingzhou/ui'
import { DeviceWhen } from './device-when.tsx'
import { Checkbox, Input } from 'antd'
import { memo } from 'react'
import { OnlineState } from './device-state.tsx'
import type { Mover } from './movers.ts'

const shownMax = 200

/** What moves, beside the map: the way to it without a mouse. */
export const MoverList = memo(function MoverList(props: {
  readonly movers: readonly Mover[]
  readonly total: number
  readonly loaded: boolean
  readonly words: string
  readonly onlineOnly: boolean
  readonly selected: number | null
  readonly onWords: (words: string) => void
  readonly onOnlineOnly: (only: boolean) => void
  readonly onPick: (point: number) => void
}) {
  const t = useText('telemetry')
  const { movers, total, words, onlineOnly, selected, onPick } = props
  return (
    <section className="tz-movers" aria-label={t('map.list')}>
      <Input.Search
        allowClear={{ clearIcon: <ClearIcon /> }}
        aria-label={t('map.search')}
        placeholder={t('map.search')}
        defaultValue={words}
        onChange={(event) => props.onWords(event.target.value)}
      />
      <Checkbox checked={onlineOnly} onChange={(event) => props.onOnlineOnly(event.target.checked)}>
        {t('map.online_only')}
      </Checkbox>
      <p className="tz-caption tz-flush" role="status">
        {t('map.count', { n: total })}
      </p>
      {total > movers.length && <p className="tz-caption">{t('map.grouped')}</p>}
      {props.loaded && total === 0 && <EmptyState title={t(words || onlineOnly ? 'map.none_found' : 'map.none')} />}
      <ul>
        {movers.slice(0, shownMax).map((mover) => (
          <MoverItem key={mover.point} mover={mover} isSelected={mover.point === selected} onPick={onPick} />
        ))}
      </ul>
      {movers.length > shownMax && <p className="tz-caption">{t('map.more', { n: movers.length - shownMax })}</p>}
    </section>
  )
})

/** One of them; drawn anew only where it moved. */
const MoverItem = memo(function MoverItem(props: {
  readonly mover: Mover
  readonly isSelected: boolean
  readonly onPick: (point: number) => void
}) {
  const t = useText('telemetry')
  const { mover, isSelected, onPick } = props
  return (
    <li>
      <button
        type="button"
        aria-pressed={isSelected}
        className={isSelected ? 'tz-chosen' : undefined}
        onClick={() => onPick(mover.point)}
      >
        <strong>{mover.name}</strong>
        <OnlineState online={mover.online} />
        {mover.alarm !== 0 && (
          <StateTag tone="bad" shape="diamond">
            {t('map.alarm')}
          </StateTag>
        )}
        <span className="tz-second tz-number">{t('map.speed', { speed: formatNumber(mover.speedKmh) })}</span>
        <span className="tz-second">
          <DeviceWhen at={mover.at} />
        </span>
      </button>
    </li>
  )
})
