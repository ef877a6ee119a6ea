import {
  FormBox,
  formatDuration,
  formatNumber,
  ProblemAlert,
  toProblem,
  useOpenForm,
  useText,
  VerbButton,
  When,
  NumberItem,
  ClearIcon,
  type Command,
  type Content,
} from '@tingzhou/ui'
import { useMutation } from '@tanstack/react-query'
import { Alert, Checkbox, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { AlarmRule, fitsPoint, levels, type Condition } from '../rule.ts'
import { api } from './api.ts'
import { ReasonItem } from './reason-item.tsx'
import { freeKey, fromValues, toRule, type RuleValues } from './rule-values.ts'

const kinds: readonly Condition['kind'][] = [
  'limit',
  'deviation',
  'rate',
  'forecast',
  'stuck',
  'state',
  'no_data',
  'bit',
]

/** Where a rule is edited: at a point, or for a type of equipment. */
export type RuleDesk<Input extends { readonly commandId: string }> = {
  readonly kind: string
  readonly unit: string | null
  /** What there is already, as the form starts with it. */
  readonly known: readonly { readonly key: string; readonly rule: AlarmRule | null; readonly rev: number }[]
  /** Points that it can be tried at. */
  readonly triedAt: readonly { readonly point: number; readonly code: string }[]
  readonly command: Command<Input, unknown>
  readonly toInput: (said: {
    readonly key: string
    readonly rule: AlarmRule
    readonly reason: string
    readonly rev: number
  }) => Content<Input>
}

/** The editor of a rule, with what it would have raised over the last hours. */
export function RuleForm<Input extends { readonly commandId: string }>({ desk }: { readonly desk: RuleDesk<Input> }) {
  const t = useText('alarms')
  const { item, close } = useOpenForm()
  const [form] = Form.useForm<RuleValues>()
  const found = desk.known.find(({ key }) => key === item)
  const ruleOf = (values: RuleValues) => {
    const taken = desk.known.map(({ key }) => key)
    return toRule(found?.key ?? freeKey(values, taken), values)
  }
  return (
    <FormBox<RuleValues, Input, unknown>
      form={form}
      command={desk.command}
      initial={fromValues(found?.rule ?? null, desk.kind === 'position')}
      toInput={(values) => {
        const rule = ruleOf(values)
        return desk.toInput({ key: rule.key, rule, reason: values.reason, rev: found?.rev ?? 0 })
      }}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      {found && (
        <Form.Item label={t('field.key')}>
          <span className="tz-mono">{found.key}</span>
        </Form.Item>
      )}
      <div className="tz-alarm-pair">
        <TextItem name="zh" label={t('field.name_zh')} />
        <TextItem name="en" label={t('field.name_en')} />
      </div>
      <div className="tz-alarm-pair">
        <Form.Item name="kind" label={t('field.condition')} rules={[{ required: true }]}>
          <Select
            options={kinds
              .filter((kind) => fitsPoint({ kind }, desk.kind))
              .map((value) => ({ value, label: t(`kind.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="level" label={t('field.level')} rules={[{ required: true }]}>
          <Select options={levels.map((value) => ({ value, label: t(`level.${value}`) }))} />
        </Form.Item>
      </div>
      <ConditionFields unit={desk.unit} />
      <div className="tz-alarm-pair">
        <NumberItem name="onDelayS" label={t('field.on_delay')} min={0} max={86_400} unit={t('unit.second')} required />
        <NumberItem
          name="offDelayS"
          label={t('field.off_delay')}
          min={0}
          max={86_400}
          unit={t('unit.second')}
          required
        />
      </div>
      <div className="tz-alarm-pair">
        <Form.Item name="owner" label={t('field.owner')}>
          <Select
            options={AlarmRule.shape.owner.unwrap().options.map((value) => ({ value, label: t(`owner.${value}`) }))}
          />
        </Form.Item>
        <NumberItem name="shelveMaxH" label={t('field.shelve_max')} min={0} max={8} unit={t('unit.hour')} required />
      </div>
      <Form.Item name="needsAction" valuePropName="checked">
        <Checkbox>{t('rules.needs_action')}</Checkbox>
      </Form.Item>
      <Form.Item name="latch" valuePropName="checked">
        <Checkbox>{t('rules.latch')}</Checkbox>
      </Form.Item>
      <SuppressFields />
      <div className="tz-alarm-pair">
        <AreaItem name="consequenceZh" label={t('field.consequence_zh')} />
        <AreaItem name="consequenceEn" label={t('field.consequence_en')} />
        <AreaItem name="responseZh" label={t('field.response_zh')} />
        <AreaItem name="responseEn" label={t('field.response_en')} />
      </div>
      <Trial points={desk.triedAt} ruleOf={ruleOf} />
      <ReasonItem />
    </FormBox>
  )
}

function ConditionFields({ unit }: { readonly unit: string | null }) {
  const t = useText('alarms')
  const kind = Form.useWatch<Condition['kind'] | undefined>('kind')
  const suffix = unit ?? ''
  const choice = (name: keyof RuleValues, values: readonly string[]) => (
    <Form.Item name={name} label={t(`field.${name}`)} rules={[{ required: true, message: t('rule.choose') }]}>
      <Select options={values.map((value) => ({ value, label: t(`${name}.${value}`) }))} />
    </Form.Item>
  )
  const window = (
    <NumberItem name="windowS" label={t('field.windowS')} min={5} max={3_600} unit={t('unit.second')} required />
  )
  const deadband = (
    <NumberItem name="deadband" label={t('field.deadband')} min={0} unit={suffix} extra={t('rules.deadband_hint')} />
  )
  switch (kind) {
    case 'limit':
      return (
        <div className="tz-alarm-pair">
          {choice('side', ['hihi', 'hi', 'lo', 'lolo'])}
          <NumberItem name="limit" label={t('field.limit')} unit={suffix} required />
          {deadband}
        </div>
      )
    case 'deviation':
      return (
        <div className="tz-alarm-pair">
          <Form.Item
            name="reference"
            label={t('field.reference')}
            extra={t('rules.reference_hint')}
            rules={[{ required: true, message: t('rule.number') }]}
          >
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          <NumberItem name="limit" label={t('field.deviation')} unit={suffix} min={0} required />
          {choice('deviationDirection', ['above', 'below', 'both'])}
          {deadband}
        </div>
      )
    case 'rate':
      return (
        <div className="tz-alarm-pair">
          <NumberItem name="perMinute" label={t('field.perMinute')} unit={suffix} min={0} required />
          {choice('rateDirection', ['rising', 'falling', 'both'])}
          {window}
        </div>
      )
    case 'forecast':
      return (
        <div className="tz-alarm-pair">
          {choice('forecastSide', ['hi', 'lo'])}
          <NumberItem name="limit" label={t('field.limit')} unit={suffix} required />
          {window}
          <NumberItem
            name="withinS"
            label={t('field.withinS')}
            min={10}
            max={86_400}
            unit={t('unit.second')}
            required
          />
        </div>
      )
    case 'stuck':
      return <NumberItem name="forS" label={t('field.forS')} min={1} max={604_800} unit={t('unit.second')} required />
    case 'no_data':
      return (
        <>
          <NumberItem
            name="afterS"
            label={t('field.afterS')}
            min={1}
            max={2_592_000}
            unit={t('unit.second')}
            extra={t('rules.after_hint')}
          />
          <Form.Item name="byValue" valuePropName="checked">
            <Checkbox>{t('rules.by_value')}</Checkbox>
          </Form.Item>
        </>
      )
    case 'state':
      return (
        <div className="tz-alarm-pair">
          {choice('stateIs', ['in', 'not_in'])}
          <Form.Item
            name="values"
            label={t('field.values')}
            extra={t('rules.values_hint')}
            rules={[
              {
                required: true,
                pattern: /^\s*-?\d+(?:\.\d+)?(?:[\s,，]+-?\d+(?:\.\d+)?)*\s*$/,
                message: t('rule.values'),
              },
            ]}
          >
            <Input maxLength={200} />
          </Form.Item>
        </div>
      )
    case 'bit':
      return <NumberItem name="bit" label={t('field.bit')} min={0} max={31} digits={0} required />
    default:
      return null
  }
}

/** The machine stands: no alarm. */
function SuppressFields() {
  const t = useText('alarms')
  const point = Form.useWatch<string | undefined>('suppressPoint')
  return (
    <>
      <Form.Item name="suppressPoint" label={t('field.suppress_point')} extra={t('rules.suppress_hint')}>
        <Input maxLength={200} autoComplete="off" allowClear={{ clearIcon: <ClearIcon /> }} />
      </Form.Item>
      {point && (
        <div className="tz-alarm-pair">
          <Form.Item
            name="suppressIs"
            label={t('field.suppress_is')}
            rules={[{ required: true, message: t('rule.choose') }]}
          >
            <Select
              options={(['eq', 'ne', 'lt', 'gt', 'bit_set', 'bit_clear'] as const).map((value) => ({
                value,
                label: t(`suppress.${value}`),
              }))}
            />
          </Form.Item>
          <NumberItem name="suppressValue" label={t('field.suppress_value')} required />
        </div>
      )}
    </>
  )
}

/** What the rule would have raised over the last hours; nothing is written. */
function Trial(props: {
  readonly points: RuleDesk<never>['triedAt']
  readonly ruleOf: (values: RuleValues) => AlarmRule
}) {
  const { points, ruleOf } = props
  const t = useText('alarms')
  const [chosen, choose] = useState(points[0]?.point)
  const form = Form.useFormInstance<RuleValues>()
  const trial = useMutation({
    mutationFn: async ({ point, hours }: { readonly point: number; readonly hours: number }) => {
      // The reason is asked for when the rule is kept, not when it is tried.
      await form.validateFields(Object.keys(form.getFieldsValue()).filter((name) => name !== 'reason'))
      return api.trial.call({ point, rule: ruleOf(form.getFieldsValue(true)), hours })
    },
  })
  const { data, error } = trial
  return (
    <section className="tz-alarm-trial" aria-label={t('trial.title')}>
      {points.length > 1 && (
        <Form.Item label={t('trial.at')} htmlFor="trial-at">
          <Select
            id="trial-at"
            value={chosen}
            onChange={choose}
            options={points.map(({ point, code }) => ({ value: point, label: code }))}
          />
        </Form.Item>
      )}
      <p className="tz-alarm-verbs">
        {[8, 24, 72].map((hours) => (
          <VerbButton
            key={hours}
            size="small"
            loading={trial.isPending}
            reason={chosen === undefined ? t('reason.nowhere_to_try') : null}
            onClick={() => chosen !== undefined && trial.mutate({ point: chosen, hours })}
          >
            {t('verb.trial', { n: hours })}
          </VerbButton>
        ))}
      </p>
      {error instanceof Error && <ProblemAlert problem={toProblem(error)} />}
      {data && (
        <Alert
          type="info"
          showIcon
          title={t('trial.found', { n: data.alarms, quiet: data.quiet })}
          description={
            <>
              <p>
                {t('trial.values', { n: formatNumber(data.values), time: formatDuration(Math.round(data.activeS)) })}
              </p>
              <ol>
                {data.first.slice(0, 8).map((one) => (
                  <li key={one.at}>
                    <When at={one.at} />
                    {one.value !== null && <> · {t('event_value', { value: formatNumber(one.value) })}</>}
                    {' · '}
                    {one.endedAt === null
                      ? t('trial.open')
                      : t('trial.lasted', { time: formatDuration(Math.round((one.endedAt - one.at) / 1_000)) })}
                  </li>
                ))}
              </ol>
            </>
          }
        />
      )}
    </section>
  )
}

function TextItem({ name, label }: { readonly name: keyof RuleValues; readonly label: string }) {
  const t = useText('alarms')
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, whitespace: true, message: t('rule.name') }]}>
      <Input maxLength={100} autoComplete="off" />
    </Form.Item>
  )
}

const AreaItem = ({ name, label }: { readonly name: keyof RuleValues; readonly label: string }) => (
  <Form.Item name={name} label={label}>
    <Input.TextArea maxLength={500} rows={2} />
  </Form.Item>
)
