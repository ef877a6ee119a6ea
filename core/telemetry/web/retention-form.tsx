import {
  FormBox,
  formatBytes,
  formatDate,
  formatNumber,
  ProblemAlert,
  useCommand,
  useText,
  NumberField,
} from '@tingzhou/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Alert, Checkbox, Form } from 'antd'
import { RetentionView } from '../device-contract.ts'
import { api } from './api.ts'
import type { Retention, Room } from './settings-page.tsx'

type Wish = Omit<Retention, 'rev'>
type Values = Wish & { readonly agreed?: boolean }
type Input = Parameters<typeof api.setRetention.call>[0]

const fields = ['rawDays', 'minuteDays', 'trackDays', 'packAfterDays'] as const
const limits = {
  rawDays: [2, 36_500],
  minuteDays: [2, 36_500],
  trackDays: [1, 36_500],
  packAfterDays: [1, 3_650],
} as const

/** How long what is kept; what that drops is said before it is saved, and has to be agreed to. */
export function RetentionForm({ retention, onDone }: { readonly retention: Retention; readonly onDone: () => void }) {
  const t = useText('telemetry')
  const { rev, ...initial } = retention
  const [form] = Form.useForm<Values>()
  const typed = Form.useWatch<Values | undefined>((values: Values) => values, form)
  const read = RetentionView.safeParse({ ...initial, ...typed })
  const wish = read.success ? read.data : initial
  const room = useQuery({ ...api.room.queryOptions({ input: wish }), placeholderData: keepPreviousData })
  const rows = read.success ? (room.data?.rows ?? []) : []
  const going = rows.filter(({ goes }) => goes !== null && goes.days > 0)
  const held = rows.filter((one) => isHeld(one, wish))
  const command = useCommand({
    run: api.setRetention.call,
    invalidate: [api.retention.key(), api.room.key(), api.settingsTrail.key()],
    success: t('settings_page.done'),
  })
  // Of values that cannot be, nothing is said; the fields say what is wrong with them.
  const isKnown = read.success && room.data !== undefined && !room.isPlaceholderData && room.error === null
  return (
    <FormBox<Values, Input, { rev: number }>
      form={form}
      command={command}
      initial={initial}
      toInput={({ rawDays, minuteDays, trackDays, packAfterDays }) => ({
        rawDays,
        minuteDays,
        trackDays,
        packAfterDays,
        rev,
      })}
      submit={t(going.length > 0 ? 'retention.save_and_drop' : 'retention.save')}
      reason={isKnown || !read.success ? null : t('retention.not_known')}
      done={onDone}
      onCancel={onDone}
    >
      {fields.map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={t(`retention.${name}`)}
          extra={t(`retention.${name}_text`)}
          dependencies={[...fields]}
          rules={[
            { required: true, type: 'integer', min: limits[name][0], max: limits[name][1], message: ruleOf(name) },
            { validator: (_, value: unknown) => inOrder(name, value) },
          ]}
        >
          <NumberField inputMode="numeric" />
        </Form.Item>
      ))}
      <ProblemAlert problem={room.error} onRetry={() => void room.refetch()} />
      {isKnown && going.length === 0 && <p className="tz-second">{t('retention.drops_nothing')}</p>}
      {held.map(({ kind, goes }) => (
        <p key={kind} className="tz-second">
          {t('retention.held', { what: t(`retention.kind.${kind}`), n: formatNumber(goes?.keptDays ?? 0) })}
        </p>
      ))}
      {going.length > 0 && (
        <>
          <Alert
            className="tz-problem"
            type="warning"
            showIcon
            title={t('retention.drops')}
            description={
              <ul className="tz-plain-list">
                {going.map((one) => (
                  <li key={one.kind}>{goesText(one)}</li>
                ))}
              </ul>
            }
          />
          <Form.Item
            name="agreed"
            valuePropName="checked"
            rules={[
              {
                validator: (_, agreed: unknown) =>
                  agreed === true ? Promise.resolve() : Promise.reject(new Error(t('retention.agree_rule'))),
              },
            ]}
          >
            <Checkbox>{t('retention.agree')}</Checkbox>
          </Form.Item>
        </>
      )}
    </FormBox>
  )

  function ruleOf(name: (typeof fields)[number]): string {
    const [low, high] = limits[name]
    return t('retention.rule', { low, high: formatNumber(high) })
  }

  /** Readings are packed before they go, and minutes stay at least as long as readings. */
  function inOrder(name: (typeof fields)[number], value: unknown): Promise<void> {
    const { packAfterDays, rawDays } = form.getFieldsValue(true) as Values
    if (typeof value !== 'number') return Promise.resolve()
    if (name === 'rawDays' && value <= packAfterDays)
      return Promise.reject(new Error(t('retention.raw_rule', { n: packAfterDays + 1 })))
    if (name === 'minuteDays' && value < rawDays)
      return Promise.reject(new Error(t('retention.minute_rule', { n: rawDays })))
    return Promise.resolve()
  }

  function goesText({ kind, goes }: Room): string {
    const { days = 0, bytes = 0, before = '' } = goes ?? {}
    return t('retention.goes', {
      what: t(`retention.kind.${kind}`),
      n: formatNumber(days),
      before: formatDate(before),
      room: formatBytes(bytes),
    })
  }
}

/** Whether another zone of the database keeps it longer than wished. */
function isHeld({ kind, goes }: Room, { rawDays, minuteDays, trackDays }: Wish): boolean {
  const wished = { readings: rawDays, minutes: minuteDays, tracks: trackDays, hours: Infinity, kept_tracks: Infinity }
  return goes !== null && goes.keptDays > wished[kind]
}
