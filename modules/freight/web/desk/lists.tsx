import {
  ClockText,
  EmptyState,
  formatNumber,
  StateTag,
  useKeys,
  useText,
  When,
  type Shape,
  type Tone,
} from '@tingzhou/ui'
import { Tabs } from 'antd'
import { useRef, type ReactNode } from 'react'
import { Link } from 'react-router'
import { deskCountMax, type TroubleKind } from '../../desk/words.ts'
import { busyStates } from '../../words.ts'
import { formatQuantity } from '../carriage/scaled.ts'
import { WaybillStateTag } from '../waybills/tags.tsx'
import type { Desk, LoadRow, OfferRow, RunningRow, TroubleRow } from './api.ts'
import { deskLists, type Choice, type DeskList } from './choice.ts'

const troubleLooks: Readonly<Record<TroubleKind, readonly [Tone, Shape]>> = {
  accident: ['bad', 'diamond'],
  silent: ['bad', 'ring'],
  standing: ['attention', 'dot'],
  late: ['bad', 'triangle'],
  outside: ['attention', 'triangle'],
  papers: ['attention', 'ring'],
  refused: ['bad', 'cross'],
}

/** What there is to do, list by list, each with how many. */
export function DeskLists(props: { readonly desk: Desk; readonly list: DeskList; readonly choice: Choice }) {
  const t = useText('freight')
  const { desk, list, choice } = props
  const box = useRef<HTMLDivElement>(null)
  const step = (by: number) => {
    const rows = [...(box.current?.querySelectorAll<HTMLButtonElement>('button[data-row]') ?? [])]
    const focused = rows.findIndex((row) => row === document.activeElement)
    const at = focused >= 0 ? focused : rows.findIndex(isChosen)
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]
    next?.focus()
    // A click on what is chosen would let it go.
    if (next && !isChosen(next)) next.click()
  }
  useKeys([
    { keys: 'j', label: t('desk.next_row'), run: () => step(1) },
    { keys: 'k', label: t('desk.previous_row'), run: () => step(-1) },
  ])
  const children: Readonly<Record<DeskList, ReactNode>> = {
    troubles: <Troubles {...desk.troubles} choice={choice} />,
    offers: <Offers {...desk.offers} choice={choice} />,
    loads: <Loads {...desk.loads} choice={choice} />,
    running: <Running {...desk.running} choice={choice} />,
  }
  return (
    <div ref={box} className="freight-desk-lists">
      <Tabs
        activeKey={list}
        onChange={(key) => {
          const found = deskLists.find((name) => name === key)
          if (found) choice.showList(found)
        }}
        items={deskLists.map((name) => ({
          key: name,
          label: (
            <span className="freight-desk-tab">
              {t(`desk_list.${name}`)} <strong className="tz-number">{countText(desk[name].count)}</strong>
            </span>
          ),
          children: name === list ? children[name] : null,
        }))}
      />
    </div>
  )
}

const isChosen = (row: HTMLElement): boolean => row.getAttribute('aria-pressed') === 'true'
const countText = (n: number): string => (n > deskCountMax ? `${formatNumber(deskCountMax)}+` : formatNumber(n))

type Listed<Row> = { readonly count: number; readonly rows: readonly Row[]; readonly choice: Choice }

function List<Row>(props: {
  readonly name: DeskList
  readonly count: number
  readonly rows: readonly Row[]
  readonly more: string | null
  readonly keyOf: (row: Row) => string
  readonly item: (row: Row) => ReactNode
}) {
  const t = useText('freight')
  const { name, count, rows, more, keyOf, item } = props
  if (count === 0) return <EmptyState title={t(`desk_none.${name}`)} text={t(`desk_none_text.${name}`)} />
  return (
    <>
      <ul className="freight-desk-rows" aria-label={t(`desk_list.${name}`)}>
        {rows.map((row) => (
          <li key={keyOf(row)}>{item(row)}</li>
        ))}
      </ul>
      {count > rows.length && (
        <p className="tz-caption">
          {t('desk.first', { n: rows.length })} {more && <Link to={more}>{t('desk.all')}</Link>}
        </p>
      )}
    </>
  )
}

function Row(props: { readonly chosen: boolean; readonly onChoose: () => void; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      data-row
      aria-pressed={props.chosen}
      className={props.chosen ? 'freight-desk-row freight-desk-chosen' : 'freight-desk-row'}
      onClick={props.onChoose}
    >
      {props.children}
    </button>
  )
}

type Named = { readonly from: { readonly name: string }; readonly to: { readonly name: string } }
const Lane = ({ from, to }: Named) => (
  <span className="freight-desk-lane">
    {from.name} → {to.name}
  </span>
)

