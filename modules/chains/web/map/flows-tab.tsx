import {
  formatMoney,
  formatNumber,
  PlainTable,
  unitWord,
  useNarrow,
  usePalette,
  useText,
  type Palette,
} from '@tingzhou/ui'
import { Radio } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { sold, used } from '../../run/words.ts'
import type { Chain, Flow } from './api.ts'
import { useNamed } from './named.ts'

const ChainChart = lazy(async () => ({ default: (await import('./series.ts')).ChainChart }))
const kgPerTonne = 1_000

/** What flows between the segments of a chain, in yuan and in tonnes. */
export function FlowsTab({ chain }: { readonly chain: Chain }) {
  const t = useText('chains')
  const narrow = useNarrow()
  const palette = usePalette()
  const [unit, setUnit] = useState<'yuan' | 'tonnes'>('yuan')
  const { flows, name } = useFlows(chain)
  if (flows.length === 0) return <p>{t('flow.none')}</p>
  const hidden = flows.filter((flow) => flow.hidden !== null).length
  const rows = flowCells(t, chain, flows, name)
  return (
    <>
      <div className="chain-bar">
        <Radio.Group
          aria-label={t('flow.unit')}
          value={unit}
          onChange={({ target }) => setUnit(target.value === 'tonnes' ? 'tonnes' : 'yuan')}
          options={(['yuan', 'tonnes'] as const).map((value) => ({ value, label: t(`flow.${value}`) }))}
        />
        {hidden > 0 && <span className="tz-caption">{t('flow.hidden', { n: hidden, k: chain.kMin })}</span>}
      </div>
      {narrow ? (
        <p className="tz-second">{t('industry.wide_only')}</p>
      ) : (
        <Suspense fallback={<div style={{ height: 360 }} />}>
          <ChainChart
            finding={t('flow.finding')}
            height={360}
            option={sankeyOption(chain, flows, unit, name, t('flow.outside'), palette)}
            table={{ head: flowHead(t), rows: rows.map(({ cells }) => cells) }}
          />
        </Suspense>
      )}
      <PlainTable name={t('flow.finding')} empty={t('flow.none')} head={flowHead(t)} rows={rows} />
    </>
  )
}

/** What flows between the segments as a table: from, to, origin, yuan and tonnes. */
export function FlowTable({ chain }: { readonly chain: Chain }) {
  const t = useText('chains')
  const { flows, name } = useFlows(chain)
  return (
    <PlainTable
      name={t('flow.finding')}
      empty={t('flow.none')}
      head={flowHead(t)}
      rows={flowCells(t, chain, flows, name)}
    />
  )
}

/** The flows between the segments of a chain, and what their ends are called. */
function useFlows(chain: Chain) {
  const t = useText('chains')
  const named = useNamed()
  const flows = chain.flows.filter(({ level }) => level === 'segment')
  const segments = new Map(chain.segments.map((segment) => [segment.key, segment]))
  const name = (key: string): string => {
    if (key === used) return t('flow.used')
    if (key === sold) return t('flow.sold')
    const segment = segments.get(key)
    return segment ? named(segment) : key
  }
  return { flows, name }
}

type T = ReturnType<typeof useText>

const flowHead = (t: T): readonly string[] =>
  ['flow.from', 'flow.to', 'flow.origin', 'flow.yuan', 'flow.tonnes'].map((key) => t(key))

function flowCells(t: T, { kMin }: Chain, flows: readonly Flow[], name: (key: string) => string) {
  const fewer = t('industry.fewer', { n: kMin })
  return flows.map(({ from, to, fromOutside, valueFen, kg }) => ({
    key: `${from} ${to} ${fromOutside}`,
    cells: [
      name(from),
      name(to),
      t(fromOutside ? 'flow.outside' : 'flow.local'),
      valueFen === null ? fewer : formatMoney(valueFen),
      kg === null ? fewer : `${formatNumber(kg / kgPerTonne, 0)} ${unitWord('t')}`,
    ],
  }))
}

const amount = ({ valueFen, kg }: Flow, unit: 'yuan' | 'tonnes'): number | null =>
  unit === 'yuan' ? (valueFen === null ? null : valueFen / 100) : kg === null ? null : kg / kgPerTonne

/** Downstream only, as a sankey can have no circle: what flows back or stays in its segment is in the table. */
function sankeyOption(
  chain: Chain,
  flows: readonly Flow[],
  unit: 'yuan' | 'tonnes',
  name: (key: string) => string,
  outside: string,
  palette: Palette,
) {
  const places = new Map(chain.segments.map(({ key }, place) => [key, place]))
  const place = (key: string): number => places.get(key) ?? Number.POSITIVE_INFINITY
  const links = flows.flatMap((flow) => {
    const value = amount(flow, unit)
    if (value === null || value <= 0) return []
    const source = flow.fromOutside ? outside : name(flow.from)
    if (!flow.fromOutside && place(flow.from) >= place(flow.to)) return []
    return [{ source, target: name(flow.to), value }]
  })
  const sums = new Map<string, (typeof links)[number]>()
  for (const link of links) {
    const key = `${link.source}\n${link.target}`
    sums.set(key, { ...link, value: link.value + (sums.get(key)?.value ?? 0) })
  }
  const nodes = [...new Set(links.flatMap(({ source, target }) => [source, target]))]
  return {
    xAxis: { show: false },
    yAxis: { show: false },
    tooltip: { show: false },
    series: [
      {
        type: 'sankey',
        left: 8,
        right: 120,
        top: 16,
        bottom: 16,
        nodeGap: 16,
        data: nodes.map((node) => ({ name: node })),
        links: [...sums.values()],
        label: { color: palette.text, fontSize: 12 },
        lineStyle: { color: palette.primary, opacity: 0.3 },
        itemStyle: { color: palette.primary },
        emphasis: { disabled: true },
      },
    ],
  }
}
