import { useText, VerbButton } from '@tingzhou/ui'
import { Radio } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import type { CalledProtocol } from '../source-contract.ts'
import { allColumns } from './machine-rows.ts'
import type { Numbering, Pasted } from './machine-paste.ts'

/** What knows the words of spreadsheets is loaded when it is first needed. */
const loadReader = () => import('./machine-paste.ts')

/** Reads a block of points. @param chosen  how it counts registers; null: as it seems to */
export async function readNow(protocol: CalledProtocol, text: string, chosen: Numbering | null): Promise<Pasted> {
  const { readPasted } = await loadReader()
  return readPasted(protocol, text, chosen)
}

const numberings = ['from_0', 'from_1', 'with_table'] as const satisfies readonly Numbering[]

type Props = {
  readonly protocol: CalledProtocol
  /** What stands in it at first. */
  readonly initial: string
  readonly onTake: (pasted: Pasted) => void
}

/** Takes a block of points from a spreadsheet. */
export function PastePanel({ protocol, initial, onTake }: Props) {
  const t = useText('telemetry')
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(initial)
  const [chosen, setChosen] = useState<Numbering | null>(null)
  const proposed = useProposed(protocol, text)
  useEffect(() => field.current?.focus(), [])
  const refusal = (): string | null => {
    if (text.trim() === '') return t('machine.paste_first')
    return chosen === 'with_table' && proposed !== chosen ? t('machine.numbering_not') : null
  }
  const columns = allColumns(protocol).map((column) => t(`machine.column.${column}`))
  return (
    <section className="tz-paste" aria-label={t('machine.paste')}>
      <label htmlFor={id}>{t('machine.paste_label')}</label>
      <textarea
        id={id}
        ref={field}
        className="tz-point-field tz-paste-text"
        rows={5}
        value={text}
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        onChange={(event) => setText(event.target.value)}
      />
      <p id={`${id}-hint`} className="tz-caption tz-flush">
        {t('machine.paste_hint', { columns: columns.join(t('comma')) })}
      </p>
      <div className="tz-paste-verbs">
        {protocol === 'modbus' && (
          <>
            <span id={`${id}-numbering`}>{t('machine.numbering')}</span>
            <Radio.Group
              aria-labelledby={`${id}-numbering`}
              value={chosen ?? proposed}
              options={numberings.map((value) => ({ value, label: t(`machine.numbering_of.${value}`) }))}
              onChange={({ target }) => setChosen(numberings.find((one) => one === target.value) ?? null)}
            />
          </>
        )}
        <VerbButton reason={refusal()} onClick={() => void readNow(protocol, text, chosen).then(onTake)}>
          {t('machine.take')}
        </VerbButton>
      </div>
    </section>
  )
}

/** How a block seems to count registers. */
function useProposed(protocol: CalledProtocol, text: string): Numbering {
  const [proposed, setProposed] = useState<Numbering>('from_0')
  useEffect(() => {
    let isOver = false
    void loadReader().then(({ numberingOf }) => {
      if (!isOver) setProposed(numberingOf(protocol, text))
    })
    return () => {
      isOver = true
    }
  }, [protocol, text])
  return proposed
}
