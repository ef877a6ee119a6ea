import { useQuery } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import {
  FormBox,
  formatNumber,
  ObjectPage,
  useCommand,
  useMe,
  useText,
  When,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
  NumberField,
  useNumberRule,
  type Content,
} from '@tingzhou/ui'
import { urgencyClasses } from '../appeal-contract.ts'
import { clockStages, clockUnits, type ClockRule } from '../clock-contract.ts'
import { api } from './api.ts'
import { mayRule } from './roles.ts'
import { TextItem } from './room.tsx'
import type { Texts } from './words.ts'

type Rules = Awaited<ReturnType<typeof api.clocks.get.call>>

/** The limits of the clocks by class and stage, each with where its value comes from. */
export function ClockPage() {
  const t = useText('needs')
  const me = useMe()
  const query = useQuery(api.clocks.get.queryOptions({ input: {} }))
  const rules = query.data
  if (!rules)
    return (
      <ObjectPage
        title={t('clocks.title')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={t('clocks.title')}
        primary={
          <OpenFormButton name="edit" primary reason={mayRule(me) ? null : t('reason.rule_role')}>
            {t('clocks.change')}
          </OpenFormButton>
        }
        facts={[
          { label: t('routing.version'), value: rules.version },
          {
            label: t('updated'),
            value: (
              <>
                {rules.changedBy !== '' && `${rules.changedBy} · `}
                <When at={rules.changedAt} />
              </>
            ),
          },
          { label: t('field.why'), value: rules.why || '–' },
        ]}
        problem={query.error}
      >
        <section className="tz-panel">
          <Limits rules={rules.rules} />
        </section>
      </ObjectPage>
      <FormDrawer name="edit" title={t('clocks.change')} width={920}>
        <Edit rules={rules} />
      </FormDrawer>
    </>
  )
}

function Limits({ rules }: { readonly rules: readonly ClockRule[] }) {
  const t = useText('needs')
  return (
    <>
      <div className="needs-scroll" tabIndex={0} role="region" aria-label={t('clocks.title')}>
        <table className="needs-edit-table">
          <thead>
            <tr>
              <th scope="col">{t('column.class')}</th>
              {clockStages.map((stage) => (
                <th key={stage} scope="col">
                  {t(`clocks.stage.${stage}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {urgencyClasses.map((urgency) => (
              <tr key={urgency}>
                <th scope="row">{t(`class_long.${urgency}`)}</th>
                {clockStages.map((stage) => {
                  const rule = rules.find((entry) => entry.class === urgency && entry.stage === stage)
                  return (
                    <td key={stage}>
                      {rule ? (
                        <>
                          {limitText(t, rule)}
                          <br />
                          <span className="tz-caption">{rule.source}</span>
                        </>
                      ) : (
                        <span className="tz-second">
                          {t(stage === 'return' ? 'clocks.no_return' : 'work.no_limit')}
                        </span>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="tz-caption">{t('clocks.marks')}</p>
    </>
  )
}

const daySeconds = 86_400
const hourSeconds = 3600

/** A limit in the unit people say it in. */
function limitText(t: Texts, { unit, amount }: Pick<ClockRule, 'unit' | 'amount'>): string {
  if (unit !== 'calendar_seconds') return t(`clocks.amount.${unit}`, { n: formatNumber(amount) })
  if (amount % daySeconds === 0 && amount > daySeconds) return t('clocks.amount.days', { n: amount / daySeconds })
  if (amount % hourSeconds === 0) return t('clocks.amount.hours', { n: amount / hourSeconds })
  return t('clocks.amount.minutes', { n: formatNumber(amount / 60) })
}

/** What the form holds for one limit: an amount in the unit chosen; no amount, no limit. */
type Cell = { readonly unit?: FormUnit; readonly amount?: number | null; readonly source?: string }
type FormUnit = 'minutes' | 'hours' | 'days' | 'working_hours' | 'working_days'
const formUnits: readonly FormUnit[] = ['minutes', 'hours', 'days', 'working_hours', 'working_days']
const unitSeconds: Readonly<Partial<Record<FormUnit, number>>> = { minutes: 60, hours: hourSeconds, days: daySeconds }

function cellOf({ unit, amount, source }: ClockRule): Cell {
  if (unit !== 'calendar_seconds') return { unit, amount, source }
  const best = bestUnit(amount)
  return { unit: best, amount: amount / (unitSeconds[best] ?? 1), source }
}

/** 24 hours are said as hours, seven days as days. */
function bestUnit(seconds: number): FormUnit {
  if (seconds % daySeconds === 0 && seconds > daySeconds) return 'days'
  return seconds % hourSeconds === 0 ? 'hours' : 'minutes'
}

function ruleOfCell(urgency: ClockRule['class'], stage: ClockRule['stage'], cell: Cell | undefined): ClockRule[] {
  if (!cell?.amount || !cell.unit) return []
  const seconds = unitSeconds[cell.unit]
  const unit = clockUnits.find((name) => name === cell.unit) ?? 'calendar_seconds'
  return [{ class: urgency, stage, unit, amount: cell.amount * (seconds ?? 1), source: cell.source ?? '' }]
}

type Values = {
  readonly limits: Readonly<Record<string, Readonly<Record<string, Cell>>>>
  readonly why?: string
}
type PutInput = Parameters<typeof api.clocks.put.call>[0]

function Edit({ rules }: { readonly rules: Rules }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.clocks.put.call, invalidate: [api.clocks.key()], success: t('saved') })
  const cell = (urgency: string, stage: string): Cell => {
    const rule = rules.rules.find((entry) => entry.class === urgency && entry.stage === stage)
    return rule ? cellOf(rule) : {}
  }
  const initial = Object.fromEntries(
    urgencyClasses.map((urgency) => [
      urgency,
      Object.fromEntries(clockStages.map((stage) => [stage, cell(urgency, stage)])),
    ]),
  )
  return (
    <FormBox<Values, PutInput, Rules>
      draft={`needs.clocks.${rules.version}`}
      initial={{ limits: initial }}
      command={command}
      toInput={({ limits, why = '' }): Content<PutInput> => ({
        rev: rules.version,
        why,
        rules: urgencyClasses.flatMap((urgency) =>
          clockStages.flatMap((stage) => ruleOfCell(urgency, stage, limits[urgency]?.[stage])),
        ),
      })}
      submit={t('clocks.save')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('clocks.edit_text')}</p>
      {urgencyClasses.map((urgency) => (
        <fieldset key={urgency} className="needs-part">
          <legend>{t(`class_long.${urgency}`)}</legend>
          {clockStages.map((stage) => (
            <LimitRow key={stage} urgency={urgency} stage={stage} />
          ))}
        </fieldset>
      ))}
      <TextItem name="why" label={t('field.why')} max={500} rows={2} />
    </FormBox>
  )
}

function LimitRow({ urgency, stage }: { readonly urgency: string; readonly stage: string }) {
  const t = useText('needs')
  const label = t(`clocks.stage.${stage}`)
  const path = ['limits', urgency, stage]
  const kept = useNumberRule({ min: 1, digits: 0 })
  return (
    <div className="needs-limit" role="group" aria-label={label}>
      <span>{label}</span>
      <Form.Item name={[...path, 'amount']} className="needs-flat" rules={[kept]}>
        <NumberField inputMode="numeric" aria-label={t('clocks.amount_of', { stage: label })} />
      </Form.Item>
      <Form.Item name={[...path, 'unit']} noStyle>
        <Select
          aria-label={t('clocks.unit_of', { stage: label })}
          options={formUnits.map((value) => ({ value, label: t(`clocks.unit.${value}`) }))}
        />
      </Form.Item>
      <Form.Item
        name={[...path, 'source']}
        className="needs-flat"
        dependencies={[[...path, 'amount']]}
        rules={[
          ({ getFieldValue }) => ({
            required: Boolean(getFieldValue([...path, 'amount'])),
            message: t('clocks.source_needed'),
          }),
        ]}
      >
        <Input maxLength={300} placeholder={t('clocks.source')} aria-label={t('clocks.source_of', { stage: label })} />
      </Form.Item>
    </div>
  )
}
