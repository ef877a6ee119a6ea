import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Form, Select } from 'antd'
import { DateField, FormPage, NumberItem, Page, SkeletonLines, useCommand, useText, zoneToday } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { RuleSet } from '../rule-set.ts'
import { panelLevels } from '../words.ts'
import { api, moveCampaign, registry, type CampaignMoveBody } from './api.ts'
import { TextItem } from './forms.tsx'
import { SheetFields } from './sheet-fields.tsx'
import type { Campaign } from './words.ts'

type Seat = {
  readonly accountId: string
  readonly level: (typeof panelLevels)[number]
  readonly areaId?: string | null
  readonly departmentId?: string | null
}
/** Rules as the form holds them: points and yuan as they are written on paper. */
type Values = {
  readonly name?: string
  readonly year?: number
  readonly why?: string
  readonly panel?: readonly Seat[]
  readonly rules: Omit<RuleSet, 'prize' | 'gapCenti' | 'modelMinCenti' | 'goodMinCenti'> & {
    readonly gap: number
    readonly modelMin: number
    readonly goodMin: number
    readonly prize: Omit<RuleSet['prize'], 'poolFen'> & { readonly pool: number }
  }
}
type CreateInput = Parameters<typeof api.reviewCampaigns.create.call>[0]
type MoveInput = { readonly id: string; readonly move: CampaignMoveBody; readonly commandId: string }

const toRules = ({ gap, modelMin, goodMin, prize: { pool, ...prize }, ...rest }: Values['rules']): RuleSet => ({
  ...rest,
  quotas: rest.quotas ?? [],
  gapCenti: Math.round(gap * 100),
  modelMinCenti: Math.round(modelMin * 100),
  goodMinCenti: Math.round(goodMin * 100),
  prize: { ...prize, tiers: prize.tiers ?? [], poolFen: Math.round(pool * 100) },
})

const fromRules = ({
  gapCenti,
  modelMinCenti,
  goodMinCenti,
  prize: { poolFen, ...prize },
  ...rest
}: RuleSet): Values['rules'] => ({
  ...rest,
  gap: gapCenti / 100,
  modelMin: modelMinCenti / 100,
  goodMin: goodMinCenti / 100,
  prize: { ...prize, pool: poolFen / 100 },
})

const fieldNames = {
  'rules.gapCenti': 'rules.gap',
  'rules.modelMinCenti': 'rules.modelMin',
  'rules.goodMinCenti': 'rules.goodMin',
}

const seatsOf = (panel: readonly Seat[] = []) =>
  panel.map((seat) => ({
    accountId: seat.accountId,
    level: seat.level,
    areaId: seat.level === 'county' ? (seat.areaId ?? null) : null,
    departmentId: seat.departmentId ?? null,
  }))

/** Starts a campaign with the usual rules, all of them to be changed. */
export function CampaignNew() {
  const t = useText('safety')
  const sheet = useQuery(api.reviewCampaigns.defaultSheet.queryOptions())
  if (!sheet.data)
    return (
      <Page title={t('campaign.start')}>
        <SkeletonLines lines={8} />
      </Page>
    )
  return <NewForm sheet={sheet.data.sheet} />
}

function NewForm({ sheet }: { readonly sheet: RuleSet['sheet'] }) {
  const t = useText('safety')
  const navigate = useNavigate()
  const command = useCommand({
    run: api.reviewCampaigns.create.call,
    invalidate: [api.reviewCampaigns.key()],
    success: t('done.created'),
  })
  const year = Number(zoneToday().slice(0, 4))
  return (
    <FormPage<Values, CreateInput, { id: string; rev: number }>
      title={t('campaign.start')}
      draft="safety.campaign.new"
      initial={{ year, panel: [], rules: { ...usual, sheet } }}
      command={command}
      toInput={(values) => ({
        name: values.name ?? '',
        year: values.year ?? year,
        rules: toRules(values.rules),
        panel: seatsOf(values.panel),
      })}
      fieldNames={fieldNames}
      submit={t('campaign.start')}
      done={({ id }) => void navigate(`/safety-campaigns/${id}`)}
      steps={useFormSteps(
        <>
          <TextItem name="name" label={t('column.name')} max={60} required />
          <RuleNumber name="year" label={t('column.year')} min={2000} max={2999} />
        </>,
      )}
    />
  )
}

/** What the report knows of earlier rounds: 20 model teams, 10 good ones, 690,000 yuan. */
const usual: Omit<Values['rules'], 'sheet' | 'selfDue' | 'countyDue' | 'prefectureDue'> & {
  selfDue: string
  countyDue: string
  prefectureDue: string
} = {
  weights: { selfPct: 20, countyPct: 30, prefecturePct: 50 },
  gap: 10,
  reviewers: 2,
  selfDue: '',
  countyDue: '',
  prefectureDue: '',
  graceDays: 3,
  publicityDays: 5,
  modelMax: 20,
  modelMin: 85,
  goodMax: 10,
  goodMin: 80,
  perCompanyMax: 2,
  quotas: [],
  prize: {
    pool: 690_000,
    leaderPct: 30,
    tiers: [
      { award: 'model', places: 6, weight: 3 },
      { award: 'model', places: 14, weight: 2 },
    ],
  },
  validYears: 3,
}

