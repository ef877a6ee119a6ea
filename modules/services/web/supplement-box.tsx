import { Form, Input } from 'antd'
import { ClockText, FileField, FormBox, useCommand, useText, When, type Content, type UploadedFile } from '@tingzhou/ui'
import { api, movedKeys } from './api.ts'
import { useSay, type Application } from './words.ts'

type Supplement = Application['supplements'][number]
type Values = { readonly words?: string; readonly files?: Readonly<Record<string, readonly UploadedFile[]>> }
type Input_ = Parameters<typeof api.applications.supply.call>[0]
type Output = Awaited<ReturnType<typeof api.applications.supply.call>>

/** 一次补正清单: what several departments asked for on one day, as one list with one answer. */
export function SupplementBox(props: { readonly supplement: Supplement; readonly application: Application }) {
  const { supplement, application } = props
  const t = useText('services')
  const say = useSay()
  const command = useCommand({
    run: api.applications.supply.call,
    invalidate: movedKeys,
    success: t('supplement.sent'),
  })
  const names = new Map(application.materials.map(({ code, name }) => [code, say(name)]))
  const materials = [...new Set(supplement.asks.flatMap(({ material }) => (material === null ? [] : [material])))]
  return (
    <section className="tz-panel services-supplement">
      <h2>{t('supplement.title')}</h2>
      <p className="tz-second">
        {t('supplement.text')} {supplement.dueAt !== null && <When at={supplement.dueAt} />}{' '}
        {supplement.dueAt !== null && (
          <ClockText clock={{ state: 'running', dueAt: supplement.dueAt, basis: 'calendar' }} />
        )}
      </p>
      <ol className="services-asks">
        {supplement.asks.map((ask) => (
          <li key={`${ask.itemCaseId} ${ask.material} ${ask.field} ${ask.words}`}>
            {ask.material !== null && <strong>{names.get(ask.material) ?? ask.material}</strong>} {ask.words}
            <span className="tz-caption services-under">
              {ask.department.name} · {say(ask.item)}
            </span>
          </li>
        ))}
      </ol>
      <FormBox<Values, Input_, Output>
        draft={`services.supply.${supplement.id}`}
        command={command}
        submit={t('verb.supply')}
        toInput={(values): Content<Input_> => ({
          id: supplement.id,
          rev: supplement.rev,
          materials: materials.flatMap((code) => {
            const files = values.files?.[code] ?? []
            return files.length === 0 ? [] : [{ code, how: 'handed_in' as const, fileIds: files.map(({ id }) => id) }]
          }),
          words: values.words ?? '',
        })}
      >
        {materials.map((code) => (
          // Every chooser is called the same; the group says for what it is.
          <div key={code} role="group" aria-label={names.get(code) ?? code}>
            <Form.Item name={['files', code]} label={names.get(code) ?? code}>
              <FileField max={9} capture />
            </Form.Item>
          </div>
        ))}
        <Form.Item name="words" label={t('supplement.words')}>
          <Input.TextArea rows={3} maxLength={2000} showCount />
        </Form.Item>
      </FormBox>
    </section>
  )
}
