import { useRef, useState } from 'react'
import { ask, type Problem } from '../api.ts'
import { newCommandId } from '../command-id.ts'
import { km, moment, price, tons } from '../format.ts'
import { useText } from '../i18n.ts'
import { go } from '../route.ts'
import { useSnapshot, type Snapshot } from '../snapshot.ts'
import type { NextFacts, ReturnFacts, Returns, TripFacts } from '../views.ts'
import { Age, Fault } from './parts.tsx'

type Props = { readonly trip: TripFacts; readonly owner: string; readonly lose: () => void; readonly all: boolean }

const bestOf = 3

/** What the truck can carry after this trip, the best first, or the next load that it has. Only with a network: others want the same loads. */
export function ReturnLoads({ trip, owner, lose, all }: Props) {
  const t = useText()
  const returns = useSnapshot<Returns>(owner, `returns-${trip.id}`, `/freight-waybills/${trip.id}/return-loads`, lose)
  const { value, at, problem, loading } = returns
  const rows = value?.rows ?? []
  const next = value?.next ?? null
  const isOpen = next !== null && (next.state === 'wished' || next.state === 'booked')
  return (
    <section className="returns" aria-label={t('returns.title')}>
      <h2>{t('returns.title')}</h2>
      <Age at={at} problem={problem} />
      {problem && problem.status > 0 && problem.status < 500 && <Fault problem={problem} />}
      {!value && loading && <p className="quiet wait">{t('wait')}</p>}
      {next && (isOpen || next.state === 'ended') && <NextLoad next={next} returns={returns} />}
      {value && !isOpen && (
        <>
          {value.freeAt !== null && (
            <p className="quiet">
              {t('returns.free', { place: value.at.name, at: moment(value.freeAt) })}
              {value.home && value.homeEmptyM !== null
                ? ` ${t('returns.home', { place: value.home.name, far: km(value.homeEmptyM) })}`
                : ''}
            </p>
          )}
          {value.reason !== null && value.reason !== 'booked' && (
            <p className="empty">{t(`returns.none.${value.reason}`)}</p>
          )}
          {rows.slice(0, all ? rows.length : bestOf).map((row) => (
            <ReturnLoad key={row.load.id} row={row} trip={trip} away={problem !== null} refresh={returns.refresh} />
          ))}
          {!all && rows.length > bestOf && (
            <button type="button" className="verb second" onClick={() => go('trips', trip.id, 'returns')}>
              {t('returns.all', { n: rows.length })}
            </button>
          )}
          {rows.length > 0 && <p className="quiet">{t('returns.online')}</p>}
        </>
      )}
    </section>
  )
}

function ReturnLoad(props: {
  readonly row: ReturnFacts
  readonly trip: TripFacts
  readonly away: boolean
  readonly refresh: () => void
}) {
  const { row, trip, away, refresh } = props
  const { load, carrierMilliFen, emptyM, loadedM, arriveAt, how, why } = row
  const t = useText()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  // The same command however often it is pressed.
  const command = useRef<string | null>(null)
  const book = async () => {
    setBusy(true)
    command.current ??= newCommandId()
    const answer = await ask('POST', `/freight-waybills/${trip.id}/next-load`, {
      commandId: command.current,
      loadId: load.id,
    })
    setBusy(false)
    if (!answer.ok) setProblem(answer.problem)
    refresh()
  }
  return (
    <section className="card">
      <button type="button" className="row plain" aria-expanded={open} onClick={() => setOpen(!open)}>
        <b className="money large">
          {carrierMilliFen === null ? '' : `${price(carrierMilliFen)} / ${t(`per.${load.measure}`)}`}
        </b>
        <span className="route">
          {load.from.name} → {load.to.name}
        </span>
        <span className="facts">
          <span>{t('returns.empty', { far: km(emptyM) })}</span>
          <span>{t('returns.loaded', { far: km(loadedM) })}</span>
          <span>{load.goods}</span>
          {load.measure === 'ton' && <span>{tons(load.plan)}</span>}
        </span>
        <span className="facts">
          <span>{t('returns.there', { at: moment(arriveAt), until: moment(load.loadUntil) })}</span>
        </span>
        {why
          .filter(({ kind }) => kind !== 'empty')
          .map(({ kind, text }) => (
            <span key={kind} className="facts">
              {kind === 'home_loaded' ? <b>{text}</b> : <span className="quiet">{text}</span>}
            </span>
          ))}
      </button>
      {open && (
        <>
          <p>{t(how === 'book' ? 'returns.rules' : 'returns.wish_means')}</p>
          {problem && <Fault problem={problem} />}
          <button type="button" className="verb" disabled={busy || away} onClick={() => void book()}>
            {busy ? t('busy') : t(how === 'book' ? 'returns.book' : 'returns.wish')}
          </button>
          {away && <p className="attention">{t('returns.away')}</p>}
        </>
      )}
    </section>
  )
}

/** The next load of the truck: what it is, until when it holds, what threatens it. */
function NextLoad({ next, returns }: { readonly next: NextFacts; readonly returns: Snapshot<Returns> }) {
  const t = useText()
  const [sure, setSure] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const command = useRef<string | null>(null)
  const { load, waybill, expectedAt, offerUntil, emptyM, state, flagText, endText } = next
  const giveBack = async () => {
    if (!sure) return setSure(true)
    setBusy(true)
    command.current ??= newCommandId()
    const answer = await ask('POST', `/freight-next-loads/${next.id}/end`, {
      commandId: command.current,
      why: t('returns.give_back_why'),
    })
    setBusy(false)
    if (!answer.ok) setProblem(answer.problem)
    returns.refresh()
    window.dispatchEvent(new Event('online'))
  }
  if (state === 'ended')
    return (
      <section className="card attention" role="status">
        <p>
          {load.from.name} → {load.to.name}
        </p>
        <p>{endText}</p>
      </section>
    )
  return (
    <section className="card" aria-label={t('returns.next')}>
      <h2>{t(state === 'booked' ? 'returns.next' : 'returns.wished')}</h2>
      <p className="route">
        {load.from.name} → {load.to.name}
      </p>
      <p className="facts">
        <span>{load.goods}</span>
        <span>{t('returns.empty', { far: km(emptyM) })}</span>
        {waybill && <span>{waybill.number}</span>}
      </p>
      <p>{t('returns.expected', { at: moment(expectedAt) })}</p>
      <p>
        {state === 'booked' && offerUntil !== null
          ? t('returns.accept_later', { at: moment(offerUntil) })
          : t('returns.wish_waits')}
      </p>
      {flagText !== null && (
        <p className="attention" role="status">
          {flagText}
        </p>
      )}
      {problem && <Fault problem={problem} />}
      <button
        type="button"
        className="verb second"
        disabled={busy || returns.problem !== null}
        onClick={() => void giveBack()}
      >
        {t(sure ? 'returns.give_back_sure' : 'returns.give_back')}
      </button>
    </section>
  )
}
