import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Form, Input, Select } from 'antd'
import {
  FormBox,
  formatDuration,
  formatNumber,
  ObjectPage,
  StateTag,
  useCommand,
  useMe,
  useText,
  When,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
  NumberField,
  useNumberRule,
} from '@tingzhou/ui'
import { limitUnits, type Limit, type RuleSet } from '../rules-contract.ts'
import { api } from './api.ts'
import { namedBy } from './order-parts.tsx'
import { mayRule } from './roles.ts'
import { TextItem } from './room.tsx'

type Version = Awaited<ReturnType<typeof api.rules.get.call>>
type Texts = ReturnType<typeof useText>

const limits = [
  { key: 'emergency', path: ['offer', 'emergency'], of: (rules: RuleSet) => rules.offer.emergency },
  { key: 'urgent', path: ['offer', 'urgent'], of: (rules: RuleSet) => rules.offer.urgent },
  { key: 'planned', path: ['offer', 'planned'], of: (rules: RuleSet) => rules.offer.planned },
  { key: 'summary', path: ['summary'], of: (rules: RuleSet) => rules.summary },
  { key: 'followUp', path: ['followUp'], of: (rules: RuleSet) => rules.followUp },
] as const

/** The clocks, the checklist and the reasons for declining; values that nobody confirmed say that they are invented. */
export function RulesPage() {
  const t = useText('referral')
  const me = useMe()
  const query = useQuery(api.rules.get.queryOptions({ input: {} }))
  const version = query.data
  if (!version)
    return (
      <ObjectPage
        title={t('rules.title')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const { rules } = version
  return (
    <>
      <ObjectPage
        title={t('rules.title')}
        state={
          rules.invented ? (
            <StateTag tone="attention" shape="triangle">
              {t('rules.invented')}
            </StateTag>
          ) : (
            <StateTag tone="good">{t('rules.confirmed')}</StateTag>
          )
        }
        primary={
          <OpenFormButton name="edit" primary reason={mayRule(me) ? null : t('reason.admin_only')}>
            {t('rules.change')}
          </OpenFormButton>
        }
        facts={[
          { label: t('rules.version'), value: version.version },
          {
            label: t('updated'),
            value: (
              <>
                {version.changedBy !== '' && `${version.changedBy} · `}
                <When at={version.changedAt} />
              </>
            ),
          },
          { label: t('field.why'), value: version.why || '–' },
          ...limits.map(({ key, of }) => ({ label: t(`rules.limit.${key}`), value: limitText(t, of(rules)) })),
        ]}
        problem={query.error}
      >
        <section className="tz-panel">
          <h2>{t('tab.checklist')}</h2>
          <ul>
            {rules.checklist.map((item) => (
              <li key={item.code}>
                {namedBy(item)} {item.paper && <span className="tz-caption">{t('checklist.paper')}</span>}
              </li>
            ))}
          </ul>
          <h2>{t('field.declineReason')}</h2>
          <ul>
            {rules.declineReasons.map((reason) => (
              <li key={reason.code}>{namedBy(reason)}</li>
            ))}
          </ul>
        </section>
      </ObjectPage>
      <FormDrawer name="edit" title={t('rules.change')} width={760}>
        <Edit key={version.version} version={version} />
      </FormDrawer>
    </>
  )
}

const limitText = (t: Texts, { unit, amount }: Limit): string =>
  unit === 'calendar_seconds' ? formatDuration(amount) : `${formatNumber(amount)} ${t(`rules.unit.${unit}`)}`

// People think in minutes where the rules keep seconds.
const inMinutes = ({ unit, amount }: Limit): Limit =>
  unit === 'calendar_seconds' ? { unit, amount: amount / 60 } : { unit, amount }
const inSeconds = ({ unit, amount }: Limit): Limit =>
  unit === 'calendar_seconds' ? { unit, amount: Math.round(amount * 60) } : { unit, amount }

const withLimits = (rules: RuleSet, each: (limit: Limit) => Limit): RuleSet => ({
  ...rules,
  offer: {
    emergency: each(rules.offer.emergency),
    urgent: each(rules.offer.urgent),
    planned: each(rules.offer.planned),
  },
  summary: each(rules.summary),
  followUp: each(rules.followUp),
})

type Values = RuleSet & { readonly why: string }

function Edit({ version }: { readonly version: Version }) {
  const t = useText('referral')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.rules.change.call, invalidate: [api.rules.key()], success: t('saved') })
  const kept = useNumberRule({ min: 0.1, max: 527_040 })
  return (
    <FormBox<Values, Parameters<typeof api.rules.change.call>[0], { version: number }>
      initial={withLimits(version.rules, inMinutes)}
      command={command}
      toInput={({ why, ...rules }) => ({ rev: version.version, why, rules: withLimits(rules, inSeconds) })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      {limits.map(({ key, path }) => (
        <fieldset key={key} className="referral-fields">
          <legend>{t(`rules.limit.${key}`)}</legend>
          <div className="referral-row-form">
            <Form.Item name={[...path, 'amount']} rules={[{ required: true }, kept]}>
              <NumberField inputMode="decimal" aria-label={t('rules.amount')} />
            </Form.Item>
            <Form.Item name={[...path, 'unit']} rules={[{ required: true }]}>
              <Select
                aria-label={t('rules.unit_label')}
                options={limitUnits.map((value) => ({ value, label: t(`rules.unit.${value}`) }))}
              />
            </Form.Item>
          </div>
        </fieldset>
      ))}
      <Coded name="checklist" title={t('tab.checklist')} papers />
      <Coded name="declineReasons" title={t('field.declineReason')} />
      <Form.Item name="invented" valuePropName="checked">
        <Checkbox>{t('rules.invented_field')}</Checkbox>
      </Form.Item>
      <TextItem name="why" label={t('field.why')} max={500} required />
    </FormBox>
  )
}

/** A list of codes with their names in both languages. */
function Coded(props: { readonly name: string; readonly title: string; readonly papers?: boolean }) {
  const t = useText('referral')
  return (
    <Form.List name={props.name}>
      {(fields, { add, remove }) => (
        <fieldset className="referral-fields">
          <legend>{props.title}</legend>
          <div className="referral-rows">
            {fields.map(({ key, name }) => (
              <div key={key} className="referral-row-form">
                {(['code', 'zh', 'en'] as const).map((part) => (
                  <Form.Item key={part} name={[name, part]} rules={[{ required: true, message: t('rule.fill') }]}>
                    <Input aria-label={t(`rules.part.${part}`)} placeholder={t(`rules.part.${part}`)} maxLength={60} />
                  </Form.Item>
                ))}
                {props.papers && (
                  <Form.Item name={[name, 'paper']} valuePropName="checked">
                    <Checkbox>{t('checklist.paper')}</Checkbox>
                  </Form.Item>
                )}
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('rules.remove', { n: name + 1 })}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
          </div>
          <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(props.papers ? { paper: false } : {})}>
            {t('rules.add')}
          </Button>
        </fieldset>
      )}
    </Form.List>
  )
}
