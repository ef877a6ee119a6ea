import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { EmptyState, Panel, ProblemAlert, SkeletonLines, useCommand, useLate, useText, VerbButton } from '@tingzhou/ui'
import { useId, useState } from 'react'
import ordinary from '../processes/item-case.bpmn?raw'
import { api } from './api.ts'
import { listAt, textAt } from './json-path.ts'
import { Modeler } from './modeler.tsx'
import { nameOf } from './part-specs.ts'

type Props = {
  readonly id: string
  readonly code: string
  readonly body: unknown
  readonly rev: number
  readonly lang: 'zh' | 'en'
  readonly readOnly: boolean
  /** The draft has changes that are not saved: drawings are saved after them. */
  readonly dirty: boolean
  readonly onSaved: (rev: number) => void
}

/** 事项流程图: drawings that items have of their own, drawn like the ordinary one and published with the one-thing. */
export function DesignerItemDrawings(props: Props) {
  const { id, body, lang, readOnly } = props
  const t = useText('services')
  const query = useQuery({ ...api.editor.drawings.queryOptions({ input: { id } }), refetchOnWindowFocus: false })
  const late = useLate(query.isPending)
  const [chosen, setChosen] = useState<string | null>(null)
  const [fresh, setFresh] = useState<string | null>(null)
  const select = useId()
  const known = query.data ?? []
  const keys = [
    ...known.map(({ key }) => key),
    ...(fresh === null || known.some(({ key }) => key === fresh) ? [] : [fresh]),
  ]
  const key = chosen ?? keys[0] ?? null
  const stored = known.find((drawing) => drawing.key === key)
  const names = new Map(listAt(body, ['items']).map((row) => [textAt(row, ['code']), nameOf(row, lang)]))
  return (
    <>
      <p className="tz-second">{t('item_drawing.lead')}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={6} />}
      {!readOnly && (
        <NewDrawing
          {...props}
          onNew={(made) => {
            setFresh(made)
            setChosen(made)
          }}
        />
      )}
      {query.data && keys.length === 0 && (
        <EmptyState title={t('item_drawing.none')} text={t('item_drawing.none_text')} />
      )}
      {keys.length > 0 && (
        <div className="services-part-line">
          <label htmlFor={select}>{t('item_drawing.which')}</label>
          <Select
            id={select}
            value={key}
            options={keys.map((value) => ({ value, label: value }))}
            onChange={(value: string) => setChosen(value)}
          />
          {stored && (
            <span className="tz-caption">
              {stored.items.length === 0
                ? t('item_drawing.unused')
                : t('item_drawing.used_by', {
                    names: stored.items.map((one) => names.get(one) ?? one).join(t('list_comma')),
                  })}
              {stored.processVersion !== null &&
                ` · ${t('drawing.version', { key: stored.key, version: stored.processVersion })}`}
            </span>
          )}
        </div>
      )}
      {key !== null && (
        <Board
          key={`${key} ${stored?.sha256 ?? ''}`}
          {...props}
          drawing={key}
          xml={stored?.xml ?? itemDrawing(ordinary, key)}
          saved={stored !== undefined}
        />
      )}
    </>
  )
}

/** A key for a new drawing: a name under the one-thing. */
function NewDrawing({ code, onNew }: Props & { readonly onNew: (key: string) => void }) {
  const t = useText('services')
  const [name, setName] = useState('')
  const field = useId()
  const wrong = name !== '' && !/^[a-z][a-z0-9_]{0,59}$/.test(name)
  return (
    <div className="services-part-line">
      <label htmlFor={field}>{t('item_drawing.new')}</label>
      <Input
        id={field}
        value={name}
        prefix={`item-case.${code}.`}
        status={wrong ? 'error' : ''}
        spellCheck={false}
        onChange={(event) => setName(event.target.value)}
      />
      <span className="tz-caption">{t('designer.code')}</span>
      <VerbButton
        reason={name === '' || wrong ? t('item_drawing.name_first') : null}
        onClick={() => {
          onNew(`item-case.${code}.${name}`)
          setName('')
        }}
      >
        {t('item_drawing.begin')}
      </VerbButton>
    </div>
  )
}

type BoardProps = Props & { readonly drawing: string; readonly xml: string; readonly saved: boolean }

function Board({ id, rev, dirty, readOnly, onSaved, drawing, xml, saved }: BoardProps) {
  const t = useText('services')
  const [drawn, setDrawn] = useState(xml)
  const command = useCommand({
    run: api.editor.saveDrawing.call,
    invalidate: [api.editor.drawings.key(), api.editor.check.key(), api.editor.diff.key()],
    success: t('saved'),
  })
  const put = async (next: string | null) => {
    const outcome = await command.run({ id, key: drawing, rev, xml: next })
    if (outcome.ok) onSaved(outcome.value.rev)
  }
  const reason = dirty ? t('designer.save_first') : null
  return (
    <Panel title={drawing}>
      {!readOnly && (
        <div className="services-verbs">
          {saved && (
            <VerbButton
              danger
              reason={reason}
              confirm={{ title: t('item_drawing.take_out', { key: drawing }), verb: t('verb.remove') }}
              onClick={() => void put(null)}
            >
              {t('verb.remove')}
            </VerbButton>
          )}
          <VerbButton
            type="primary"
            loading={command.pending}
            reason={reason ?? (drawn === xml && saved ? t('designer.nothing_to_save') : null)}
            onClick={() => void put(drawn)}
          >
            {t('item_drawing.save')}
          </VerbButton>
        </div>
      )}
      <Modeler xml={xml} readOnly={readOnly} onChange={setDrawn} states="item" />
    </Panel>
  )
}

/** The ordinary drawing of an item under a key of its own. Pure. */
export function itemDrawing(xml: string, key: string): string {
  return xml
    .replace(/(<process\b[^>]*\bid=")item-case(")/, `$1${key}$2`)
    .replace(/(bpmnElement=")item-case(")/, `$1${key}$2`)
}
