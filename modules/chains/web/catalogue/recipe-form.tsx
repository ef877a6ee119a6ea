import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import {
  DayItem,
  FormPage,
  formatNumber,
  ObjectPage,
  TextItem,
  useCommand,
  useText,
  VerbButton,
  zoneToday,
  unitWord,
  NumberItem,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { inputsMax, routesMax } from '../../catalogue/limits.ts'
import type { Basis } from '../../words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf, type Recipe } from './api.ts'
import { BasisItem, ChangeItems, ProductItem, useKeeping } from './parts.tsx'

type Input = Parameters<typeof api.recipes.save.call>[0]
type InputValues = {
  readonly product: string
  readonly coefficient: number
  readonly low?: number | null
  readonly high?: number | null
  readonly basis: Basis
}
type RouteValues = {
  readonly route?: string
  readonly sharePct: number
  readonly basis: Basis
  readonly source?: string
  readonly asOf: string
  readonly inputs: readonly InputValues[]
}
type Values = { readonly routes: readonly RouteValues[]; readonly why: string }

const valuesOf = ({ routes }: Recipe): Partial<Values> => ({
  routes: routes.map((route) => ({
    ...route,
    sharePct: toPct(route.share),
    inputs: route.inputs.map((input) => ({ ...input, product: input.product.code })),
  })),
})

/** A hundredth as people write it, without what a computer's numbers add. */
const toPct = (share: number): number => Number((share * 100).toPrecision(12))

const toRoute = ({ route, sharePct, basis, source, asOf, inputs }: RouteValues): Input['routes'][number] => ({
  route: route ?? '',
  share: sharePct / 100,
  basis,
  source: source ?? '',
  asOf,
  // Where nobody knows a range it is the number itself.
  inputs: inputs.map(({ product, coefficient, low, high, basis: own }) => ({
    product,
    coefficient,
    low: low ?? coefficient,
    high: high ?? coefficient,
    basis: own,
  })),
})

/** How a product is made: all its routes on one page, saved together. */
export function RecipeForm() {
  const t = useText('chains')
  const named = useNamed()
  const refused = useKeeping()
  const navigate = useNavigate()
  const { code = '' } = useParams()
  const query = useQuery(api.recipes.get.queryOptions({ input: { code } }))
  const command = useCommand({
    run: api.recipes.save.call,
    invalidate: [api.recipes.key(), api.products.key()],
    success: t('catalogue.saved'),
  })
  const recipe = query.data
  if (!recipe)
    return (
      <ObjectPage
        title={t('catalogue.recipe.change')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <FormPage<Values, Input, { readonly id: string; readonly rev: number }>
      title={t('catalogue.recipe.change_of', { name: `${code} ${named(recipe.output)}` })}
      intro={t('catalogue.recipe.intro', { unit: unitWord(recipe.unit) })}
      initial={valuesOf(recipe)}
      command={command}
      reason={refused}
      toInput={({ routes, why }) => ({ code, rev: recipe.rev, why, routes: (routes ?? []).map(toRoute) })}
      submit={t('catalogue.save')}
      done={() => void navigate(`${placeOf.product(code)}?tab=recipe`)}
      onCancel={() => void navigate(placeOf.product(code))}
    >
      <Form.List name="routes">
        {(fields, { add, remove }, { errors }) => (
          <>
            {fields.map(({ key, name }) => (
              <fieldset key={key} className="catalogue-part">
                <legend>{t('catalogue.recipe.nth', { n: name + 1 })}</legend>
                <div className="catalogue-pair">
                  <TextItem
                    name={[name, 'route']}
                    label={t('catalogue.recipe.route')}
                    max={60}
                    extra={fields.length > 1 ? undefined : t('catalogue.recipe.route_hint')}
                  />
                  <NumberItem
                    name={[name, 'sharePct']}
                    label={t('catalogue.recipe.share')}
                    min={0}
                    max={100}
                    unit="%"
                    required
                  />
                  <BasisItem name={[name, 'basis']} required />
                  <DayItem name={[name, 'asOf']} label={t('catalogue.column.as_of')} required />
                </div>
                <TextItem name={[name, 'source']} label={t('catalogue.column.source')} max={300} />
                <Inputs route={name} />
                <VerbButton onClick={() => remove(name)}>{t('catalogue.recipe.drop')}</VerbButton>
              </fieldset>
            ))}
            {fields.length === 0 && <p className="tz-second">{t('catalogue.recipe.closes')}</p>}
            <Shares />
            <Form.ErrorList errors={errors} />
            <p className="catalogue-verbs">
              <VerbButton
                reason={fields.length < routesMax ? null : t('catalogue.recipe.enough', { n: routesMax })}
                onClick={() =>
                  add({
                    sharePct: fields.length === 0 ? 100 : null,
                    basis: 'zone',
                    asOf: zoneToday(),
                    inputs: [{ basis: 'zone' }],
                  })
                }
              >
                {t('catalogue.recipe.add')}
              </VerbButton>
            </p>
          </>
        )}
      </Form.List>
      <ChangeItems withState={false} />
    </FormPage>
  )
}

/** What the shares add up to while they are typed. */
function Shares() {
  const t = useText('chains')
  const routes = Form.useWatch<readonly Partial<RouteValues>[] | undefined>('routes') ?? []
  if (routes.length < 2) return null
  const sum = toPct(routes.reduce((all, route) => all + (route?.sharePct ?? 0), 0) / 100)
  return (
    <p role="status" className={sum === 100 ? 'tz-second' : ''}>
      {t(sum === 100 ? 'catalogue.recipe.sum_right' : 'catalogue.recipe.sum_wrong', { sum: formatNumber(sum) })}
    </p>
  )
}

function Inputs({ route }: { readonly route: number }) {
  const t = useText('chains')
  return (
    <Form.List name={[route, 'inputs']}>
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className="catalogue-input">
              <ProductItem name={[name, 'product']} label={t('catalogue.recipe.input')} required />
              <NumberItem name={[name, 'coefficient']} label={t('catalogue.recipe.coefficient')} required />
              <NumberItem name={[name, 'low']} label={t('catalogue.recipe.low')} />
              <NumberItem name={[name, 'high']} label={t('catalogue.recipe.high')} />
              <BasisItem name={[name, 'basis']} required />
              <VerbButton
                className="catalogue-take"
                aria-label={t('catalogue.recipe.drop_input', { n: name + 1 })}
                reason={fields.length > 1 ? null : t('catalogue.recipe.one_input')}
                onClick={() => remove(name)}
              >
                {t('catalogue.take')}
              </VerbButton>
            </div>
          ))}
          <p className="catalogue-verbs">
            <VerbButton
              reason={fields.length < inputsMax ? null : t('catalogue.recipe.enough', { n: inputsMax })}
              onClick={() => add({ basis: 'zone' })}
            >
              {t('catalogue.recipe.add_input')}
            </VerbButton>
          </p>
        </>
      )}
    </Form.List>
  )
}
