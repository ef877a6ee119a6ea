import { formatNumber, PlainTable, StateTag, useNarrow, usePalette, useText } from '@tingzhou/ui'
import { lazy, Suspense } from 'react'
import { Link } from 'react-router'
import { placeOf, type Chain, type Flow, type Product } from './api.ts'
import { FigureButton } from './figure-button.tsx'
import { figureOf, valueText } from './figure-text.ts'
import { FlowTable } from './flows-tab.tsx'
import { levelOf, levels, looks } from './level.ts'
import { edgesOf, mapHeight, mapOption } from './map-option.ts'
import { useNamed } from './named.ts'

const ChainChart = lazy(async () => ({ default: (await import('./series.ts')).ChainChart }))

/** The map of a chain, and the same as tables; on narrow screens the tables alone. */
export function ChainMap({ chain }: { readonly chain: Chain }) {
  const t = useText('chains')
  const named = useNamed()
  const narrow = useNarrow()
  const palette = usePalette()
  const missingBelow = chain.settings['missingBelow'] ?? 0
  const names = { product: named, stage: (stage: string) => t(`stage.${stage}`) }
  const ends = useEnds(chain)
  const products = chain.segments.flatMap((segment) => segment.products)
  if (products.length === 0) return <p>{t('industry.no_products')}</p>
  return (
    <div className="chain-map">
      <ul className="chain-legend" aria-label={t('industry.legend')}>
        {levels.map((level) => (
          <li key={level}>
            <StateTag tone={looks[level].tone} shape={looks[level].shape}>
              {t(`level.${level}`)}
            </StateTag>
          </li>
        ))}
        <li className="tz-caption">{t('industry.legend_edges')}</li>
      </ul>
      {narrow ? (
        <p className="tz-second">{t('industry.wide_only')}</p>
      ) : (
        <Suspense fallback={<div style={{ height: mapHeight(chain) }} />}>
          <ChainChart
            finding={finding(t, products, missingBelow)}
            height={mapHeight(chain)}
            option={mapOption(chain, names, palette, missingBelow)}
            table={{
              head: [
                t('industry.segment'),
                t('industry.product'),
                t('industry.supply'),
                t('indicator.sufficiency'),
                t('industry.made_into'),
              ],
              rows: chain.segments.flatMap((segment) =>
                segment.products.map((product) => [
                  named(segment),
                  named(product),
                  t(`level.${levelOf(product, missingBelow)}`),
                  valueText(t, figureOf(product.figures, 'sufficiency'), chain.kMin),
                  ends(product.code)
                    .map(({ text }) => text)
                    .join(t('industry.and')) || '–',
                ]),
              ),
            }}
          />
        </Suspense>
      )}
      <MapTable chain={chain} missingBelow={missingBelow} ends={ends} />
      <h2 className="chain-heading">{t('flow.finding')}</h2>
      <p className="tz-caption">{t('flow.by_segment')}</p>
      <FlowTable chain={chain} />
    </div>
  )
}

type End = { readonly flow: Flow; readonly text: string }

/** What is made of a product, by its code: each with where it comes from and how much it is. */
function useEnds(chain: Chain): (code: string) => readonly End[] {
  const t = useText('chains')
  const named = useNamed()
  const products = new Map(chain.segments.flatMap((segment) => segment.products).map((one) => [one.code, one]))
  const edges = edgesOf(chain.flows, new Set(products.keys()))
  return (code) =>
    edges
      .filter(({ from }) => from === code)
      .map((flow) => {
        const product = products.get(flow.to)
        const name = product ? named(product) : flow.to
        const key = flow.fromOutside ? 'industry.into_outside' : 'industry.into'
        return { flow, text: t(key, { name, size: t(`size.${flow.size}`) }) }
      })
}

type T = ReturnType<typeof useText>

/** The title says the finding. */
function finding(t: T, products: readonly Product[], missingBelow: number): string {
  const required = products.filter(({ isRequired }) => isRequired)
  const short = required.filter((product) => ['little', 'missing'].includes(levelOf(product, missingBelow)))
  return t(short.length === 0 ? 'industry.finding_none' : 'industry.finding', {
    n: short.length,
    all: required.length,
  })
}

function MapTable({
  chain,
  missingBelow,
  ends,
}: {
  readonly chain: Chain
  readonly missingBelow: number
  readonly ends: (code: string) => readonly End[]
}) {
  const t = useText('chains')
  const named = useNamed()
  const into = (code: string) => {
    const links = ends(code).map(({ flow, text }, at) => (
      <span key={`${flow.to} ${flow.fromOutside}`}>
        {at > 0 && t('industry.and')}
        <Link to={placeOf.product(flow.to)}>{text}</Link>
      </span>
    ))
    return links.length === 0 ? '–' : links
  }
  return (
    <>
      {chain.segments.map((segment) => (
        <section key={segment.key} aria-label={named(segment)}>
          <h2 className="chain-heading">
            {t(`stage.${segment.stage}`)} · {named(segment)}
          </h2>
          <PlainTable
            name={named(segment)}
            empty={t('industry.no_products')}
            head={[
              t('industry.product'),
              t('industry.supply'),
              t('indicator.sufficiency'),
              t('part.makers'),
              t('industry.made_into'),
            ]}
            rows={segment.products.map((product) => {
              const level = levelOf(product, missingBelow)
              return {
                key: product.code,
                cells: [
                  <span key="product">
                    <Link to={placeOf.product(product.code)}>{named(product)}</Link>
                    {product.isRequired ? '' : ` ${t('industry.optional')}`}
                  </span>,
                  <StateTag key="level" tone={looks[level].tone} shape={looks[level].shape}>
                    {t(`level.${level}`)}
                  </StateTag>,
                  <FigureButton
                    key="sufficiency"
                    figure={figureOf(product.figures, 'sufficiency')}
                    of={named(product)}
                    unit={product.unit}
                    kMin={chain.kMin}
                  />,
                  <Makers key="makers" product={product} />,
                  <span key="into">{into(product.code)}</span>,
                ],
              }
            })}
          />
        </section>
      ))}
    </>
  )
}

/** How many make it, and the way to who they are. */
function Makers({ product }: { readonly product: Product }) {
  const t = useText('chains')
  const named = useNamed()
  const makers = figureOf(product.figures, 'utilisation')?.parts['makers'] ?? 0
  if (makers === 0) return <>0</>
  return (
    <Link
      to={placeOf.makers(product.code)}
      className="chain-count"
      aria-label={t('industry.makers_of', { n: makers, name: named(product) })}
    >
      {formatNumber(makers)}
    </Link>
  )
}
