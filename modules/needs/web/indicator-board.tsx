import { useQuery } from '@tanstack/react-query'
import { DatePicker, Segmented } from 'antd'
import dayjs from 'dayjs'
import {
  Chart,
  EmptyState,
  Figure as FigureCard,
  FormBox,
  formatNumber,
  formatTimeFull,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useLate,
  useMe,
  usePalette,
  useText,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
  zoneToday,
  NumberItem,
  WholeItem,
  type Content,
} from '@tingzhou/ui'
import { useMemo } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Figure, FigureGroup } from '../indicators-contract.ts'
import type { z } from 'zod'
import { api } from './api.ts'
import {
  basisText,
  digitsOf,
  figureGroups,
  basePart,
  figureHref,
  figureName,
  figuresOf,
  figureUnit,
  formulaText,
  partName,
  periodOf,
  type FigureScope,
} from './figures.ts'
import { mayRule } from './roles.ts'
import { TextItem } from './room.tsx'

type Group = z.infer<typeof FigureGroup>
const groupings = ['zone', 'department', 'area'] as const

/** Indicators of the loop with their formulas; every figure opens the list behind it. */
export function IndicatorBoard() {
  const t = useText('needs')
  const me = useMe()
  const [query, setQuery] = useSearchParams()
  const { from, to } = periodOf(query)
  const by = groupings.find((key) => key === query.get('by')) ?? 'zone'
  const board = useQuery(api.indicators.list.queryOptions({ input: { from, to, by } }))
  const late = useLate(board.isPending)
  const set = (changes: Readonly<Record<string, string>>) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        for (const [key, value] of Object.entries(changes)) next.set(key, value)
        return next
      },
      { replace: true },
    )
  const groups = board.data?.groups ?? []
  return (
    <Page
      title={t('indicators.title')}
      verbs={
        <OpenFormButton name="weights" reason={mayRule(me) ? null : t('reason.rule_role')}>
          {t('indicators.weights')}
        </OpenFormButton>
      }
    >
      <div className="needs-filters">
        <DatePicker.RangePicker
          aria-label={t('period')}
          allowClear={false}
          value={[dayjs(from), dayjs(to)]}
          presets={presets().map(({ key, range }) => ({ label: t(`period_preset.${key}`), value: range }))}
          onChange={(dates) =>
            dates?.[0] && dates[1] && set({ from: dates[0].format('YYYY-MM-DD'), to: dates[1].format('YYYY-MM-DD') })
          }
        />
        <Segmented
          aria-label={t('indicators.by')}
          value={by}
          onChange={(value) => set({ by: value })}
          options={groupings.map((value) => ({ value, label: t(`indicators.by_of.${value}`) }))}
        />
        {board.data && <span className="tz-caption">{t('as_of', { time: formatTimeFull(board.data.asOf) })}</span>}
      </div>
      {board.error && <ProblemAlert problem={board.error} onRetry={() => void board.refetch()} />}
      {late && <SkeletonLines lines={10} />}
      {board.data && groups.length === 0 && <EmptyState title={t('indicators.none')} />}
      {board.data && by === 'zone' && groups[0] && (
        <ZoneFigures group={groups[0]} from={from} to={to} asOf={board.data.asOf} />
      )}
      {board.data && by !== 'zone' && groups.length > 0 && <Ranking groups={groups} from={from} to={to} by={by} />}
      {groups[0] && <Formulas figures={groups[0].figures} />}
      <FormDrawer name="weights" title={t('indicators.weights')}>
        <WeightsForm />
      </FormDrawer>
    </Page>
  )
}

function presets() {
  const today = dayjs(zoneToday())
  const last = today.subtract(1, 'month')
  return [
    { key: 'month', range: [today.startOf('month'), today] as [dayjs.Dayjs, dayjs.Dayjs] },
    { key: 'last_month', range: [last.startOf('month'), last.endOf('month')] as [dayjs.Dayjs, dayjs.Dayjs] },
    { key: 'year', range: [today.startOf('year'), today] as [dayjs.Dayjs, dayjs.Dayjs] },
  ]
}

