import type { ReactNode } from 'react'
import { CopyId } from './copy-id.tsx'
import { useText } from './i18n.ts'
import { When } from './when.tsx'

export type TrailEntry = {
  readonly id: string
  readonly at: number
  readonly who: string
  readonly onBehalfOf?: string | null
  /** What was done, a sentence or a verb. */
  readonly verb: string
  readonly from?: string | null
  readonly to?: string | null
  readonly why?: string | null
  readonly hash?: string | null
  readonly note?: ReactNode
}

/** Who, when, from, to, why; the newest first, each with its hash. */
export function Trail(props: { readonly entries: readonly TrailEntry[]; readonly more?: ReactNode }) {
  const t = useText('ui')
  return (
    <section className="tz-trail">
      <h2>{t('trail.title')}</h2>
      {props.entries.length === 0 && <p className="tz-second">{t('trail.empty')}</p>}
      <ol>
        {props.entries.map((entry) => (
          <li key={entry.id}>
            <p className="tz-trail-line">
              <strong>{entry.verb}</strong>
              <When at={entry.at} />
            </p>
            <p className="tz-flush">
              {entry.who}
              {entry.onBehalfOf && <span className="tz-second"> {t('trail.for', { name: entry.onBehalfOf })}</span>}
            </p>
            {(entry.from || entry.to) && (
              <p className="tz-flush tz-second">
                {entry.from && <s className="tz-before">{entry.from}</s>} <span aria-hidden>→</span> {entry.to}
              </p>
            )}
            {entry.why && <p className="tz-flush tz-why">{entry.why}</p>}
            {entry.note}
            {entry.hash && (
              <p className="tz-flush tz-caption">
                {t('trail.hash')} <CopyId value={entry.hash} short />
              </p>
            )}
          </li>
        ))}
      </ol>
      {props.more}
    </section>
  )
}