/** The next version of a campaign's rules; applications that run keep theirs. */
export function CampaignRules() {
  const t = useText('safety')
  const { id = '' } = useParams()
  const query = useQuery(api.reviewCampaigns.get.queryOptions({ input: { id } }))
  if (!query.data)
    return (
      <Page title={t('verb.change_rules')}>
        <SkeletonLines lines={8} />
      </Page>
    )
  return <RulesForm campaign={query.data} />
}

function RulesForm({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const navigate = useNavigate()
  const command = useCommand<MoveInput, Awaited<ReturnType<typeof moveCampaign>>>({
    run: moveCampaign,
    invalidate: [api.reviewCampaigns.key()],
    success: t('done.rules'),
  })
  return (
    <FormPage<Values, MoveInput, unknown>
      title={t('rules.change_of', { name: campaign.name })}
      intro={t('rules.keep')}
      draft={`safety.rules.${campaign.id}.${campaign.rulesVersion}`}
      initial={{ rules: fromRules(campaign.rules) }}
      command={command}
      toInput={(values) => ({
        id: campaign.id,
        move: { move: 'change_rules', rev: campaign.rev, rules: toRules(values.rules), why: values.why ?? '' },
      })}
      fieldNames={fieldNames}
      submit={t('verb.change_rules')}
      done={() => void navigate(`/safety-campaigns/${campaign.id}`)}
      steps={useFormSteps(<TextItem name="why" label={t('field.reason')} max={500} required rows={2} />).filter(
        (_, index) => index !== 2,
      )}
    />
  )
}

/** Who reviews from now on; what was given to somebody stays with the person. */
export function CampaignPanel() {
  const t = useText('safety')
  const { id = '' } = useParams()
  const query = useQuery(api.reviewCampaigns.get.queryOptions({ input: { id } }))
  if (!query.data)
    return (
      <Page title={t('verb.set_panel')}>
        <SkeletonLines lines={8} />
      </Page>
    )
  return <PanelForm campaign={query.data} />
}

function PanelForm({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const navigate = useNavigate()
  const command = useCommand<MoveInput, Awaited<ReturnType<typeof moveCampaign>>>({
    run: moveCampaign,
    invalidate: [api.reviewCampaigns.key()],
    success: t('done.moved'),
  })
  const panel = campaign.panel.map(({ accountId, level, area, department }) => ({
    accountId,
    level,
    areaId: area?.id ?? null,
    departmentId: department?.id ?? null,
  }))
  return (
    <FormPage<{ readonly panel?: readonly Seat[] }, MoveInput, unknown>
      title={t('panel.of', { name: campaign.name })}
      initial={{ panel }}
      command={command}
      toInput={(values) => ({
        id: campaign.id,
        move: { move: 'set_panel', rev: campaign.rev, panel: seatsOf(values.panel) },
      })}
      submit={t('verb.set_panel')}
      done={() => void navigate(`/safety-campaigns/${campaign.id}?tab=rules`)}
    >
      <PanelFields />
    </FormPage>
  )
}

function useFormSteps(first: ReactNode) {
  const t = useText('safety')
  return [
    {
      title: t('form.basics'),
      content: (
        <>
          {first}
          <DayItem name="selfDue" />
          <DayItem name="countyDue" />
          <DayItem name="prefectureDue" />
          <RuleNumber name={['rules', 'graceDays']} label={t('field.graceDays')} max={30} />
          <RuleNumber name={['rules', 'publicityDays']} label={t('field.publicityDays')} min={1} max={30} />
          <RuleNumber name={['rules', 'weights', 'selfPct']} label={t('field.selfPct')} max={100} unit="%" />
          <RuleNumber name={['rules', 'weights', 'countyPct']} label={t('field.countyPct')} max={100} unit="%" />
          <RuleNumber
            name={['rules', 'weights', 'prefecturePct']}
            label={t('field.prefecturePct')}
            max={100}
            unit="%"
          />
          <RuleNumber name={['rules', 'gap']} label={t('field.gap')} max={100} digits={2} />
          <RuleNumber name={['rules', 'reviewers']} label={t('field.reviewers')} min={2} max={9} />
        </>
      ),
    },
    { title: t('form.awards'), content: <AwardFields /> },
    { title: t('panel.title'), content: <PanelFields /> },
    { title: t('sheet.title'), content: <SheetFields /> },
  ]
}

function DayItem({ name }: { readonly name: 'selfDue' | 'countyDue' | 'prefectureDue' }) {
  const t = useText('safety')
  return (
    <Form.Item
      name={['rules', name]}
      label={t(`field.${name}`)}
      rules={[{ required: true, message: t('rule.choose') }]}
    >
      <DateField />
    </Form.Item>
  )
}

function RuleNumber({ min = 0, digits = 0, ...props }: Omit<Parameters<typeof NumberItem>[0], 'required'>) {
  return <NumberItem {...props} min={min} digits={digits} required />
}

function AwardFields() {
  const t = useText('safety')
  const areas = useQuery(registry.areas.list.queryOptions({ input: { state: 'open' } }))
  return (
    <>
      <RuleNumber name={['rules', 'modelMax']} label={t('field.modelMax')} max={500} />
      <RuleNumber name={['rules', 'modelMin']} label={t('field.modelMin')} max={100} digits={2} />
      <RuleNumber name={['rules', 'goodMax']} label={t('field.goodMax')} max={500} />
      <RuleNumber name={['rules', 'goodMin']} label={t('field.goodMin')} max={100} digits={2} />
      <RuleNumber name={['rules', 'perCompanyMax']} label={t('field.perCompanyMax')} min={1} max={100} />
      <RuleNumber name={['rules', 'validYears']} label={t('field.validYears')} min={1} max={20} />
      <RuleNumber
        name={['rules', 'prize', 'pool']}
        label={t('field.pool')}
        max={1_000_000_000}
        digits={2}
        unit={t('yuan')}
      />
      <RuleNumber name={['rules', 'prize', 'leaderPct']} label={t('field.leaderPct')} max={100} unit="%" />
      <Rows
        name={['rules', 'prize', 'tiers']}
        title={t('rules.tiers')}
        add={t('rules.add_tier')}
        fresh={{ award: 'model', places: 1, weight: 1 }}
      >
        {(at) => (
          <>
            <Form.Item name={[at, 'award']} label={t('column.award')}>
              <Select options={(['model', 'good'] as const).map((value) => ({ value, label: t(`award.${value}`) }))} />
            </Form.Item>
            <RuleNumber name={[at, 'places']} label={t('rules.tier_places')} min={1} max={500} />
            <RuleNumber name={[at, 'weight']} label={t('rules.tier_weight')} min={1} max={1_000_000} />
          </>
        )}
      </Rows>
      <Rows name={['rules', 'quotas']} title={t('rules.quotas')} add={t('rules.add_quota')} fresh={{ max: 5 }}>
        {(at) => (
          <>
            <Form.Item
              name={[at, 'areaId']}
              label={t('column.area')}
              rules={[{ required: true, message: t('rule.choose') }]}
            >
              <Select options={(areas.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))} />
            </Form.Item>
            <RuleNumber name={[at, 'max']} label={t('rules.quota')} max={1_000} />
          </>
        )}
      </Rows>
    </>
  )
}

function PanelFields() {
  const t = useText('safety')
  const people = useQuery(api.reviewCampaigns.people.queryOptions({ input: { q: '' } }))
  const areas = useQuery(registry.areas.list.queryOptions({ input: { state: 'open' } }))
  const departments = useQuery(registry.departments.list.queryOptions({ input: { state: 'open' } }))
  const choices = (rows: readonly { readonly id: string; readonly name: string }[] = []) =>
    rows.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <>
      <p className="tz-second">{t('panel.intro')}</p>
      <Rows name={['panel']} title={t('panel.title')} add={t('panel.add')} fresh={{ level: 'prefecture' }}>
        {(at) => (
          <>
            <Form.Item
              name={[at, 'accountId']}
              label={t('panel.person')}
              rules={[{ required: true, message: t('rule.choose') }]}
            >
              <Select
                showSearch={{ optionFilterProp: 'label' }}
                options={(people.data?.rows ?? []).map(({ accountId, name }) => ({ value: accountId, label: name }))}
              />
            </Form.Item>
            <Form.Item name={[at, 'level']} label={t('panel.level')}>
              <Select options={panelLevels.map((value) => ({ value, label: t(`level.${value}`) }))} />
            </Form.Item>
            <Form.Item name={[at, 'areaId']} label={t('panel.area')}>
              <Select allowClear options={choices(areas.data?.rows)} />
            </Form.Item>
            <Form.Item name={[at, 'departmentId']} label={t('panel.department')}>
              <Select allowClear options={choices(departments.data?.rows)} />
            </Form.Item>
          </>
        )}
      </Rows>
    </>
  )
}

/** A list of rows that grows and shrinks. */
export function Rows(props: {
  readonly name: readonly (string | number)[]
  readonly title: string
  readonly add: string
  readonly fresh: object
  readonly children: (at: number) => ReactNode
}) {
  const t = useText('safety')
  return (
    <Form.List name={[...props.name]}>
      {(fields, { add, remove }) => (
        <fieldset className="safety-section">
          <legend>{props.title}</legend>
          {fields.map(({ key, name }, index) => (
            <div key={key} className="safety-row">
              {props.children(name)}
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('remove_row', { title: props.title, n: index + 1 })}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Button type="dashed" block icon={<PlusOutlined />} onClick={() => add(props.fresh)}>
            {props.add}
          </Button>
        </fieldset>
      )}
    </Form.List>
  )
}
