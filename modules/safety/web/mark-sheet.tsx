import { Form, Input, Radio } from 'antd'
import { NumberField, useNumberRule, useText, type NumberLimits } from '@tingzhou/ui'
import { markRange, maxOf, type Marks, type ScoreSheet, type SheetItem } from '../score-sheet.ts'
import { pointsOf } from '../score.ts'
import { points, useSheetName } from './words.ts'

/** Marks as the form holds them: points as they are written on paper, findings counted, yes and no as 1 and 0. */
export type MarkValues = {
  readonly marks?: Readonly<Record<string, number | null | undefined>>
  readonly reasons?: Readonly<Record<string, string | undefined>>
}

/** What the form holds as marks of the contract; empty ones are left out. Pure. */
export function marksOf(sheet: ScoreSheet, values: MarkValues['marks']): Marks {
  return Object.fromEntries(
    sheet.sections.flatMap(({ items }) =>
      items.flatMap((item) => {
        const value = values?.[item.key]
        if (value === null || value === undefined) return []
        return [[item.key, item.kind === 'points' ? Math.round(value * 100) : value] as const]
      }),
    ),
  )
}

/** Marks of the contract as the form holds them; a veto that nobody marked is none. Pure. */
export const formMarks = (sheet: ScoreSheet, marks: Marks): Readonly<Record<string, number | undefined>> =>
  Object.fromEntries(
    sheet.sections.flatMap(({ items }) =>
      items.map((item) => {
        const mark = marks[item.key] ?? (item.kind === 'veto' ? 0 : undefined)
        return [item.key, mark !== undefined && item.kind === 'points' ? mark / 100 : mark]
      }),
    ),
  )

/**
 * The whole sheet in one column: each item with its maximum and, for a reviewer, the team's own mark beside the field and a
 * reason where they differ.
 */
export function MarkSheet({ sheet, self }: { readonly sheet: ScoreSheet; readonly self?: Marks }) {
  const t = useText('safety')
  const nameOf = useSheetName()
  const values = Form.useWatch<MarkValues['marks']>('marks')
  const marks = marksOf(sheet, values)
  const sumOf = (items: readonly SheetItem[]) =>
    items.reduce((sum, item) => sum + (marks[item.key] === undefined ? 0 : pointsOf(item, marks[item.key] ?? 0)), 0)
  const open = sheet.sections.flatMap(({ items }) => items).filter(({ key }) => marks[key] === undefined).length
  return (
    <div className="safety-sheet">
      {sheet.sections.map((section) => {
        const max = section.items.reduce((sum, item) => sum + maxOf(item), 0)
        return (
          <fieldset key={section.key} className="safety-section">
            <legend>
              {nameOf(section)}
              {max > 0 && (
                <span className="tz-second tz-number">
                  {points(sumOf(section.items))} / {points(max)}
                </span>
              )}
            </legend>
            {section.items.map((item) => (
              <ItemRow key={item.key} item={item} self={self} differs={differs(self, marks, item)} />
            ))}
          </fieldset>
        )
      })}
      <p className="safety-total" role="status">
        <strong className="tz-number">
          {t('sheet.total', { total: points(sumOf(sheet.sections.flatMap(({ items }) => items))) })}
        </strong>
        {open > 0 && <span className="tz-second">{t('sheet.open', { n: open })}</span>}
      </p>
    </div>
  )
}

const differs = (self: Marks | undefined, marks: Marks, { key }: SheetItem): boolean =>
  self !== undefined && marks[key] !== undefined && marks[key] !== self[key]

function ItemRow(props: { readonly item: SheetItem; readonly self: Marks | undefined; readonly differs: boolean }) {
  const t = useText('safety')
  const nameOf = useSheetName()
  const { item, self } = props
  const kept = useNumberRule(limitsOf(item))
  return (
    <div className="safety-item">
      <Form.Item
        name={['marks', item.key]}
        label={nameOf(item)}
        extra={<Hint item={item} self={self} />}
        rules={[{ required: true, message: t('rule.mark') }, kept]}
      >
        <MarkField item={item} />
      </Form.Item>
      {props.differs && (
        <Form.Item
          name={['reasons', item.key]}
          label={t('sheet.reason')}
          rules={[{ required: true, whitespace: true, message: t('rule.reason') }]}
        >
          <Input maxLength={500} />
        </Form.Item>
      )}
    </div>
  )
}

function Hint({ item, self }: { readonly item: SheetItem; readonly self: Marks | undefined }) {
  const t = useText('safety')
  const own = self?.[item.key]
  const rule = t(`sheet.hint.${item.kind}`, {
    max: maxOf(item) / 100,
    each: item.kind === 'deduct' ? item.eachCenti / 100 : 0,
  })
  return (
    <span className="tz-caption">
      {rule}
      {own !== undefined && item.kind !== 'veto' && ` · ${t('sheet.self', { mark: markText(t, item, own) })}`}
    </span>
  )
}

/** A mark in words: points, findings and what they leave, yes or no. */
export function markText(
  t: (key: string, values?: Record<string, unknown>) => string,
  item: SheetItem,
  mark: number,
): string {
  switch (item.kind) {
    case 'points':
      return points(mark)
    case 'deduct':
      return t('sheet.findings', { n: mark, points: points(pointsOf(item, mark)) })
    case 'yes_no':
    case 'veto':
      return t(mark === 1 ? 'yes' : 'no')
  }
}

/** What a mark keeps to as it is typed. Pure. */
const limitsOf = (item: SheetItem): NumberLimits => {
  const { max } = markRange(item)
  return item.kind === 'points' ? { min: 0, max: max / 100, digits: 2 } : { min: 0, max, digits: 0 }
}

type FieldProps = {
  readonly item: SheetItem
  readonly id?: string
  readonly value?: number | null
  readonly onChange?: (value: number | null) => void
}

function MarkField({ item, id, value = null, onChange }: FieldProps) {
  const t = useText('safety')
  const given = { ...(id ? { id } : {}), value, ...(onChange ? { onChange } : {}) }
  if (item.kind === 'points') return <NumberField {...given} inputMode="decimal" step={0.5} unit={t('sheet.points')} />
  if (item.kind === 'deduct') return <NumberField {...given} inputMode="numeric" unit={t('sheet.found')} />
  return (
    <Radio.Group
      {...(id ? { id } : {})}
      value={value}
      onChange={(event) => onChange?.(Number(event.target.value))}
      options={[
        { value: 1, label: t(item.kind === 'veto' ? 'sheet.happened' : 'yes') },
        { value: 0, label: t(item.kind === 'veto' ? 'sheet.not_happened' : 'no') },
      ]}
    />
  )
}
