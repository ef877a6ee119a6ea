import { useQuery } from '@tanstack/react-query'
import { Form, Select, Tooltip } from 'antd'
import {
  ChoiceItem,
  DayItem,
  EmptyState,
  FormBox,
  FormDrawer,
  inputOf,
  ListPage,
  NumberItem,
  OpenFormButton,
  ProblemAlert,
  rowItem,
  SkeletonLines,
  StateTag,
  TextItem,
  useCommand,
  useMe,
  useOpenForm,
  useOpenRow,
  useText,
  VerbButton,
  zoneToday,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { figureContract, type Confidence, type Figure, type Qualifier } from '../figure/figure-contract.ts'
import { api } from './api.ts'
import { FigureChart } from './figure-chart.tsx'
import {
  confidences,
  definitionOf,
  inReaderLang,
  periodKinds,
  periodWord,
  qualifiers,
  shownFigure,
  unitWord,
  useIndicators,
} from './figure-words.ts'
import { SyntheticTag } from './parts.tsx'
import { mayEdit, mayKeepContacts } from './roles.ts'
import { choicesOf } from './words.ts'

type Firm = { readonly id: string; readonly areaId: string | null }
const schema = inputOf(figureContract.list)
const keys = [api.figures.key(), api.enterprises.key()]

/** What is counted of one enterprise: its chart, and every statement with who made it. */
export function Figures({ firm }: { readonly firm: Firm }) {
  const t = useText('registry')
  const me = useMe()
  const mayWrite = mayKeepContacts(me, firm)
  return (
    <>
      <FigureChart enterpriseId={firm.id} />
      <div className="registry-verbs registry-above">
        <OpenFormButton name="figure-new" reason={mayWrite ? null : t('reason.figures')}>
          {t('figure.enter')}
        </OpenFormButton>
      </div>
      <FigureTable firm={firm} />
      <FormDrawer name="figure-new" title={t('figure.enter')}>
        <EnterFigure firm={firm} />
      </FormDrawer>
      <FormDrawer name="figure" title={t('figure.correct')}>
        <CorrectFigure />
      </FormDrawer>
      <FormDrawer name="figure-withdraw" title={t('figure.withdraw')}>
        <WhyForm verb="withdraw" />
      </FormDrawer>
      <FormDrawer name="figure-choose" title={t('figure.choose')}>
        <WhyForm verb="choose" />
      </FormDrawer>
    </>
  )
}

/** The figures of all enterprises within reach. */
export function FigureList() {
  const t = useText('registry')
  return <FigureTable verbs={<VerbButton href="/enterprises/figures/import">{t('figure.import')}</VerbButton>} />
}

function FigureTable(props: { readonly firm?: Firm; readonly verbs?: ReactNode }) {
  const t = useText('registry')
  const indicators = useIndicators()
  const byCode = new Map(indicators.map((one) => [one.code, one]))
  const { firm } = props
  const indicatorWord = ({ indicator }: Figure): string => {
    const found = byCode.get(indicator)
    return found ? inReaderLang(found) : indicator
  }
  return (
    <ListPage<Figure, typeof schema>
      name={firm ? 'registry.firm-figures' : 'registry.figures'}
      title={t('figure.title')}
      schema={schema}
      source={{ key: api.figures.list.key(), load: (input, signal) => api.figures.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      embedded={firm !== undefined}
      searchable={firm === undefined}
      searchHint={t('figure.search_hint')}
      verbs={props.verbs}
      {...(firm ? { fixed: { enterpriseId: firm.id } } : {})}
      columns={[
        ...(firm
          ? [
              {
                // One column, so that a card of three fields has room for the verbs.
                key: 'period',
                title: `${t('figure.indicator')} · ${t('figure.period')}`,
                sort: true,
                card: 'title' as const,
                render: (row: Figure) => `${indicatorWord(row)} · ${periodWord(t, row.period)}`,
              },
            ]
          : [
              {
                key: 'enterprise',
                title: t('field.name'),
                width: 240,
                card: 'title' as const,
                render: ({ enterprise }: Figure) => (
                  <Link to={`/enterprises/${enterprise.id}?tab=figures`}>{enterprise.name}</Link>
                ),
              },
              {
                key: 'period',
                title: t('figure.period'),
                sort: true,
                card: 'decides' as const,
                render: (row: Figure) => periodWord(t, row.period),
              },
              { key: 'indicator', title: t('figure.indicator'), card: 'decides' as const, render: indicatorWord },
            ]),
        {
          key: 'value',
          title: t('field_figure.value'),
          align: 'right',
          card: 'decides',
          render: (row) => (
            <Tooltip title={[row.source, row.basis, row.asOf].filter(Boolean).join(' · ')}>
              <span
                className={`tz-number registry-figure-${row.qualifier} ${row.state === 'withdrawn' ? 'registry-withdrawn' : ''}`}
              >
                {shownFigure(row, byCode.get(row.indicator))}
              </span>
            </Tooltip>
          ),
        },
        { key: 'qualifier', title: t('field_figure.qualifier'), render: (row) => <Standing row={row} /> },
        {
          key: 'source',
          title: t('field_figure.source'),
          card: 'decides',
          render: (row) => (
            <>
              {row.source} {row.own && <StateTag tone="plain">{t('figure.own')}</StateTag>}{' '}
              <SyntheticTag when={row.synthetic} />
              {row.withdrawnWhy !== null && (
                <p className="tz-flush tz-second tz-caption">{t('figure.withdrawn_why', { why: row.withdrawnWhy })}</p>
              )}
            </>
          ),
        },
        {
          key: 'asOf',
          title: t('field_figure.asOf'),
          // Beside the verbs there is no room for it; it is told with the value.
          hidden: firm !== undefined,
          render: (row) => row.asOf,
        },
        {
          key: 'confidence',
          title: t('field_figure.confidence'),
          hidden: true,
          render: (row) => t(`confidence.${row.confidence}`),
        },
        { key: 'basis', title: t('field_figure.basis'), hidden: true, render: (row) => row.basis || '–' },
        ...(firm
          ? [
              {
                key: 'verbs',
                title: t('duplicate.decide'),
                card: 'decides' as const,
                render: (row: Figure) => <Verbs row={row} firm={firm} />,
              },
            ]
          : []),
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'indicator',
          label: t('figure.indicator'),
          multiple: true,
          options: indicators.map((one) => ({ value: one.code, label: inReaderLang(one) })),
        },
        { kind: 'choice', key: 'kind', label: t('figure.by'), options: choicesOf(t, 'period_kind', periodKinds) },
        {
          kind: 'choice',
          key: 'qualifier',
          label: t('field_figure.qualifier'),
          multiple: true,
          options: choicesOf(t, 'qualifier', qualifiers),
        },
        { kind: 'flag', key: 'preferred', label: t('figure.in_use') },
        {
          kind: 'choice',
          key: 'state',
          label: t('field.status'),
          options: choicesOf(t, 'figure_state', ['stands', 'withdrawn']),
        },
      ]}
      exportHref={(query) => `/api/v1/enterprise-figures/export.xlsx?${query}`}
      live={['enterprise', 'enterprise_figure']}
      empty={{ nothing: t('figure.empty') }}
    />
  )
}

function Standing({ row }: { readonly row: Figure }) {
  const t = useText('registry')
  return (
    <>
      {t(`qualifier.${row.qualifier}`)}{' '}
      {row.preferred && (
        <StateTag tone="good" shape="check">
          {t('figure.in_use')}
        </StateTag>
      )}
      {row.chosen && <span className="tz-second tz-caption">{t('figure.chosen_by', { name: row.chosen.byName })}</span>}
      {row.state === 'withdrawn' && (
        <StateTag tone="plain" shape="cross">
          {t('figure_state.withdrawn')}
        </StateTag>
      )}
    </>
  )
}

function Verbs({ row, firm }: { readonly row: Figure; readonly firm: Firm }) {
  const t = useText('registry')
  const me = useMe()
  const restore = useCommand({ run: api.figures.restore.call, invalidate: keys, success: t('figure.restored') })
  const forZone = mayEdit(me, firm.areaId)
  const refused = !mayKeepContacts(me, firm)
    ? t('reason.figures')
    : forZone || row.own
      ? null
      : t('reason.not_own_figure')
  if (row.state === 'withdrawn')
    return (
      <VerbButton
        size="small"
        reason={refused}
        loading={restore.pending}
        onClick={() => void restore.run({ id: row.id, rev: row.rev })}
      >
        {t('figure.restore')}
      </VerbButton>
    )
  const undecided = row.others > 0 && !row.preferred
  return (
    <span className="registry-verbs">
      <OpenFormButton name="figure" item={rowItem(row)} size="small" reason={refused}>
        {t('figure.correct')}
      </OpenFormButton>
      {undecided && (
        <OpenFormButton
          name="figure-choose"
          item={rowItem(row)}
          size="small"
          reason={forZone ? null : t('reason.choose_figure')}
        >
          {t('figure.choose')}
        </OpenFormButton>
      )}
      <OpenFormButton name="figure-withdraw" item={rowItem(row)} size="small" reason={refused}>
        {t('figure.withdraw')}
      </OpenFormButton>
    </span>
  )
}

type Values = {
  readonly indicator?: string
  readonly period: string
  readonly value: number
  readonly unit: string
  readonly qualifier: Qualifier
  readonly source: string
  readonly basis?: string
  readonly confidence: Confidence
  readonly asOf: string
  readonly why?: string
}
const figureOf = ({ period, value, unit, qualifier, source, basis = '', confidence, asOf }: Values) => ({
  period,
  value,
  unit,
  qualifier,
  source,
  basis,
  confidence,
  asOf,
})

function Items({ indicator, isNew }: { readonly indicator: string | undefined; readonly isNew: boolean }) {
  const t = useText('registry')
  const all = useIndicators()
  const form = Form.useFormInstance<Values>()
  const found = all.find(({ code }) => code === indicator)
  const say = (label: string) => [{ required: true, message: t('rule.say', { label }) }]
  return (
    <>
      {isNew && (
        <Form.Item name="indicator" label={t('figure.indicator')} rules={say(t('figure.indicator'))}>
          <Select
            options={all
              .filter(({ state }) => state === 'open')
              .map((one) => ({ value: one.code, label: inReaderLang(one) }))}
            onChange={(code: string) =>
              form.setFieldValue('unit', all.find((one) => one.code === code)?.units[0]?.code)
            }
          />
        </Form.Item>
      )}
      {found && <p className="tz-second">{definitionOf(found)}</p>}
      <TextItem name="period" label={t('figure.period')} max={7} required extra={t('figure.period_help')} />
      <NumberItem name="value" label={t('field_figure.value')} min={-1e15} max={1e15} required />
      <ChoiceItem
        name="unit"
        label={t('field_figure.unit')}
        required
        options={(found?.units ?? []).map(({ code }) => ({ value: code, label: unitWord(found, code) }))}
      />
      <ChoiceItem
        name="qualifier"
        label={t('field_figure.qualifier')}
        required
        radio
        options={choicesOf(t, 'qualifier', qualifiers)}
      />
      <TextItem name="source" label={t('field_figure.source')} max={200} required extra={t('figure.source_help')} />
      <TextItem name="basis" label={t('field_figure.basis')} max={300} rows={2} extra={t('figure.basis_help')} />
      <ChoiceItem
        name="confidence"
        label={t('field_figure.confidence')}
        required
        radio
        options={choicesOf(t, 'confidence', confidences)}
      />
      <DayItem name="asOf" label={t('field_figure.asOf')} required extra={t('help.as_of')} />
    </>
  )
}

type Saved = { readonly id: string; readonly rev: number }

function EnterFigure({ firm }: { readonly firm: Firm }) {
  const t = useText('registry')
  const { close } = useOpenForm()
  const [form] = Form.useForm<Values>()
  const indicator = Form.useWatch('indicator', form)
  const command = useCommand({ run: api.figures.create.call, invalidate: keys, success: t('figure.entered') })
  return (
    <FormBox<Values, Parameters<typeof api.figures.create.call>[0], Saved>
      form={form}
      command={command}
      initial={{ qualifier: 'actual', confidence: 'medium', asOf: zoneToday() }}
      toInput={(values) => ({ ...figureOf(values), indicator: values.indicator ?? '', enterpriseId: firm.id })}
      submit={t('figure.enter')}
      done={close}
      onCancel={close}
    >
      <Items indicator={indicator} isNew />
    </FormBox>
  )
}

function CorrectFigure() {
  const t = useText('registry')
  const { id, rev, close } = useOpenRow()
  const query = useQuery(api.figures.list.queryOptions({ input: { id, limit: 1 } }))
  const command = useCommand({ run: api.figures.change.call, invalidate: keys, success: t('saved') })
  const figure = query.data?.rows[0]
  if (!figure)
    return query.error ? (
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
    ) : query.data ? (
      <EmptyState title={t('figure.gone')} />
    ) : (
      <SkeletonLines lines={8} />
    )
  return (
    <FormBox<Values, Parameters<typeof api.figures.change.call>[0], Saved>
      command={command}
      initial={figureOf(figure)}
      toInput={(values) => ({ ...figureOf(values), id, rev, why: values.why ?? '' })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <Items indicator={figure.indicator} isNew={false} />
      <TextItem name="why" label={t('why')} max={500} required />
    </FormBox>
  )
}

function WhyForm({ verb }: { readonly verb: 'withdraw' | 'choose' }) {
  const t = useText('registry')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({ run: api.figures[verb].call, invalidate: keys, success: t(`figure.${verb}_done`) })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.figures.withdraw.call>[0], Saved>
      command={command}
      toInput={({ why }) => ({ id, rev, why })}
      submit={t(`figure.${verb}`)}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t(`figure.${verb}_means`)}</p>
      <TextItem name="why" label={t('why')} max={500} rows={3} required />
    </FormBox>
  )
}
