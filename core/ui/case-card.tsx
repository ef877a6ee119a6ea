import type { ReactNode } from 'react'
import { useText } from './i18n.ts'
import { ClockText, When, type CaseClock } from './when.tsx'

export type CaseCardProps = {
  /** The one owner; null when nobody owns it yet. */
  readonly owner: { readonly name: string; readonly person?: string | null; readonly phone?: string | null } | null
  readonly clock: CaseClock
  readonly next: ReactNode
}

/** Responsibility in one strip: one owner, one clock, the next step. */
export function CaseCard({ owner, clock, next }: CaseCardProps) {
  const t = useText('ui')
  return (
    <dl className="tz-case">
      <div>
        <dt>{t('case.owner')}</dt>
        <dd>
          {owner ? owner.name : <span className="tz-second">{t('case.no_owner')}</span>}
          {owner?.person && <span className="tz-second"> · {owner.person}</span>}
          {owner?.phone && (
            <>
              {' '}
              <a className="tz-caption" href={`tel:${owner.phone}`}>
                {owner.phone}
              </a>
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('case.clock')}</dt>
        <dd>
          <ClockText clock={clock} />
          {clock.dueAt && clock.state !== 'none' && (
            <span className="tz-caption">
              {' '}
              {t('case.due')} <When at={clock.dueAt} />
              {clock.originalDueAt && clock.originalDueAt !== clock.dueAt && (
                <s className="tz-before">
                  {' '}
                  <When at={clock.originalDueAt} />
                </s>
              )}
            </span>
          )}
          {clock.reason && <span className="tz-caption"> {clock.reason}</span>}
        </dd>
      </div>
      <div className="tz-case-next">
        <dt>{t('case.next')}</dt>
        <dd>{next}</dd>
      </div>
    </dl>
  )
}
