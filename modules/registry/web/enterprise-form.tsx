import { useQuery } from '@tanstack/react-query'
import { Alert, Form, Select } from 'antd'
import {
  DateField,
  FormPage,
  NumberField,
  ObjectPage,
  useCommand,
  useNumberRule,
  useText,
  type FormStep,
} from '@tingzhou/ui'
import { useEffect, useState, type ReactNode } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { DuplicateHint, Enterprise, EnterpriseInput } from '../enterprise-contract.ts'
import { api } from './api.ts'
import { LineItem } from './parts.tsx'
import { AreaSelect, industries, LookupMany, LookupOne, people, WordsField } from './pickers.tsx'
import { choicesOf, ownerships, sizes, statuses } from './words.ts'

/** What the form holds: a point as two numbers, years as texts. */
type Values = Omit<EnterpriseInput, 'point' | 'aboveScaleYears'> & {
  readonly lon?: number | null
  readonly lat?: number | null
  readonly years?: string[]
  readonly why?: string
}
type Changed = { readonly id: string; readonly rev: number }

/** The fields of the form as the contract wants them. Pure. */
function inputOf({ lon, lat, years = [], why: _why, ...facts }: Values): EnterpriseInput {
  const point = typeof lon === 'number' && typeof lat === 'number' ? { lon, lat } : null
  const aboveScaleYears = years.map(Number).filter((year) => Number.isInteger(year))
  return { ...facts, uscc: facts.uscc || null, point, aboveScaleYears }
}

const valuesOf = (enterprise: Enterprise): Partial<Values> => ({
  uscc: enterprise.uscc,
  name: enterprise.name,
  aliases: enterprise.aliases,
  areaId: enterprise.areaId,
  address: enterprise.address,
  lon: enterprise.point?.lon ?? null,
  lat: enterprise.point?.lat ?? null,
  industry: enterprise.industry,
  otherIndustries: enterprise.otherIndustries,
  founded: enterprise.founded,
  size: enterprise.size,
  years: enterprise.aboveScaleYears.map(String),
  ownership: enterprise.ownership,
  status: enterprise.status,
  source: enterprise.source,
  asOf: enterprise.asOf,
  tags: enterprise.tags,
  chains: enterprise.chains,
  leaderAccountId: enterprise.leaderAccountId,
  guideAccountId: enterprise.guideAccountId,
})

const fieldNames = { 'point.lon': 'lon', 'point.lat': 'lat', aboveScaleYears: 'years' }

