import { money, moment } from '../format.ts'
import { useText } from '../i18n.ts'
import type { Snapshot } from '../snapshot.ts'
import type { MyTrips, TripFacts } from '../views.ts'
import { Age } from './parts.tsx'

const paid: ReadonlySet<string> = new Set(['paid', 'reported'])
const sum = (rows: readonly TripFacts[]): number => rows.reduce((total, { dueFen }) => total + (dueFen ?? 0), 0)

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
      {[...coming, ...done].map(({ id, number, dueFen, state, createdAt }) => (
        <p key={id} className="card facts">
          <b className="money">{money(dueFen ?? 0)}</b>
          <span className={paid.has(state) ? 'tag' : 'tag now'}>{t(`state.${state}`)}</span>
          <span>{number}</span>
          <span className="quiet">{moment(createdAt)}</span>
        </p>
      ))}
      <p className="quiet">{t('wallet.basis')}</p>
    </>
  )
}
