import { money, moment } from '../format.ts'
import { useText } from '../i18n.ts'
import type { Snapshot } from '../snapshot.ts'
import type { MyTrips, TripFacts } from '../views.ts'
import { Age } from './parts.tsx'

const paid: ReadonlySet<string> = new Set(['paid', 'reported'])
/** What is paid for a trip: what is due, rounded as its rules say. */
const payOf = ({ paidFen, dueFen }: TripFacts): number => paidFen ?? dueFen ?? 0
const sum = (rows: readonly TripFacts[]): number => rows.reduce((total, row) => total + payOf(row), 0)

/** What the driver's trips come to: settled and on its way, and paid. */
export function Wallet({ trips }: { readonly trips: Snapshot<MyTrips> }) {
  const t = useText()
  const settled = (trips.value?.rows ?? []).filter(({ dueFen }) => dueFen !== null)
  const done = settled.filter(({ state }) => paid.has(state))
  const coming = settled.filter((row) => !done.includes(row))
  return (
    <>
      <h1>{t('tab.wallet')}</h1>
      <Age at={trips.at} problem={trips.problem} />
      <dl className="card figures">
        <dt>{t('wallet.coming')}</dt>
        <dd className="money large">{money(sum(coming))}</dd>
        <dt>{t('wallet.paid')}</dt>
        <dd className="money large">{money(sum(done))}</dd>
      </dl>
      {trips.value && settled.length === 0 && <p className="empty">{t('wallet.none')}</p>}
      {[...coming, ...done].map((row) => (
        <p key={row.id} className="card facts">
          <b className="money">{money(payOf(row))}</b>
          <span className={paid.has(row.state) ? 'tag' : 'tag now'}>{t(`state.${row.state}`)}</span>
          <span>{row.number}</span>
          <span className="quiet">{moment(row.createdAt)}</span>
        </p>
      ))}
      <p className="quiet">{t('wallet.basis')}</p>
    </>
  )
}
