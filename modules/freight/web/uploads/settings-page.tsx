import './uploads.css'
import { useQuery } from '@tanstack/react-query'
import {
  FactList,
  FormBox,
  FormDrawer,
  OpenFormButton,
  Page,
  Panel,
  ProblemAlert,
  StateTag,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  FlagItem,
  TextItem,
  HistoryTrail,
} from '@tingzhou/ui'
import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import { adapterChoices } from '../../upload/words.ts'
import { api } from '../api.ts'
import { CodeItem } from '../fields.tsx'
import type { RegulatorSettings } from './api.ts'
import { mayRegulate } from './rights.ts'

/** Who is told, in which words, since when; whether it answers. */
export function RegulatorPage() {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.regulator.get.queryOptions())
  const refused = mayRegulate(me) ? null : t('reason.regulate')
  const regulator = query.data?.regulator ?? null
  return (
    <Page
      title={t('regulator.title')}
      verbs={<VerbButton href="/freight-uploads">{t('upload.title')}</VerbButton>}
      primary={
        query.data && (
          <OpenFormButton name="set" primary reason={refused}>
            {t(regulator ? 'verb.change' : 'regulator.set')}
          </OpenFormButton>
        )
      }
    >
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && !regulator && <p className="tz-second">{t('regulator.none')}</p>}
      {regulator && <Settings regulator={regulator} refused={refused} />}
      {query.data && (
        <FormDrawer name="set" title={t('regulator.title')}>
          <SetForm regulator={regulator} />
        </FormDrawer>
      )}
    </Page>
  )
}

function Settings(props: { readonly regulator: RegulatorSettings; readonly refused: string | null }) {
  const t = useText('freight')
  const { regulator } = props
  const history = useQuery(api.regulator.history.queryOptions())
  return (
    <>
      <Panel aside={<Check refused={props.refused} />} title={t(`adapter.${regulator.adapter}`)}>
        <FactList
          facts={[
            {
              label: t('field.state'),
              value: (
                <StateTag tone={regulator.isOn ? 'good' : 'plain'} shape={regulator.isOn ? 'check' : 'pause'}>
                  {t(regulator.isOn ? 'regulator.on' : 'regulator.off')}
                </StateTag>
              ),
            },
            { label: t('regulator.since'), value: <When at={regulator.since} /> },
            { label: t('regulator.set_by'), value: regulator.setBy },
            { label: t('regulator.url'), value: <span className="tz-mono freight-break">{regulator.url}</span> },
            { label: t('regulator.senderCode'), value: regulator.senderCode },
            { label: t('regulator.enterpriseCode'), value: regulator.enterpriseCode },
            { label: t('regulator.username'), value: regulator.username },
            {
              label: t('regulator.password'),
              value: t(regulator.passwordReadable ? 'regulator.password_kept' : 'regulator.password_lost'),
            },
            { label: t('regulator.carrierName'), value: regulator.carrierName },
            { label: t('regulator.creditCode'), value: regulator.creditCode },
            { label: t('regulator.permitNumber'), value: regulator.permitNumber },
            { label: t('regulator.tracks'), value: t(regulator.tracks ? 'yes' : 'no') },
            {
              label: t('regulator.publicKey'),
              value: <span className="tz-mono freight-break">{regulator.publicKey}</span>,
            },
          ]}
        />
      </Panel>
      <HistoryTrail did="freight:did" rows={history.data?.rows} />
    </>
  )
}

type Checked = Awaited<ReturnType<typeof api.regulator.check.call>>

/** Asks for a token and says what came back. */
function Check({ refused }: { readonly refused: string | null }) {
  const t = useText('freight')
  const [checked, setChecked] = useState<Checked | null>(null)
  const command = useCommand({ run: () => api.regulator.check.call(), done: setChecked })
  return (
    <>
      <span role="status">{checked && said(t, checked)}</span>{' '}
      <VerbButton loading={command.pending} reason={refused} onClick={() => void command.run({})}>
        {t('regulator.check')}
      </VerbButton>
    </>
  )
}

function said(t: (key: string, values?: Record<string, unknown>) => string, { outcome, code, text, tookMs }: Checked) {
  if (outcome === 'accepted')
    return <StateTag tone="good">{t('regulator.check_good', { ms: String(tookMs) })}</StateTag>
  const words = [code, text].filter((one) => one !== '').join(' ')
  return <StateTag tone="bad">{`${t(`attempt.${outcome}`)} ${words}`.trim()}</StateTag>
}

type Values = Omit<RegulatorSettings, 'version' | 'since' | 'setBy' | 'passwordReadable'> & {
  readonly password?: string
  readonly why: string
}
type Input = Parameters<typeof api.regulator.set.call>[0]

const blank: Partial<Values> = { adapter: 'fujian-2.0', businessType: '1002996', isOn: true, tracks: false }

function SetForm({ regulator }: { readonly regulator: RegulatorSettings | null }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.regulator.set.call, invalidate: [api.regulator.key()], success: t('saved') })
  const line = (name: string, max: number, extra?: string) => (
    <TextItem name={name} label={t(`regulator.${name}`)} max={max} required extra={extra} />
  )
  return (
    <FormBox<Values, Input, { version: number }>
      initial={regulator ?? blank}
      command={command}
      toInput={(values) => ({
        version: regulator?.version ?? 0,
        adapter: values.adapter,
        url: values.url.trim(),
        senderCode: values.senderCode,
        enterpriseCode: values.enterpriseCode,
        carrierName: values.carrierName,
        creditCode: values.creditCode,
        permitNumber: values.permitNumber,
        businessType: values.businessType,
        username: values.username,
        password: values.password ? values.password : null,
        publicKey: values.publicKey.trim(),
        isOn: values.isOn,
        tracks: values.tracks,
        why: values.why,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <Form.Item name="adapter" label={t('regulator.adapter')}>
        <Select options={adapterChoices.map((value) => ({ value, label: t(`adapter.${value}`) }))} />
      </Form.Item>
      {line('url', 500, t('regulator.url_extra'))}
      {line('senderCode', 35)}
      {line('enterpriseCode', 35)}
      {line('username', 80)}
      <Form.Item
        name="password"
        label={t('regulator.password')}
        extra={t(regulator ? 'regulator.password_again' : 'regulator.password_extra')}
      >
        <Input.Password maxLength={200} autoComplete="new-password" visibilityToggle={false} />
      </Form.Item>
      {line('publicKey', 200, t('regulator.key_extra'))}
      {line('carrierName', 512)}
      {line('creditCode', 18)}
      {line('permitNumber', 50)}
      <CodeItem name="businessType" label={t('regulator.businessType')} table="business-type" required />
      <FlagItem name="isOn" label={t('regulator.isOn')} />
      <FlagItem name="tracks" label={t('regulator.tracks')} extra={t('regulator.tracks_extra')} />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
