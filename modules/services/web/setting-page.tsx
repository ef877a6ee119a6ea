import { useQuery } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import {
  EmptyState,
  FormBox,
  NumberField,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useLate,
  useMe,
  useNumberRule,
  useText,
  When,
} from '@tingzhou/ui'
import type * as z from 'zod'
import type { SettingView } from '../setting-contract.ts'
import { api } from './api.ts'
import { mayDesign } from './roles.ts'
import type { Texts } from './words.ts'

type Setting = z.infer<typeof SettingView>
type SaveInput = Parameters<typeof api.settings.save.call>[0]
type Output = Awaited<ReturnType<typeof api.settings.save.call>>
type Values = { readonly values: Readonly<Record<string, number | null>>; readonly basis: string }

/** 办理参数: what a zone sets for its services, on what basis, and who changed it when. */
export function SettingPage() {
  const t = useText('services')
  const query = useQuery({ ...api.settings.get.queryOptions(), refetchOnWindowFocus: false })
  const late = useLate(query.isPending)
  return (
    <Page title={t('settings.title')}>
      <p className="tz-second">{t('settings.lead')}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={8} />}
      {query.data && (
        <>
          <Panel title={t('settings.values')}>
            <SettingForm key={query.data.rev} rev={query.data.rev} settings={query.data.settings} />
          </Panel>
          <History />
        </>
      )}
    </Page>
  )
}

/** A share is typed in per cent, everything else as it is. Pure. */
const toShown = ({ unit }: Pick<Setting, 'unit'>, value: number): number =>
  unit === 'share' ? Math.round(value * 10_000) / 100 : value
const toValue = ({ unit }: Pick<Setting, 'unit'>, shown: number): number =>
  unit === 'share' ? Math.round(shown * 100) / 10_000 : shown

function SettingForm({ rev, settings }: { readonly rev: number; readonly settings: readonly Setting[] }) {
  const t = useText('services')
  const me = useMe()
  const command = useCommand({
    run: api.settings.save.call,
    invalidate: [api.settings.key()],
    success: t('saved'),
  })
  const refused = mayDesign(me) ? null : t('reason.admin_only')
  return (
    <FormBox<Values, SaveInput, Output>
      command={command}
      initial={{ values: Object.fromEntries(settings.map((one) => [one.name, toShown(one, one.value)])) }}
      toInput={({ values, basis }) => ({
        rev,
        basis,
        values: Object.fromEntries(
          settings.flatMap((one) => {
            const shown = values[one.name]
            return typeof shown === 'number' ? [[one.name, toValue(one, shown)]] : []
          }),
        ),
      })}
      fieldNames={Object.fromEntries(settings.map(({ name }) => [`values.${name}`, `values.${name}`]))}
      submit={t('verb.save')}
      reason={refused}
    >
      {settings.map((setting) => (
        <SettingField key={setting.name} setting={setting} readOnly={refused !== null} />
      ))}
      <Form.Item
        name="basis"
        label={t('settings.basis')}
        extra={t('settings.basis_help')}
        rules={[{ required: true, whitespace: true, message: t('rule.required', { label: t('settings.basis') }) }]}
      >
        <Input.TextArea rows={2} maxLength={300} showCount readOnly={refused !== null} />
      </Form.Item>
    </FormBox>
  )
}

function SettingField({ setting, readOnly }: { readonly setting: Setting; readonly readOnly: boolean }) {
  const t = useText('services')
  const { name, unit, min, max } = setting
  const label = t(`setting.${name}`)
  const [from, to] = [toShown(setting, min), toShown(setting, max)]
  const digits = unit === 'share' ? 2 : 0
  const kept = useNumberRule({ digits })
  return (
    <Form.Item
      name={['values', name]}
      label={label}
      extra={<StandsOn setting={setting} />}
      rules={[
        { required: true, message: t('rule.required', { label }) },
        { type: 'number', min: from, max: to, message: t('settings.between', { min: from, max: to }) },
        kept,
      ]}
    >
      <NumberField
        className="services-setting"
        inputMode={digits === 0 ? 'numeric' : 'decimal'}
        unit={t(`setting_unit.${unit}`)}
        readOnly={readOnly}
      />
    </Form.Item>
  )
}

/** What the value is for, what it stands on, who set it when. */
function StandsOn({ setting }: { readonly setting: Setting }) {
  const t = useText('services')
  const { name, basis, changedAt, changedBy } = setting
  return (
    <>
      {t(`setting_text.${name}`)}{' '}
      {basis === null ? (
        t('settings.by_default', { value: shownIn(t, setting, setting.byDefault) })
      ) : (
        <>
          {t('settings.stands_on', { basis, by: changedBy ?? '' })} {changedAt !== null && <When at={changedAt} />}
        </>
      )}
    </>
  )
}

const shownIn = (t: Texts, setting: Pick<Setting, 'unit'>, value: number): string =>
  `${toShown(setting, value)} ${t(`setting_unit.${setting.unit}`)}`

function History() {
  const t = useText('services')
  const query = useQuery(api.settings.history.queryOptions({ input: { limit: 100 } }))
  const rows = query.data?.rows ?? []
  return (
    <Panel title={t('settings.history')}>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <EmptyState title={t('settings.never')} />}
      {rows.length > 0 && (
        <div className="services-scroll" role="region" tabIndex={0} aria-label={t('settings.history')}>
          <table className="services-table">
            <thead>
              <tr>
                <th>{t('column.at')}</th>
                <th>{t('settings.name')}</th>
                <th>{t('diff.before')}</th>
                <th>{t('diff.after')}</th>
                <th>{t('settings.basis')}</th>
                <th>{t('settings.by')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const unit = row.name === 'sampledShare' ? ('share' as const) : ('working_days' as const)
                return (
                  <tr key={row.id}>
                    <td>
                      <When at={row.at} />
                    </td>
                    <td>{t(`setting.${row.name}`)}</td>
                    <td>{shownIn(t, { unit }, row.before)}</td>
                    <td>{shownIn(t, { unit }, row.after)}</td>
                    <td>{row.basis}</td>
                    <td>{row.by}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}