/** Registers an enterprise; what is typed is compared with the register. */
export function EnterpriseNew() {
  const t = useText('registry')
  const navigate = useNavigate()
  const command = useCommand({
    run: api.enterprises.create.call,
    invalidate: [api.enterprises.key(), api.duplicates.key()],
    success: t('enterprise.registered'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.enterprises.create.call>[0], Changed>
      title={t('enterprise.new')}
      draft="registry.enterprise.new"
      initial={{ status: 'active' }}
      command={command}
      toInput={inputOf}
      fieldNames={fieldNames}
      submit={t('verb.register')}
      done={({ id }) => void navigate(`/enterprises/${id}`)}
      steps={useSteps()}
    />
  )
}

/** Changes what is known about an enterprise. */
export function EnterpriseEdit() {
  const t = useText('registry')
  const { id = '' } = useParams()
  const query = useQuery(api.enterprises.get.queryOptions({ input: { id } }))
  if (!query.data)
    return (
      <ObjectPage
        title={t('enterprise.edit')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  // A newer revision starts the form anew: what was typed on an older one could not be saved.
  return <EditForm key={query.data.rev} enterprise={query.data} />
}

function EditForm({ enterprise }: { readonly enterprise: Enterprise }) {
  const t = useText('registry')
  const navigate = useNavigate()
  const { id, rev, name } = enterprise
  const command = useCommand({
    run: api.enterprises.change.call,
    invalidate: [api.enterprises.key(), api.duplicates.key()],
    success: t('saved'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.enterprises.change.call>[0], Changed>
      title={t('enterprise.edit_one', { name })}
      draft={`registry.enterprise.${id}.${rev}`}
      initial={valuesOf(enterprise)}
      command={command}
      toInput={(values) => ({ ...inputOf(values), id, rev, ...(values.why ? { why: values.why } : {}) })}
      fieldNames={fieldNames}
      submit={t('verb.save')}
      done={() => void navigate(`/enterprises/${id}`)}
      steps={useSteps(id)}
    />
  )
}

function useSteps(id?: string): FormStep[] {
  const t = useText('registry')
  return [
    { title: t('step.identity'), content: <Identity {...(id === undefined ? {} : { id })} /> },
    { title: t('step.business'), content: <Business /> },
    { title: t('step.people'), content: <People changing={id !== undefined} /> },
  ]
}

function Identity({ id }: { readonly id?: string }) {
  const t = useText('registry')
  return (
    <>
      <LineItem name="uscc" label={t('field.uscc')} max={40} extra={t('help.uscc')} />
      <LineItem name="name" label={t('field.name')} max={120} required />
      <Hints {...(id === undefined ? {} : { id })} />
      <Form.Item name="aliases" label={t('field.aliases')} extra={t('help.words')}>
        <WordsField max={20} />
      </Form.Item>
      <Form.Item name="areaId" label={t('field.areaId')}>
        <AreaSelect />
      </Form.Item>
      <LineItem name="address" label={t('field.address')} max={300} />
      <Degrees name="lon" other="lat" max={180} />
      <Degrees name="lat" other="lon" max={90} />
      <Form.Item name="status" label={t('field.status')}>
        <Select options={choicesOf(t, 'status', statuses)} />
      </Form.Item>
    </>
  )
}

function Degrees(props: { readonly name: 'lon' | 'lat'; readonly other: 'lon' | 'lat'; readonly max: number }) {
  const t = useText('registry')
  const kept = useNumberRule({ min: -props.max, max: props.max, unit: '°' })
  return (
    <Form.Item
      name={props.name}
      label={t(`field.${props.name}`)}
      dependencies={[props.other]}
      rules={[
        kept,
        ({ getFieldValue }) => ({
          validator: async (_rule, value: unknown) => {
            const half = typeof value !== 'number' && typeof getFieldValue(props.other) === 'number'
            if (half) throw new Error(t('rule.half_a_point'))
          },
        }),
      ]}
    >
      <NumberField step={0.000001} className="tz-number registry-degrees" />
    </Form.Item>
  )
}

function Business() {
  const t = useText('registry')
  return (
    <>
      <Form.Item name="industry" label={t('field.industry')} extra={t('help.industry')}>
        <LookupOne source={industries} placeholder={t('pick.industry')} />
      </Form.Item>
      <Form.Item name="otherIndustries" label={t('field.otherIndustries')}>
        <LookupMany source={industries} maxCount={20} />
      </Form.Item>
      <Form.Item name="size" label={t('field.size')}>
        <Select allowClear options={choicesOf(t, 'size', sizes)} />
      </Form.Item>
      <Form.Item name="ownership" label={t('field.ownership')}>
        <Select allowClear options={choicesOf(t, 'ownership', ownerships)} />
      </Form.Item>
      <Form.Item name="founded" label={t('field.founded')}>
        <DateField />
      </Form.Item>
      <Form.Item
        name="years"
        label={t('field.aboveScaleYears')}
        extra={t('help.years')}
        rules={[yearsRule(t('rule.years'))]}
      >
        <WordsField max={60} />
      </Form.Item>
      <Form.Item name="tags" label={t('field.tags')} extra={t('help.words')}>
        <WordsField max={30} />
      </Form.Item>
      <Form.Item name="chains" label={t('field.chains')} extra={t('help.words')}>
        <WordsField max={20} />
      </Form.Item>
    </>
  )
}

const yearsRule = (message: string) => ({
  validator: async (_rule: unknown, years: readonly string[] | undefined) => {
    if (years?.some((year) => !/^\d{4}$/.test(year))) throw new Error(message)
  },
})

function People({ changing }: { readonly changing: boolean }) {
  const t = useText('registry')
  return (
    <>
      <Form.Item name="leaderAccountId" label={t('field.leaderAccountId')}>
        <LookupOne source={people} placeholder={t('pick.person')} />
      </Form.Item>
      <Form.Item name="guideAccountId" label={t('field.guideAccountId')}>
        <LookupOne source={people} placeholder={t('pick.person')} />
      </Form.Item>
      <LineItem name="source" label={t('field.source')} max={200} />
      <Form.Item name="asOf" label={t('field.asOf')} extra={t('help.as_of')}>
        <DateField />
      </Form.Item>
      {changing && <LineItem name="why" label={t('why')} max={500} rows={2} />}
    </>
  )
}

/** What the register has that resembles what is being typed. */
function Hints({ id }: { readonly id?: string }) {
  const t = useText('registry')
  const form = Form.useFormInstance<Values>()
  const name = useSettled(Form.useWatch('name', form))
  const uscc = useSettled(Form.useWatch('uscc', form))
  const input = { name, ...(uscc ? { uscc } : {}) }
  const { data } = useQuery({
    ...api.duplicates.check.queryOptions({ input }),
    enabled: name.length >= 2 || uscc.length >= 18,
    placeholderData: (before) => before,
  })
  const rows = (data?.rows ?? []).filter((row) => row.id !== id)
  if (rows.length === 0) return null
  return (
    <Alert
      type="warning"
      role="status"
      className="registry-hints"
      message={t('duplicate.hint')}
      description={
        <ul className="registry-lines">
          {rows.map((row) => (
            <li key={row.id}>
              <Link to={`/enterprises/${row.id}`} target="_blank">
                {row.name}
              </Link>{' '}
              <span className="tz-second">{hintWords(t, row)}</span>
            </li>
          ))}
        </ul>
      }
    />
  )
}

function hintWords(t: (key: string) => string, hint: DuplicateHint): ReactNode {
  return [hint.uscc, hint.areaName, ...hint.reasons.map((reason) => t(`reason_word.${reason}`))]
    .filter(Boolean)
    .join(' · ')
}

const typingPauseMs = 400

/** A typed text once the typing has paused. */
function useSettled(text: string | null | undefined): string {
  const now = text?.trim() ?? ''
  const [settled, setSettled] = useState(now)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(now), typingPauseMs)
    return () => window.clearTimeout(timer)
  }, [now])
  return settled
}
