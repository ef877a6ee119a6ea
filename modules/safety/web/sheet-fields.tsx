import { Form, Input, Select } from 'antd'
import { ScaledItem, useText } from '@tingzhou/ui'
import type { ScoreSheet } from '../score-sheet.ts'

/** A hundred, kept in hundredths. */
const pointsMax = 10_000
const kinds = ['points', 'deduct', 'yes_no', 'veto'] as const

/** The score sheet to be edited: names in both languages, the kind of each item and what it gives; the sum is 100 points. */
export function SheetFields() {
  const t = useText('safety')
  const sheet = Form.useWatch<ScoreSheet | undefined>(['rules', 'sheet'], { preserve: true })
  const sum = (sheet?.sections ?? []).reduce(
    (all, { items }) => all + items.reduce((part, item) => part + (item.kind === 'veto' ? 0 : (item.maxCenti ?? 0)), 0),
    0,
  )
  return (
    <>
      <p className={sum === 10_000 ? 'tz-second' : 'safety-warning'} role="status">
        {t('sheet.sum_of', { sum: sum / 100 })}
      </p>
      <Form.List name={['rules', 'sheet', 'sections']}>
        {(sections) =>
          sections.map((section) => (
            <fieldset key={section.key} className="safety-section">
              <legend>{sheet?.sections[section.name]?.name}</legend>
              <Form.List name={[section.name, 'items']}>
                {(items) =>
                  items.map((item) => (
                    <ItemFields
                      key={item.key}
                      at={item.name}
                      kind={sheet?.sections[section.name]?.items[item.name]?.kind}
                    />
                  ))
                }
              </Form.List>
            </fieldset>
          ))
        }
      </Form.List>
    </>
  )
}

function ItemFields({ at, kind }: { readonly at: number; readonly kind: (typeof kinds)[number] | undefined }) {
  const t = useText('safety')
  const say = (key: string) => [{ required: true, whitespace: true, message: t('rule.say', { label: t(key) }) }]
  return (
    <div className="safety-row">
      <Form.Item name={[at, 'name']} label={t('sheet.name')} rules={say('sheet.name')}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name={[at, 'nameEn']} label={t('sheet.name_en')} rules={say('sheet.name_en')}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name={[at, 'kind']} label={t('sheet.kind')}>
        <Select options={kinds.map((value) => ({ value, label: t(`sheet.kind_of.${value}`) }))} />
      </Form.Item>
      {kind !== 'veto' && <ScaledItem name={[at, 'maxCenti']} label={t('sheet.max')} scale={2} max={pointsMax} />}
      {kind === 'deduct' && <ScaledItem name={[at, 'eachCenti']} label={t('sheet.each')} scale={2} max={pointsMax} />}
    </div>
  )
}
