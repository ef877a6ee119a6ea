import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import {
  ChoiceItem,
  DayItem,
  FlagItem,
  FormPage,
  NumberItem,
  ObjectPage,
  TextItem,
  useCommand,
  useText,
  VerbButton,
  zoneToday,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { placesMax, segmentsMax } from '../../catalogue/limits.ts'
import type { Basis, Stage, State } from '../../words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf, standingList, type ChainDetail } from './api.ts'
import { BasisItem, ChangeItems, ProductItem, StageItem, useKeeping } from './parts.tsx'

type PlaceValues = {
  readonly product: string
  readonly weight: number
  readonly isRequired?: boolean
  readonly mes: number
}
type SegmentValues = {
  readonly key: string
  readonly stage: Stage
  readonly zh: string
  readonly en: string
  readonly products?: readonly PlaceValues[]
}
type Values = {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly cluster: string
  readonly basis: Basis
  readonly source?: string
  readonly validFrom: string
  readonly segments?: readonly SegmentValues[]
  readonly state: State
  readonly why: string
}

const inputFrom = ({ zh, en, cluster, basis, source, segments = [] }: Values) => ({
  zh,
  en,
  cluster,
  basis,
  source: source ?? '',
  segments: segments.map((segment) => ({
    key: segment.key,
    stage: segment.stage,
    zh: segment.zh,
    en: segment.en,
    products: (segment.products ?? []).map(({ product, weight, isRequired, mes }) => ({
      product,
      weight,
      isRequired: isRequired ?? false,
      mes,
    })),
  })),
})

const valuesOf = ({ cluster, segments, ...chain }: ChainDetail): Partial<Values> => ({
  ...chain,
  cluster: cluster.code,
  segments: segments.map((segment) => ({
    ...segment,
    products: segment.products.map((place) => ({ ...place, product: place.product.code })),
  })),
})

export function ChainNew() {
  const t = useText('chains')
  const navigate = useNavigate()
  const refused = useKeeping()
  const command = useCommand({
    run: api.chains.create.call,
    invalidate: [api.chains.key()],
    success: t('catalogue.saved'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.chains.create.call>[0], { readonly id: string }>
      title={t('catalogue.chain.enter')}
      initial={{ basis: 'zone', validFrom: zoneToday(), segments: [blankSegment('up')] }}
      command={command}
      draft="chains.chain"
      reason={refused}
      toInput={(values) => ({ ...inputFrom(values), code: values.code, validFrom: values.validFrom })}
      submit={t('catalogue.chain.enter')}
      done={({ id }) => void navigate(placeOf.chain(id))}
    >
      <div className="catalogue-pair">
        <TextItem name="code" label={t('catalogue.column.code')} max={10} required />
        <DayItem name="validFrom" label={t('catalogue.column.valid_from')} required />
      </div>
      <ChainItems />
    </FormPage>
  )
}

export function ChainChange() {
  const t = useText('chains')
  const named = useNamed()
  const navigate = useNavigate()
  const refused = useKeeping()
  const { code = '' } = useParams()
  const query = useQuery(api.chains.get.queryOptions({ input: { code } }))
  const command = useCommand({
    run: api.chains.change.call,
    invalidate: [api.chains.key(), api.products.key()],
    success: t('catalogue.saved'),
  })
  const chain = query.data
  if (!chain)
    return (
      <ObjectPage
        title={t('catalogue.chain.change')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <FormPage<Values, Parameters<typeof api.chains.change.call>[0], { readonly id: string }>
      title={t('catalogue.chain.change_of', { name: `${code} ${named(chain)}` })}
      initial={valuesOf(chain)}
      command={command}
      reason={refused}
      toInput={(values) => ({
        ...inputFrom(values),
        code,
        rev: chain.rev,
        state: values.state,
        why: values.why,
      })}
      submit={t('catalogue.save')}
      done={() => void navigate(placeOf.chain(code))}
      onCancel={() => void navigate(placeOf.chain(code))}
    >
      <ChainItems />
      <ChangeItems />
    </FormPage>
  )
}

const blankSegment = (key: Stage) => ({ key, stage: key, zh: '', en: '', products: [] })

function ChainItems() {
  const t = useText('chains')
  const named = useNamed()
  const clusters = useQuery(api.clusters.list.queryOptions({ input: standingList }))
  return (
    <>
      <div className="catalogue-pair">
        <TextItem name="zh" label={t('catalogue.column.zh')} max={60} required />
        <TextItem name="en" label={t('catalogue.column.en')} max={120} required />
        <ChoiceItem
          name="cluster"
          label={t('catalogue.cluster.one')}
          required
          options={(clusters.data?.rows ?? []).map((row) => ({ value: row.code, label: named(row) }))}
        />
        <BasisItem name="basis" required />
      </div>
      <TextItem name="source" label={t('catalogue.column.source')} max={300} />
      <h2 className="catalogue-heading">{t('catalogue.segment.title')}</h2>
      <Form.List name="segments">
        {(fields, { add, remove, move }, { errors }) => (
          <>
            {fields.map(({ key, name }) => (
              <fieldset key={key} className="catalogue-part">
                <legend>{t('catalogue.segment.nth', { n: name + 1 })}</legend>
                <div className="catalogue-pair">
                  <TextItem name={[name, 'zh']} label={t('catalogue.column.zh')} max={60} required />
                  <TextItem name={[name, 'en']} label={t('catalogue.column.en')} max={120} required />
                  <StageItem name={[name, 'stage']} />
                  <TextItem
                    name={[name, 'key']}
                    label={t('catalogue.segment.key')}
                    max={40}
                    required
                    extra={t('catalogue.segment.key_hint')}
                  />
                </div>
                <Places segment={name} />
                <p className="catalogue-verbs">
                  <VerbButton
                    reason={name > 0 ? null : t('catalogue.segment.first')}
                    onClick={() => move(name, name - 1)}
                  >
                    {t('catalogue.segment.up')}
                  </VerbButton>
                  <VerbButton
                    reason={name < fields.length - 1 ? null : t('catalogue.segment.last')}
                    onClick={() => move(name, name + 1)}
                  >
                    {t('catalogue.segment.down')}
                  </VerbButton>
                  <VerbButton
                    reason={fields.length > 1 ? null : t('catalogue.segment.one_stays')}
                    onClick={() => remove(name)}
                  >
                    {t('catalogue.segment.drop')}
                  </VerbButton>
                </p>
              </fieldset>
            ))}
            <Form.ErrorList errors={errors} />
            <p className="catalogue-verbs">
              <VerbButton
                reason={fields.length < segmentsMax ? null : t('catalogue.recipe.enough', { n: segmentsMax })}
                onClick={() => add({ products: [] })}
              >
                {t('catalogue.segment.add')}
              </VerbButton>
            </p>
          </>
        )}
      </Form.List>
    </>
  )
}

function Places({ segment }: { readonly segment: number }) {
  const t = useText('chains')
  return (
    <Form.List name={[segment, 'products']}>
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className="catalogue-place">
              <ProductItem name={[name, 'product']} label={t('catalogue.product.one')} required />
              <NumberItem name={[name, 'weight']} label={t('catalogue.place.weight')} min={0} max={100} required />
              <NumberItem name={[name, 'mes']} label={t('catalogue.place.mes')} min={0} max={1e12} required />
              <FlagItem name={[name, 'isRequired']} label={t('catalogue.place.required')} />
              <VerbButton
                className="catalogue-take"
                aria-label={t('catalogue.place.drop', { n: name + 1 })}
                onClick={() => remove(name)}
              >
                {t('catalogue.take')}
              </VerbButton>
            </div>
          ))}
          <p className="catalogue-verbs">
            <VerbButton
              reason={fields.length < placesMax ? null : t('catalogue.recipe.enough', { n: placesMax })}
              onClick={() => add({ weight: 1, mes: 0, isRequired: true })}
            >
              {t('catalogue.place.add')}
            </VerbButton>
          </p>
        </>
      )}
    </Form.List>
  )
}
