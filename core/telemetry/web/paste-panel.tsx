import { useText, VerbButton } from '@tingzhou/ui'
import { Radio } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import type { CalledProtocol } from '../source-contract.ts'
import { allColumns } from './machine-rows.ts'
import type { Pasted } from './machine-paste.ts'

/** Reads a block of points; what knows the words of spreadsheets is loaded when it is first needed. */
export async function readNow(protocol: CalledProtocol, text: string, firstRegister: 0 | 1): Promise<Pasted> {
  const { readPasted } = await import('./machine-paste.ts')
  return readPasted(protocol, text, firstRegister)
}

type Props = { readonly protocol: CalledProtocol; readonly onTake: (pasted: Pasted) => void }

/** Takes a block of points from a spreadsheet. */
export function PastePanel({ protocol, onTake }: Props) {
  const t = useText('telemetry')
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  const [firstRegister, setFirstRegister] = useState<0 | 1>(0)
  useEffect(() => field.current?.focus(), [])
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
            <span id={`${id}-from`}>{t('machine.first_register')}</span>
            <Radio.Group
              aria-labelledby={`${id}-from`}
              value={firstRegister}
              options={([0, 1] as const).map((value) => ({ value, label: t(`machine.first_${value}`) }))}
              onChange={({ target }) => setFirstRegister(target.value === 1 ? 1 : 0)}
            />
          </>
        )}
        <VerbButton
          reason={text.trim() === '' ? t('machine.paste_first') : null}
          onClick={() => void readNow(protocol, text, firstRegister).then(onTake)}
        >
          {t('machine.take')}
        </VerbButton>
      </div>
    </section>
  )
}
