import { EmptyState, i18n, StateShape, useText, When } from '@tingzhou/ui'
import type { Detail } from './api.ts'

/** The name of a coded item in the reader's language. */
export const namedBy = ({ zh, en }: { readonly zh: string; readonly en: string }): string =>
  i18n.language.startsWith('zh') ? zh : en

/** Who was asked, in order, until when, and what they answered. */
export function OffersTab({ order }: { readonly order: Detail }) {
  const t = useText('referral')
  if (order.offers.length === 0) return <EmptyState title={t('offer.none')} />
  const reasonOf = (code: string | null) => {
    const known = order.declineReasons.find((reason) => reason.code === code)
    return known ? namedBy(known) : (code ?? '')
  }
  return (
    <ol className="referral-offers">
      {order.offers.map((offer) => (
        <li key={offer.number}>
          <p className="tz-flush">
            <strong>{offer.institution.name}</strong>{' '}
            <span className="tz-second">{offer.listed ? t('offer.listed') : t('offer.named')}</span>
          </p>
          <p className="tz-flush">
            {t(`answer.${offer.answer ?? 'open'}`)}
            {offer.reason !== null && `${t('colon')}${reasonOf(offer.reason)}`}
            {offer.words !== '' && <span className="tz-second"> · {offer.words}</span>}
          </p>
          <p className="tz-flush tz-caption">
            {t('offer.sent')} <When at={offer.sentAt} />
            {offer.dueAt !== null && (
              <>
                {' · '}
                {t('offer.until')} <When at={offer.dueAt} />
              </>
            )}
            {offer.answeredAt !== null && (
              <>
                {' · '}
                {t('offer.answered')} <When at={offer.answeredAt} />
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  )
}

const sides = ['hand_over', 'take_over'] as const

/** The checklist with both sides beside each other: what each of them found. */
export function SignaturesTab({ order }: { readonly order: Detail }) {
  const t = useText('referral')
  const signatureOf = (side: (typeof sides)[number]) => order.signatures.find((one) => one.side === side)
  return (
    <>
      {order.papersMissing !== null && order.papersMissing.length > 0 && (
        <p className="referral-missing">
          {t('checklist.missing', {
            items: order.checklist
              .filter(({ code }) => order.papersMissing?.includes(code))
              .map(namedBy)
              .join(t('list_comma')),
          })}
        </p>
      )}
      <div className="referral-scroll" tabIndex={0} role="region" aria-label={t('tab.checklist')}>
        <table className="referral-table">
          <thead>
            <tr>
              <th scope="col">{t('checklist.item')}</th>
              {sides.map((side) => (
                <th key={side} scope="col">
                  {t(`checklist.${side}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {order.checklist.map((item) => (
              <tr key={item.code}>
                <th scope="row">
                  {namedBy(item)} {item.paper && <span className="tz-caption">{t('checklist.paper')}</span>}
                </th>
                {sides.map((side) => (
                  <td key={side}>
                    <Tick items={signatureOf(side)?.items} code={item.code} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('checklist.signed')}</th>
              {sides.map((side) => {
                const signed = signatureOf(side)
                return (
                  <td key={side}>
                    {signed ? (
                      <>
                        {signed.by}
                        <br />
                        <span className="tz-caption">
                          <When at={signed.at} />
                        </span>
                        {signed.words !== '' && <p className="tz-flush tz-second">{signed.words}</p>}
                      </>
                    ) : (
                      <span className="tz-second">{t('checklist.not_signed')}</span>
                    )}
                  </td>
                )
              })}
            </tr>
          </tfoot>
        </table>
      </div>
    </>
  )
}

function Tick({ items, code }: { readonly items: readonly string[] | undefined; readonly code: string }) {
  const t = useText('referral')
  if (!items) return <span className="tz-second">–</span>
  const there = items.includes(code)
  return (
    <span className={there ? 'tz-tone-good' : 'tz-tone-bad'}>
      <StateShape shape={there ? 'check' : 'cross'} /> {there ? t('checklist.there') : t('checklist.not_there')}
    </span>
  )
}