function ZoneFigures({
  group,
  from,
  to,
  asOf,
}: {
  readonly group: Group
  readonly from: string
  readonly to: string
  readonly asOf: number
}) {
  const t = useText('needs')
  return [...figureGroups.map(({ key }) => key), 'other'].map((key) => {
    const figures = figuresOf(key, group.figures)
    if (figures.length === 0) return null
    return (
      <section key={key} className="needs-group">
        <h2>{t(`indicators.group.${key}`)}</h2>
        <div className="needs-figures">
          {figures.map((figure) => (
            <OneFigure key={figure.id} figure={figure} scope={{ from, to }} asOf={asOf} />
          ))}
        </div>
      </section>
    )
  })
}

/** One figure: its base below it, its formula on hover, its list behind it. */
function OneFigure({
  figure,
  scope,
  asOf,
}: {
  readonly figure: Figure
  readonly scope: FigureScope
  readonly asOf: number
}) {
  const t = useText('needs')
  const href = figure.parts.length === 0 ? null : figureHref(figure.id, basePart(figure), scope)
  return (
    <FigureCard
      label={figureName(t, figure.id)}
      value={figure.note === 'nothing_counted' ? null : figure.value}
      unit={figureUnit(t, figure)}
      digits={digitsOf(figure)}
      date={figure.periodBy === 'now' ? formatTimeFull(asOf) : t('from_to', { from: scope.from, to: scope.to })}
      basis={formulaText(t, figure.id)}
      source={t('figure_source')}
      note={basisText(t, figure)}
      {...(href === null ? {} : { href })}
    />
  )
}

const ranked = [
  'composite',
  'response_rate',
  'resolution_rate',
  'satisfaction_rate',
  'on_time_rate',
  'return_rate',
  'reopen_rate',
  'backlog',
] as const

type RankingProps = {
  readonly groups: readonly Group[]
  readonly from: string
  readonly to: string
  readonly by: 'department' | 'area'
}

