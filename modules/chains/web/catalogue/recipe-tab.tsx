import { useQuery } from '@tanstack/react-query'
import { formatNumber, PlainTable, unitWord, useText } from '@tingzhou/ui'
import { api } from '../api.ts'
import type { Recipe } from './api.ts'
import { BasisMark, ProductLink } from './parts.tsx'

/** What a product is made of, and what it goes into. */
export function RecipeTab({ code }: { readonly code: string }) {
  const t = useText('chains')
  const recipe = useQuery(api.recipes.get.queryOptions({ input: { code } }))
  const needing = useQuery(api.recipes.list.queryOptions({ input: { input: code, limit: 200 } }))
  return (
    <>
      <h2 className="catalogue-heading">{t('catalogue.recipe.of', { unit: unitWord(recipe.data?.unit ?? '') })}</h2>
      {recipe.data?.routes.map((route) => (
        <RouteTable key={route.route} route={route} />
      ))}
      {recipe.data?.routes.length === 0 && <p className="tz-second">{t('catalogue.recipe.empty')}</p>}
      <h2 className="catalogue-heading">{t('catalogue.recipe.needing')}</h2>
      <PlainTable
        name={t('catalogue.recipe.needing')}
        empty={t('catalogue.recipe.nobody')}
        head={[t('catalogue.product.one'), t('catalogue.recipe.route'), t('catalogue.recipe.coefficient')]}
        rows={(needing.data?.rows ?? []).flatMap(({ output, unit, routes }) =>
          routes.flatMap(({ route, inputs }) =>
            inputs
              .filter(({ product }) => product.code === code)
              .map((input) => ({
                key: `${output.code} ${route}`,
                cells: [
                  <ProductLink key="output" product={output} />,
                  route || '–',
                  `${formatNumber(input.coefficient)} ${unitWord(input.unit)}/${unitWord(unit)}`,
                ],
              })),
          ),
        )}
      />
    </>
  )
}

function RouteTable({ route }: { readonly route: Recipe['routes'][number] }) {
  const t = useText('chains')
  return (
    <>
      <p className="catalogue-verbs">
        <strong>{route.route || t('catalogue.recipe.only')}</strong>
        <span>{t('catalogue.recipe.made', { share: formatNumber(route.share * 100) })}</span>
        <BasisMark basis={route.basis} />
        <span className="tz-second">
          {route.source} {route.asOf}
        </span>
      </p>
      <PlainTable
        name={route.route || t('catalogue.recipe.only')}
        empty={t('catalogue.recipe.empty')}
        head={[
          t('catalogue.recipe.input'),
          t('catalogue.recipe.coefficient'),
          t('catalogue.recipe.range'),
          t('catalogue.column.basis'),
        ]}
        rows={route.inputs.map((input) => ({
          key: input.product.code,
          cells: [
            <>
              <ProductLink product={input.product} />{' '}
              {input.coefficient < 0 && <span className="tz-caption">{t('catalogue.recipe.by_product')}</span>}
            </>,
            `${formatNumber(input.coefficient)} ${unitWord(input.unit)}`,
            `${formatNumber(input.low)} – ${formatNumber(input.high)}`,
            <BasisMark key="basis" basis={input.basis} />,
          ],
        }))}
      />
    </>
  )
}
