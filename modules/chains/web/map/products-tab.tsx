import { formatNumber, PlainTable, unitWord, useText } from '@tingzhou/ui'
import { Link } from 'react-router'
import { placeOf, type Chain, type Product, type Shown } from './api.ts'
import { FigureButton } from './figure-button.tsx'
import { figureOf } from './figure-text.ts'
import { useNamed } from './named.ts'

const shown = ['sufficiency', 'actual_local', 'potential_local', 'gap', 'concentration', 'utilisation'] as const

/** Every product of a chain with its figures; each shows its formula. */
export function ProductsTab({ chain }: { readonly chain: Chain }) {
  const t = useText('chains')
  const named = useNamed()
  const cell = (product: Product, name: Shown['name']) => {
    const figure = figureOf(product.figures, name)
    return (
      <span key={name}>
        <FigureButton figure={figure} of={named(product)} unit={product.unit} kMin={chain.kMin} />
        {figure?.band && <span className="tz-caption"> {t(`band.${figure.band}`)}</span>}
      </span>
    )
  }
  const units = (product: Product, part: string) =>
    formatNumber(figureOf(product.figures, 'sufficiency')?.parts[part] ?? 0, 0)
  return (
    <>
      <p className="tz-caption">{t('industry.click')}</p>
      <PlainTable
        name={t('industry.tab.products')}
        empty={t('industry.no_products')}
        head={[
          t('industry.product'),
          t('industry.segment'),
          t('industry.unit'),
          t('part.need'),
          t('part.capacity'),
          t('part.makers'),
          ...shown.map((name) => t(`indicator.${name}`)),
        ]}
        rows={chain.segments.flatMap((segment) =>
          segment.products.map((product) => ({
            key: `${segment.key} ${product.code}`,
            cells: [
              <span key="product">
                <Link to={placeOf.product(product.code)}>
                  {product.code} {named(product)}
                </Link>
                {product.isRequired ? '' : ` ${t('industry.optional')}`}
              </span>,
              named(segment),
              unitWord(product.unit),
              units(product, 'need'),
              units(product, 'capacity'),
              formatNumber(figureOf(product.figures, 'utilisation')?.parts['makers'] ?? 0),
              ...shown.map((name) => cell(product, name)),
            ],
          })),
        )}
      />
    </>
  )
}
