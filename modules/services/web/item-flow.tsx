import { ClockText, useText, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { Mark, ItemTag } from './tags.tsx'
import { caseClock, decidedStates, useSay, type ItemLine } from './words.ts'

type Placed = { readonly item: ItemLine; readonly level: number }

/** Items in columns: each stands to the right of everything that it waits for. Pure. */
export function levelsOf(items: readonly ItemLine[]): readonly (readonly ItemLine[])[] {
  const byCode = new Map(items.map((item) => [item.code, item]))
  const known = new Map<string, number>()
  const levelOf = (code: string, above: ReadonlySet<string>): number => {
    const done = known.get(code)
    if (done !== undefined) return done
    const item = byCode.get(code)
    // A circle cannot be published; should one come all the same, the view must end.
    if (!item || above.has(code)) return -1
    const seen = new Set([...above, code])
    const level = 1 + Math.max(-1, ...item.after.map((before) => levelOf(before, seen)))
    known.set(code, level)
    return level
  }
  const placed: readonly Placed[] = items.map((item) => ({ item, level: levelOf(item.code, new Set()) }))
  const last = Math.max(0, ...placed.map(({ level }) => level))
  return Array.from({ length: last + 1 }, (_, level) =>
    placed.filter((place) => place.level === level).map(({ item }) => item),
  ).filter((column) => column.length > 0)
}

/** The items of an application in the order in which they may begin; side by side is at the same time. */
export function ItemFlow({ items, link }: { readonly items: readonly ItemLine[]; readonly link: boolean }) {
  const t = useText('services')
  if (items.length === 0) return <p className="tz-second">{t('items.not_yet')}</p>
  const levels = levelsOf(items)
  return (
    <ol className="services-flow" aria-label={t('plan.items')}>
      {levels.map((column, level) => (
        <li key={column[0]?.id}>
          <span className="tz-caption">{t(level === 0 ? 'items.first' : 'items.then', { n: level + 1 })}</span>
          <ul>
            {column.map((item) => (
              <li key={item.id}>
                <ItemBox item={item} link={link} names={new Map(items.map((one) => [one.code, one]))} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  )
}

function ItemBox(props: {
  readonly item: ItemLine
  readonly link: boolean
  readonly names: ReadonlyMap<string, ItemLine>
}) {
  const { item } = props
  const t = useText('services')
  const say = useSay()
  const ended = decidedStates.includes(item.state)
  const waits = item.after.flatMap((code) => {
    const before = props.names.get(code)
    return before && before.state !== 'granted' ? [say(before.name)] : []
  })
  return (
    <div className="services-box">
      <p className="services-line">
        <strong>{props.link ? <Link to={`/item-cases/${item.id}`}>{say(item.name)}</Link> : say(item.name)}</strong>
        <ItemTag state={item.state} />
      </p>
      <p className="tz-second">
        {item.place && `${say(item.place.name)} · `}
        {item.department.name}
        {props.link && item.assignee && ` · ${item.assignee.name}`}
      </p>
      {item.automatic && <Mark>{t('items.automatic')}</Mark>}
      {item.state === 'waiting' && waits.length > 0 && (
        <p className="tz-caption">{t('items.waits_for', { names: waits.join(t('list_comma')) })}</p>
      )}
      {item.state === 'waiting' && waits.length === 0 && item.place && (
        <p className="tz-caption">{t('joint.waits_receipt', { place: say(item.place.name) })}</p>
      )}
      {item.clock && !ended && item.state !== 'waiting' && (
        <p>
          <ClockText clock={caseClock(item.clock, false)} />{' '}
          <span className="tz-caption">{t('items.promised', { days: item.clock.days })}</span>
        </p>
      )}
      {item.decidedAt !== null && (
        <p className="tz-caption">
          <When at={item.decidedAt} />
        </p>
      )}
      {item.reason && <p>{item.reason}</p>}
    </div>
  )
}
