import { useText } from '@tingzhou/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { api, nameOf } from './api.ts'
import { pointsMax } from './trend-url.ts'

export type PointRow = Awaited<ReturnType<typeof api.points.call>>['rows'][number]

const shownMax = 30

/** What a point is called where several stand together. */
export const pointName = ({ name, equipment }: PointRow): string => `${nameOf(equipment.name)} ${nameOf(name)}`

/** Finds points by words of their place, equipment, name or code, and holds those that were chosen. */
export function TrendPicker(props: {
  readonly chosen: readonly number[]
  /** What is known of the chosen ones. */
  readonly rows: readonly PointRow[]
  readonly onChoose: (points: readonly number[]) => void
}) {
  const t = useText('telemetry')
  const { chosen, rows, onChoose } = props
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const found = useQuery({
    ...api.points.queryOptions({ input: { limit: shownMax, ...(q === '' ? {} : { q }) } }),
    placeholderData: keepPreviousData,
  })
  const known = new Map([...(found.data?.rows ?? []), ...rows].map((row) => [row.id, row]))
  const isFull = chosen.length >= pointsMax
  return (
    <label className="tz-trend-picker">
      {t('trend.points', { max: pointsMax })}
      <Select
        mode="multiple"
        aria-label={t('trend.points', { max: pointsMax })}
        value={[...chosen]}
        maxCount={pointsMax}
        placeholder={t('trend.search')}
        showSearch={{ filterOption: false, onSearch: setWords, searchValue: words }}
        loading={found.isFetching}
        status={found.isError ? 'error' : ''}
        notFoundContent={found.isError ? t('trend.search_failed') : t('trend.none_found')}
        onChange={(ids: number[]) => onChoose(ids)}
        onBlur={() => setWords('')}
        labelRender={({ value }) => {
          const row = known.get(Number(value))
          return row ? pointName(row) : `#${String(value)}`
        }}
        options={[...new Set([...(found.data?.rows.map(({ id }) => id) ?? []), ...chosen])].map((id) => {
          const row = known.get(id)
          return {
            value: id,
            label: row ? <PointLabel row={row} /> : `#${id}`,
            disabled: isFull && !chosen.includes(id),
          }
        })}
      />
    </label>
  )
}

function PointLabel({ row }: { readonly row: PointRow }) {
  const { code, unit, place } = row
  return (
    <span className="tz-trend-option">
      <span>
        {pointName(row)}
        {unit !== null && <span className="tz-second"> {unit}</span>}
      </span>
      <span className="tz-caption">
        {place && `${nameOf(place.name)} · `}
        {code}
      </span>
    </span>
  )
}
