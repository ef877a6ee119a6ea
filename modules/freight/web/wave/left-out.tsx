import { formatNumber, PlainTable, useText } from '@tingzhou/ui'
import { Link } from 'react-router'
import { placeOf } from './api.ts'

/** Loads with truckloads left out of a wave or a plan, and why. */
export function LeftOut(props: {
  readonly name: string
  readonly empty: string
  readonly rows: readonly {
    readonly loadId: string
    readonly number: string
    readonly trips: number
    readonly kind: string
    readonly text: string
  }[]
}) {
  const t = useText('freight')
  return (
    <PlainTable
      name={props.name}
      empty={props.empty}
      head={[t('load.one'), t('wave.trips'), t('wave.why')]}
      rows={props.rows.map(({ loadId, number, trips, kind, text }) => ({
        key: `${loadId} ${kind}`,
        cells: [
          <Link key="load" to={placeOf.load(loadId)} className="tz-mono">
            {number}
          </Link>,
          formatNumber(trips),
          <span key="why" className="freight-wrap">
            {text}
          </span>,
        ],
      }))}
    />
  )
}
