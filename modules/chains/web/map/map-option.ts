import type { Palette } from '@tingzhou/ui'
import type { Chain, Flow, Product } from './api.ts'
import { figureOf, percentText } from './figure-text.ts'
import { levelOf, looks } from './level.ts'

/** Products that are drawn; the table has all. */
export const nodesMax = 200
const stages = ['up', 'mid', 'down', 'service'] as const
const rowHeight = 72

export const mapHeight = (chain: Chain): number =>
  Math.max(240, Math.max(...stages.map((stage) => productsAt(chain, stage).length)) * rowHeight + 60)

function productsAt(chain: Chain, stage: (typeof stages)[number]): readonly Product[] {
  const own = chain.segments.filter((segment) => segment.stage === stage).flatMap(({ products }) => products)
  return own.filter(({ code }, at) => own.findIndex((other) => other.code === code) === at)
}

type Names = {
  readonly product: (product: Product) => string
  readonly stage: (stage: (typeof stages)[number]) => string
}

/** The chain from upstream to downstream: products by their column, what is made of them, and how much. Pure. O(products + flows). */
export function mapOption(chain: Chain, names: Names, palette: Palette, missingBelow: number) {
  const columns = stages.map((stage) => ({ stage, products: productsAt(chain, stage) }))
  const shown = columns.filter(({ products }) => products.length > 0)
  const most = Math.max(...shown.map(({ products }) => products.length), 1)
  const seen = new Set<string>()
  const nodes = shown.flatMap(({ products }, column) =>
    products.flatMap((product, row) => {
      if (seen.has(product.code) || seen.size >= nodesMax) return []
      seen.add(product.code)
      const look = looks[levelOf(product, missingBelow)]
      const sufficiency = figureOf(product.figures, 'sufficiency')?.value ?? null
      return [
        {
          id: product.code,
          name: `${names.product(product)}${sufficiency === null ? '' : ` ${percentText(sufficiency, 0)}`}`,
          value: [column, row + (most - products.length) / 2],
          symbol: look.symbol,
          symbolSize: product.isRequired ? 22 : 14,
          itemStyle: { color: palette[look.colour] },
        },
      ]
    }),
  )
  const heads = shown.map(({ stage }, column) => ({
    id: `~${stage}`,
    name: names.stage(stage),
    value: [column, -0.8],
    symbolSize: 0.01,
    label: { position: 'inside', fontWeight: 600 },
  }))
  return {
    // A grid of columns and rows keeps the marks in shape however wide the page is.
    grid: { left: 96, right: 96, top: 16, bottom: 40, containLabel: false },
    xAxis: { type: 'value', show: false, min: 0, max: Math.max(1, shown.length - 1) },
    yAxis: { type: 'value', show: false, inverse: true, min: -1, max: most - 1 },
    tooltip: { show: false },
    series: [
      {
        type: 'graph',
        coordinateSystem: 'cartesian2d',
        data: [...heads, ...nodes],
        links: edgesOf(chain.flows, seen).map((flow) => edgeOf(flow, palette)),
        edgeSymbol: ['none', 'arrow'],
        edgeSymbolSize: 7,
        label: { show: true, position: 'bottom', color: palette.text, fontSize: 12 },
        emphasis: { disabled: true },
      },
    ],
  }
}

/** Flows between two products that are drawn. */
export const edgesOf = (flows: readonly Flow[], drawn: ReadonlySet<string>): readonly Flow[] =>
  flows.filter(({ level, from, to }) => level === 'product' && from !== to && drawn.has(from) && drawn.has(to))

const edgeOf = ({ from, to, fromOutside, size }: Flow, palette: Palette) => ({
  source: from,
  target: to,
  lineStyle: {
    width: 1 + size * 1.2,
    type: fromOutside ? 'dashed' : 'solid',
    color: fromOutside ? palette.attention : palette.primary,
    curveness: fromOutside ? 0.18 : 0.06,
    opacity: 0.75,
  },
})