/** Departments or areas side by side: the chart says the finding, the table holds the numbers. */
function Ranking({ groups, from, to, by }: RankingProps) {
  const t = useText('needs')
  const sorted = groups.toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity))
  const scopeOf = ({ party }: Group): FigureScope => ({
    from,
    to,
    ...(party === null ? {} : by === 'department' ? { ownerId: party.id } : { areaId: party.id }),
  })
  const nameOf = ({ party }: Group) => party?.name ?? t('indicators.nobody')
  return (
    <>
      <Panel>
        <RateChart groups={groups} nameOf={nameOf} scopeOf={scopeOf} />
      </Panel>
      <Panel title={t('indicators.table')}>
        <div className="needs-scroll" tabIndex={0} role="region" aria-label={t('indicators.table')}>
          <table className="needs-board-table">
            <thead>
              <tr>
                <th scope="col">{t(`indicators.by_of.${by}`)}</th>
                <th scope="col">{t('indicators.rank')}</th>
                {ranked.map((id) => (
                  <th key={id} scope="col">
                    {figureName(t, id)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sorted.map((group) => (
                <tr key={group.party?.id ?? 'none'}>
                  <th scope="row">{nameOf(group)}</th>
                  <td>{group.rank ?? <span className="tz-second">{t('figure_note.sample_too_small')}</span>}</td>
                  {ranked.map((id) => (
                    <td key={id}>
                      <Cell figure={group.figures.find((figure) => figure.id === id)} scope={scopeOf(group)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </>
  )
}

/** A figure in a table: the value, its base below, a link to its list. */
function Cell({ figure, scope }: { readonly figure: Figure | undefined; readonly scope: FigureScope }) {
  const t = useText('needs')
  if (!figure || figure.value === null || figure.note === 'nothing_counted') return <span className="tz-second">–</span>
  const value = `${formatNumber(figure.value, digitsOf(figure))} ${figure.unit === 'percent' ? '%' : ''}`.trim()
  const base =
    figure.numerator !== null && figure.denominator !== null
      ? `${formatNumber(figure.numerator)}/${formatNumber(figure.denominator)}`
      : null
  return (
    <>
      {figure.parts.length === 0 ? value : <Link to={figureHref(figure.id, basePart(figure), scope)}>{value}</Link>}
      {base !== null && <div className="tz-caption">{base}</div>}
      {figure.note === 'sample_too_small' && <div className="tz-caption">{t('figure_note.sample_too_small')}</div>}
    </>
  )
}

type ChartProps = {
  readonly groups: readonly Group[]
  readonly nameOf: (group: Group) => string
  readonly scopeOf: (group: Group) => FigureScope
}

/** Kept due times per owner; the title names the best and the last. */
function RateChart({ groups, nameOf, scopeOf }: ChartProps) {
  const t = useText('needs')
  const navigate = useNavigate()
  const palette = usePalette()
  const bars = useMemo(
    () =>
      groups
        .flatMap((group) => {
          const figure = group.figures.find(({ id }) => id === 'on_time_rate')
          return figure?.value === null || figure?.value === undefined || !figure.denominator
            ? []
            : [{ name: nameOf(group), value: figure.value, base: figure.denominator, scope: scopeOf(group) }]
        })
        .toSorted((a, b) => a.value - b.value),
    [groups, nameOf, scopeOf],
  )
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: 'value', min: 0, max: 100, splitNumber: 2 },
      yAxis: { type: 'category', data: bars.map(({ name }) => name), axisTick: { show: false } },
      tooltip: { show: false },
      series: [
        {
          type: 'bar',
          barMaxWidth: 18,
          data: bars.map(({ value }) => value),
          label: {
            show: true,
            position: 'right',
            color: palette.text,
            formatter: ({ dataIndex }: { dataIndex: number }) =>
              `${formatNumber(bars[dataIndex]?.value ?? 0, 1)} % (${formatNumber(bars[dataIndex]?.base ?? 0)})`,
          },
        },
      ],
    }),
    [bars, palette],
  )
  const best = bars.at(-1)
  const last = bars[0]
  if (!best || !last) return <p className="tz-second tz-flush">{t('indicators.no_due')}</p>
  const open = (name: string) => {
    const bar = bars.find((entry) => entry.name === name)
    if (bar) void navigate(figureHref('on_time_rate', 'base', bar.scope))
  }
  return (
    <Chart
      finding={
        bars.length === 1
          ? t('indicators.finding_one', { name: best.name, value: formatNumber(best.value, 2) })
          : t('indicators.finding', {
              best: best.name,
              bestValue: formatNumber(best.value, 2),
              last: last.name,
              lastValue: formatNumber(last.value, 2),
            })
      }
      option={option}
      height={Math.max(120, bars.length * 32 + 24)}
      onPick={open}
      table={{
        head: [t('column.owner'), `${figureName(t, 'on_time_rate')} %`, t('indicators.base')],
        rows: bars.toReversed().map(({ name, value, base }) => [name, value, base]),
      }}
    />
  )
}

/** How each figure is computed, in words. */
function Formulas({ figures }: { readonly figures: readonly Figure[] }) {
  const t = useText('needs')
  return (
    <details className="tz-panel">
      <summary>{t('indicators.formulas')}</summary>
      <dl className="needs-formulas">
        {figures.map((figure) => (
          <div key={figure.id}>
            <dt>{figureName(t, figure.id)}</dt>
            <dd>{formulaText(t, figure.id)}</dd>
            <dd className="tz-caption">
              {t('indicators.period_by', { by: t(`period_by.${figure.periodBy}`) })}
              {figure.parts.length > 0 &&
                ` · ${t('indicators.parts', { names: figure.parts.map(({ id }) => partName(t, id)).join(t('list_comma')) })}`}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

type Weights = Awaited<ReturnType<typeof api.indicators.weights.call>>
type WeightInput = Parameters<typeof api.indicators.setWeights.call>[0]
type WeightValues = Omit<Weights, 'rev'> & { readonly why?: string }

function WeightsForm() {
  const query = useQuery(api.indicators.weights.queryOptions())
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  return query.data ? <WeightFields weights={query.data} /> : null
}

const weightNames = ['response', 'resolution', 'satisfaction', 'partly'] as const

function WeightFields({ weights }: { readonly weights: Weights }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.indicators.setWeights.call,
    invalidate: [api.indicators.key()],
    success: t('saved'),
  })
  return (
    <FormBox<WeightValues, WeightInput, Weights>
      initial={weights}
      command={command}
      toInput={({ response, resolution, satisfaction, partly, callbacksMin, why = '' }): Content<WeightInput> => ({
        rev: weights.rev,
        response,
        resolution,
        satisfaction,
        partly,
        callbacksMin,
        why,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{formulaText(t, 'composite')}</p>
      {weightNames.map((name) => (
        <NumberItem
          key={name}
          name={name}
          label={t(`weight.${name}`)}
          min={0}
          max={1}
          step={0.05}
          className="needs-number"
          required
        />
      ))}
      <WholeItem name="callbacksMin" label={t('weight.callbacksMin')} max={1000} className="needs-number" required />
      <TextItem name="why" label={t('field.why')} max={500} />
    </FormBox>
  )
}
