import { formatMoney, formatNumber, PlainTable, unitWord, useText, VerbButton } from '@tingzhou/ui'
import { placeOf, type Chain } from './api.ts'
import { FigureButton } from './figure-button.tsx'
import { figureOf } from './figure-text.ts'
import { useNamed } from './named.ts'

/** What comes from far although a neighbour could make it, and what that would save net of dearer goods. */
export function SavingsTab({ chain }: { readonly chain: Chain }) {
  const t = useText('chains')
  const named = useNamed()
  const fewer = t('industry.fewer', { n: chain.kMin })
  const total = figureOf(chain.figures, 'substitution')
  const before = figureOf(chain.figures, 'inbound_freight')
  const rows = chain.segments
    .flatMap(({ products }) => products)
    .filter(({ code }, at, all) => all.findIndex((other) => other.code === code) === at)
    .flatMap((product) => {
      const figure = figureOf(product.figures, 'substitution')
      return figure && (figure.parts['makers'] ?? 0) > 0 ? [{ product, figure }] : []
    })
    .toSorted((a, b) => (b.figure.value ?? 0) - (a.figure.value ?? 0))
  const money = (fen: number | null | undefined): string =>
    fen === null || fen === undefined ? fewer : formatMoney(fen)
  return (
    <>
      <div className="chain-bar">
        <span>
          {t('saving.chain')} <FigureButton figure={total} of={named(chain)} kMin={chain.kMin} />{' '}
          {total?.value !== null && total?.value !== undefined && before?.value
            ? t('saving.of', {
                share: formatNumber((100 * total.value) / before.value, 2),
                before: formatMoney(before.value),
              })
            : ''}
        </span>
        <VerbButton href={placeOf.saving}>{t('saving.title')}</VerbButton>
      </div>
      <PlainTable
        name={t('saving.far')}
        empty={t('saving.none')}
        head={[
          t('industry.product'),
          t('part.makers'),
          t('part.spare'),
          t('part.imported'),
          t('saving.way'),
          t('part.savingFen'),
          t('part.dearerFen'),
          t('part.netFen'),
        ]}
        rows={rows.map(({ product, figure: { parts }, figure }) => ({
          key: product.code,
          cells: [
            named(product),
            formatNumber(parts['makers'] ?? 0),
            `${formatNumber(parts['spare'] ?? 0, 0)} ${unitWord(product.unit)}`,
            parts['imported'] === null || parts['imported'] === undefined
              ? fewer
              : `${formatNumber(parts['imported'], 0)} ${unitWord(product.unit)}`,
            t('saving.km', {
              from: formatNumber(parts['outsideKm'] ?? 0, 0),
              to: formatNumber(parts['localKm'] ?? 0, 0),
            }),
            <FigureButton key="saving" figure={figure} of={named(product)} unit={product.unit} kMin={chain.kMin} />,
            money(parts['dearerFen']),
            money(parts['netFen']),
          ],
        }))}
      />
    </>
  )
}
