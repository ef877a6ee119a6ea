import { DateField, ProblemAlert, useCommand, useOpenForm, useText, VerbButton, zoneToday } from '@tingzhou/ui'
import dayjs from 'dayjs'
import { useState } from 'react'
import { api, nameOf, type Book } from './api.ts'

const shifted = (day: string, days: number): string => dayjs(day).add(days, 'day').format('YYYY-MM-DD')

/** Closes a book up to a day that is over; says before what that means. */
export function CloseForm({ book }: { readonly book: Book }) {
  const t = useText('ledger')
  const { close } = useOpenForm()
  const last = shifted(zoneToday(), -1)
  const first = book.closedUntil === null ? null : shifted(book.closedUntil, 1)
  const [until, setUntil] = useState<string | null>(last)
  const command = useCommand({
    run: api.closePeriod.call,
    invalidate: [api.books.key(), api.trialBalance.key(), api.periods.key()],
    success: (closed) => t('close.done', { day: closed.until, n: closed.transfers }),
    done: close,
  })
  const isClosed = first !== null && first > last
  return (
    <div className="tz-form">
      <ProblemAlert problem={command.problem} />
      <p>{book.closedUntil === null ? t('books.open') : t('books.closed', { day: book.closedUntil })}</p>
      <p>
        <label htmlFor="ledger-until">{t('field.until')}</label>{' '}
        <DateField
          id="ledger-until"
          value={until}
          onChange={setUntil}
          max={last}
          {...(first === null ? {} : { min: first })}
        />
      </p>
      <ul className="tz-ledger-means">
        <li>{t('close.means_days')}</li>
        <li>{t('close.means_correction')}</li>
        <li>{t('close.means_seal')}</li>
      </ul>
      <div className="tz-form-verbs">
        <VerbButton
          type="primary"
          loading={command.pending}
          reason={isClosed ? t('reason.closed_already') : until === null ? t('reason.no_day') : null}
          confirm={{
            title: t('close.confirm', { book: nameOf(book.name), day: until ?? '' }),
            text: t('close.confirm_text', { day: until ?? '' }),
            verb: t('verb.close'),
          }}
          onClick={() => until !== null && void command.attempt({ book: book.key, until })}
        >
          {t('verb.close')}
        </VerbButton>
      </div>
    </div>
  )
}
