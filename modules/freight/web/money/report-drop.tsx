import './money.css'
import {
  announce,
  formatNumber,
  Panel,
  problemText,
  StateTag,
  useCommand,
  useMe,
  useText,
  VerbButton,
  type ApiProblem,
} from '@tingzhou/ui'
import { useRef, useState } from 'react'
import { Link } from 'react-router'
import { reportCharsMax } from '../../money/words.ts'
import { api } from '../api.ts'
import { mayDeal } from '../carriage/rights.ts'
import type { Received } from './api.ts'
import { messageText } from './message-text.ts'
import { placeOf } from './places.ts'

/** What became of a file that was brought in. */
type Taken = { readonly key: string; readonly file: string } & (
  | { readonly kind: 'received'; readonly received: Received }
  | { readonly kind: 'problem'; readonly problem: ApiProblem }
  | { readonly kind: 'unread'; readonly why: 'encoding' | 'size' }
)

const filesMax = 20

/** Files of the bank are dropped or picked here; each says at once what was taken and what was refused. */
export function TakeMessages() {
  const t = useText('freight')
  const me = useMe()
  const [taken, setTaken] = useState<readonly Taken[]>([])
  const [isOver, setOver] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const { take, pending } = useTake()
  const refused = mayDeal(me) ? null : t('reason.deal')
  const bring = async (files: FileList | null) => {
    if (refused !== null) return
    // One after the other: the bank's words have an order, and the server takes them in turn.
    for (const file of Array.from(files ?? []).slice(0, filesMax)) {
      const result = await take(file)
      setTaken((now) => [result, ...now])
    }
    announce(t('bank_report.brought'))
  }
  return (
    <Panel title={t('bank_report.take')}>
      <div
        className={isOver ? 'freight-drop freight-drop-over' : 'freight-drop'}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(refused === null)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void bring(event.dataTransfer.files)
        }}
      >
        <span>{t('bank_report.drop')}</span>
        <input
          ref={picker}
          type="file"
          multiple
          accept=".xml,text/xml,application/xml"
          className="tz-hidden"
          tabIndex={-1}
          aria-label={t('bank_report.take')}
          onChange={(event) => {
            void bring(event.target.files).then(() => {
              if (picker.current) picker.current.value = ''
            })
          }}
        />
        <VerbButton type="primary" loading={pending} reason={refused} onClick={() => picker.current?.click()}>
          {t('bank_report.pick')}
        </VerbButton>
        <span className="tz-caption">{t('bank_report.extra')}</span>
      </div>
      {taken.length > 0 && (
        <ul className="freight-received" aria-label={t('bank_report.brought')}>
          {taken.map((one) => (
            <li key={one.key}>
              <b>{one.file}</b> <Outcome taken={one} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function useTake() {
  const command = useCommand({
    run: api.bank.receive.call,
    invalidate: [api.bank.key(), api.payments.key(), api.batches.key(), api.waybills.key()],
  })
  const count = useRef(0)
  const take = async (file: File): Promise<Taken> => {
    count.current += 1
    const named = { key: String(count.current), file: file.name }
    const xml = messageText(new Uint8Array(await file.arrayBuffer()))
    if (xml === null) return { ...named, kind: 'unread', why: 'encoding' }
    if (xml.length > reportCharsMax) return { ...named, kind: 'unread', why: 'size' }
    const outcome = await command.attempt({ xml })
    return outcome.ok
      ? { ...named, kind: 'received', received: outcome.value }
      : { ...named, kind: 'problem', problem: outcome.problem }
  }
  return { take, pending: command.pending }
}

function Outcome({ taken }: { readonly taken: Taken }) {
  const t = useText('freight')
  const ui = useText('ui')
  switch (taken.kind) {
    case 'unread':
      return <StateTag tone="bad">{t(`bank_unread.${taken.why}`, { n: formatNumber(reportCharsMax) })}</StateTag>
    case 'problem': {
      const { title, detail } = problemText(taken.problem, ui)
      return <StateTag tone="bad">{[title, detail].filter((text) => text !== undefined).join(' ')}</StateTag>
    }
    case 'received':
      return <Said received={taken.received} />
  }
}

function Said({ received }: { readonly received: Received }) {
  const t = useText('freight')
  const { id, repeated, entries, taken, refused } = received
  const link = <Link to={placeOf.report(id)}>{t('bank_report.look')}</Link>
  if (repeated)
    return (
      <>
        <StateTag tone="plain">{t('bank_report.repeated')}</StateTag> {link}
      </>
    )
  return (
    <>
      <StateTag tone={refused > 0 ? 'bad' : 'good'}>
        {t('bank_report.counts', {
          taken: formatNumber(taken),
          refused: formatNumber(refused),
          repeated: formatNumber(entries - taken - refused),
        })}
      </StateTag>{' '}
      {link}
    </>
  )
}
