import { useQuery } from '@tanstack/react-query'
import {
  FactList,
  FormDrawer,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  PlainTable,
  useLive,
  useText,
  VerbButton,
  unitWord,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { siteNeeds } from '../../words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { productTabs } from '../product-tabs.ts'
import { siteUnits } from '../site-units.ts'
import { placeOf, type Product } from './api.ts'
import { BasisMark, History, OpenTag, priceOf, ProductLink, useKeeping } from './parts.tsx'
import { ChangeProduct } from './product-form.tsx'
import { AddAlias, ChangeAlias, Names } from './product-names.tsx'
import { RecipeTab } from './recipe-tab.tsx'

/** One product: what it is called, what it is made of and goes into, where it stands, who makes and uses it, and what is missing of it. */
export function ProductPage() {
  const t = useText('chains')
  const named = useNamed()
  const refused = useKeeping()
  const { code = '' } = useParams()
  const query = useQuery(api.products.get.queryOptions({ input: { code } }))
  const history = useQuery(api.products.history.queryOptions({ input: { code } }))
  useLive({ kinds: ['chain_product'], objectId: code, keys: [api.products.key(), api.recipes.key()] })
  const product = query.data
  if (!product)
    return (
      <ObjectPage
        title={t('catalogue.product.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const { zh, en, industry, industryName, path } = product
  return (
    <>
      <ObjectPage
        title={named(product)}
        id={product.code}
        state={<OpenTag state={product.state} />}
        primary={
          <OpenFormButton name="edit" primary reason={refused}>
            {t('catalogue.change')}
          </OpenFormButton>
        }
        verbs={
          <>
            <OpenFormButton name="alias" reason={refused}>
              {t('catalogue.alias.add')}
            </OpenFormButton>
            <VerbButton href={placeOf.recipe(code)} reason={refused}>
              {t('catalogue.recipe.change')}
            </VerbButton>
            <VerbButton href={placeOf.postings(code)}>{t('catalogue.product.postings')}</VerbButton>
          </>
        }
        facts={[
          { label: t('catalogue.product.names'), value: `${zh} / ${en}` },
          {
            label: t('catalogue.product.price'),
            value: (
              <>
                <span className="tz-number">{priceOf(product)}</span> <BasisMark basis={product.basis} />
              </>
            ),
          },
          {
            label: t('catalogue.column.kg_per_unit'),
            value: `${formatNumber(product.kgPerUnit)} ${unitWord('kg')}/${unitWord(product.unit)}`,
          },
          { label: t('catalogue.column.as_of'), value: product.asOf },
          {
            label: t('catalogue.column.industry'),
            value: industry === null ? '–' : `${industry} ${industryName ?? ''}`,
          },
          {
            label: t('catalogue.column.parent'),
            value: path.length === 0 ? '–' : path.map((one) => <ProductLink key={one.code} product={one} />),
          },
          { label: t('catalogue.column.source'), value: product.source || '–' },
        ]}
        tabs={[
          { key: 'names', label: t('catalogue.alias.title'), children: <Names product={product} /> },
          { key: 'recipe', label: t('catalogue.recipe.title'), children: <RecipeTab code={code} /> },
          { key: 'chains', label: t('catalogue.chain.title'), children: <Places product={product} /> },
          { key: 'more', label: t('catalogue.product.more'), children: <More product={product} /> },
          ...productTabs.map(({ key, labelKey, Tab }) => ({ key, label: t(labelKey), children: <Tab code={code} /> })),
        ]}
        trail={<History rows={history.data?.rows ?? []} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="edit" title={t('catalogue.product.change')} width={720}>
        <ChangeProduct product={product} />
      </FormDrawer>
      <FormDrawer name="alias" title={t('catalogue.alias.add')}>
        <AddAlias code={code} />
      </FormDrawer>
      <FormDrawer name="change-alias" title={t('catalogue.alias.change')}>
        <ChangeAlias product={product} />
      </FormDrawer>
    </>
  )
}

function Places({ product }: { readonly product: Product }) {
  const t = useText('chains')
  const named = useNamed()
  return (
    <PlainTable
      name={t('catalogue.chain.title')}
      empty={t('catalogue.chain.nowhere')}
      head={[
        t('catalogue.chain.one'),
        t('catalogue.segment.one'),
        t('catalogue.stage'),
        t('catalogue.place.required'),
        t('catalogue.place.weight'),
        t('catalogue.place.mes'),
      ]}
      rows={product.places.map((place) => ({
        key: `${place.chain.code} ${place.segment}`,
        cells: [
          <Link key="chain" to={placeOf.chain(place.chain.code)}>
            <span className="tz-mono">{place.chain.code}</span> {named(place.chain)}
          </Link>,
          named(place),
          t(`catalogue.stages.${place.stage}`),
          t(`catalogue.yes.${place.isRequired}`),
          formatNumber(place.weight),
          `${formatNumber(place.mes)} ${unitWord(product.unit)}`,
        ],
      }))}
    />
  )
}

function More({ product }: { readonly product: Product }) {
  const t = useText('chains')
  const links = (list: Product['children']) =>
    list.length === 0
      ? '–'
      : list.map((one) => (
          <div key={one.code}>
            <ProductLink product={one} />
          </div>
        ))
  return (
    <FactList
      facts={[
        { label: t('catalogue.column.family'), value: product.family },
        { label: t('catalogue.product.relatives'), value: links(product.relatives) },
        { label: t('catalogue.product.children'), value: links(product.children) },
        {
          label: t('catalogue.column.axis'),
          value: product.axis === null ? '–' : `${product.axis}: ${product.axisValues.join(' · ')}`,
        },
        {
          label: t('catalogue.column.grades'),
          value:
            Object.entries(product.grades)
              .map(([name, values]) => `${name} = ${values.join('/')}`)
              .join(' · ') || '–',
        },
        {
          label: t('catalogue.column.service'),
          value: product.service === null ? '–' : t(`catalogue.service.${product.service}`),
        },
        {
          label: t('catalogue.column.margin_share'),
          value:
            product.marginShare === null
              ? t('catalogue.product.as_zone')
              : `${formatNumber(product.marginShare * 100)} %`,
        },
        ...siteNeeds.map((need) => ({
          label: t(`catalogue.site.${need}`),
          value:
            product.site?.[need] === undefined
              ? '–'
              : `${formatNumber(product.site[need])} ${unitWord(siteUnits[need])}`,
        })),
      ]}
    />
  )
}