function Loads({ count, rows, choice }: Listed<LoadRow>) {
  const t = useText('freight')
  return (
    <List
      name="loads"
      count={count}
      rows={rows}
      more="/freight-loads?state=published"
      keyOf={({ id }) => id}
      item={(load) => (
        <Row
          chosen={choice.load === load.id}
          onChoose={() => choice.chooseLoad(choice.load === load.id ? null : load.id)}
        >
          <strong>{t('desk.short', { n: formatNumber(load.trucks) })}</strong>
          <span>
            {load.goods}{' '}
            <span className="tz-number">
              {formatQuantity(load.left, load.measure)} {t(`measure.${load.measure}`)}
            </span>
          </span>
          <Lane from={load.from} to={load.to} />
          <span className="tz-second">
            <ClockText clock={{ state: 'running', dueAt: load.loadUntil }} />
            {' · '}
            {t(`load_mode.${load.mode}`)}
            {load.offered > 0 && ` · ${t('desk.asked', { n: formatNumber(load.offered) })}`}
          </span>
        </Row>
      )}
    />
  )
}

const offerLooks = {
  refused: ['bad', 'cross'],
  timed_out: ['bad', 'triangle'],
  waiting: ['attention', 'ring'],
} as const satisfies Readonly<Record<OfferRow['outcome'], readonly [Tone, Shape]>>

function Offers({ count, rows, choice }: Listed<OfferRow>) {
  const t = useText('freight')
  return (
    <List
      name="offers"
      count={count}
      rows={rows}
      more="/freight-waybills?state=offered"
      keyOf={({ id }) => id}
      item={(offer) => {
        const [tone, shape] = offerLooks[offer.outcome]
        return (
          <Row
            chosen={choice.load === offer.loadId}
            onChoose={() => choice.chooseLoad(choice.load === offer.loadId ? null : offer.loadId)}
          >
            <strong>
              {offer.plate} {offer.driver}
            </strong>
            <StateTag tone={tone} shape={shape}>
              {t(`desk_offer.${offer.outcome}`)}
            </StateTag>
            <Lane from={offer.from} to={offer.to} />
            {offer.reason !== '' && <span>{offer.reason}</span>}
            <span className="tz-second">
              {offer.outcome === 'waiting' ? (
                <ClockText clock={{ state: 'running', dueAt: offer.at }} />
              ) : (
                <When at={offer.at} relative />
              )}
            </span>
          </Row>
        )
      }}
    />
  )
}

function Troubles({ count, rows, choice }: Listed<TroubleRow>) {
  const t = useText('freight')
  return (
    <List
      name="troubles"
      count={count}
      rows={rows}
      more={null}
      keyOf={({ id, kind, since, detail }) => `${id} ${kind} ${since} ${detail}`}
      item={(trouble) => {
        const [tone, shape] = troubleLooks[trouble.kind]
        return (
          <Row
            chosen={choice.trip === trouble.id}
            onChoose={() => choice.chooseTrip(choice.trip === trouble.id ? null : trouble.id)}
          >
            <strong>
              {trouble.plate} {trouble.driver}
            </strong>
            <StateTag tone={tone} shape={shape}>
              {t(`trouble.${trouble.kind}`)}
            </StateTag>
            <Lane from={trouble.from} to={trouble.to} />
            <span className="tz-second">
              {trouble.since !== null && (
                <>
                  {t(`trouble_since.${trouble.kind}`)} <When at={trouble.since} relative />
                </>
              )}
              {trouble.detail !== '' &&
                ` · ${trouble.kind === 'papers' ? t(`paper_kind.${trouble.detail}`) : trouble.detail}`}
            </span>
          </Row>
        )
      }}
    />
  )
}

function Running({ count, rows, choice }: Listed<RunningRow>) {
  const t = useText('freight')
  return (
    <List
      name="running"
      count={count}
      rows={rows}
      more={`/freight-waybills?${busyStates.map((state) => `state=${state}`).join('&')}`}
      keyOf={({ id }) => id}
      item={(trip) => (
        <Row
          chosen={choice.trip === trip.id}
          onChoose={() => choice.chooseTrip(choice.trip === trip.id ? null : trip.id)}
        >
          <strong>
            {trip.plate} {trip.driver}
          </strong>
          <WaybillStateTag state={trip.state} />
          <Lane from={trip.from} to={trip.to} />
          <span className="tz-second">
            {trip.expectedAt === null ? (
              t('desk.no_plan')
            ) : (
              <>
                {t('desk.expected')} <When at={trip.expectedAt} />
              </>
            )}
          </span>
        </Row>
      )}
    />
  )
}
