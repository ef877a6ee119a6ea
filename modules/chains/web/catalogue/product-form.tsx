import {
  FormBox,
  FormPage,
  ScaledItem,
  TagsItem,
  TextItem,
  useCommand,
  useOpenForm,
  useText,
  zoneToday,
  ChoiceItem,
  DayItem,
  unitWord,
  NumberItem,
} from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { serviceKinds, siteNeeds, type SiteNeeds } from '../../words.ts'
import { api } from '../api.ts'
import { siteUnits } from '../site-units.ts'
import { placeOf, type NamedAnswer, type Product } from './api.ts'
import { BasisItem, ChangeItems, ProductItem, useKeeping, useSaidOfNames } from './parts.tsx'

type Input = Parameters<typeof api.products.create.call>[0]

/** As the form has it: grades a line each, numbers that nobody typed left out. */
type Values = Omit<Product, 'grades' | 'site' | 'marginShare'> & {
  readonly gradeLines: readonly string[]
  readonly marginPct: number | null
  readonly site: { readonly [need in keyof SiteNeeds]?: number | null | undefined }
  readonly why: string
}

const gradesOf = (lines: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(
    lines.flatMap((line) => {
      const [name = '', values = ''] = line.split(/[:：=]/, 2)
      const list = values
        .split('/')
        .map((value) => value.trim())
        .filter((value) => value !== '')
      return name.trim() === '' || list.length === 0 ? [] : [[name.trim(), list]]
    }),
  )

function inputFrom(values: Partial<Values>): Omit<Input, 'commandId' | 'code'> {
  const site = Object.fromEntries(
    siteNeeds.flatMap((need) => {
      const value = values.site?.[need]
      return value === null || value === undefined ? [] : [[need, value]]
    }),
  )
  const { marginPct } = values
  return {
    parent: values.parent ?? null,
    zh: values.zh ?? '',
    en: values.en ?? '',
    unit: values.unit ?? '',
    family: values.family ?? '',
    axis: values.axis === '' ? null : (values.axis ?? null),
    axisValues: values.axisValues ?? [],
    grades: gradesOf(values.gradeLines ?? []),
    service: values.service ?? null,
    kgPerUnit: values.kgPerUnit ?? 0,
    priceFen: values.priceFen ?? 0,
    industry: values.industry === '' ? null : (values.industry ?? null),
    marginShare: marginPct === null || marginPct === undefined ? null : marginPct / 100,
    site: Object.keys(site).length === 0 ? null : site,
    basis: values.basis ?? 'zone',
    source: values.source ?? '',
    asOf: values.asOf ?? zoneToday(),
  }
}

const valuesOf = (product: Product): Partial<Values> => ({
  ...product,
  unit: unitWord(product.unit),
  gradeLines: Object.entries(product.grades).map(([name, values]) => `${name}=${values.join('/')}`),
  marginPct: product.marginShare === null ? null : product.marginShare * 100,
  site: product.site ?? {},
})

/** Fields that the server calls otherwise. */
const fieldNames = { marginShare: 'marginPct', grades: 'gradeLines' }

function ProductItems() {
  const t = useText('chains')
  return (
    <>
      <div className="catalogue-pair">
        <TextItem name="zh" label={t('catalogue.column.zh')} max={60} required />
        <TextItem name="en" label={t('catalogue.column.en')} max={120} required />
        <TextItem
          name="unit"
          label={t('catalogue.column.unit')}
          max={20}
          required
          extra={t('catalogue.product.unit_hint')}
        />
        <TextItem
          name="family"
          label={t('catalogue.column.family')}
          max={40}
          required
          extra={t('catalogue.product.family_hint')}
        />
        <ScaledItem name="priceFen" label={t('catalogue.product.price')} scale={2} unit="¥" required />
        <NumberItem
          name="kgPerUnit"
          label={t('catalogue.column.kg_per_unit')}
          min={0}
          max={1e9}
          unit={unitWord('kg')}
          required
        />
        <BasisItem name="basis" required />
        <DayItem name="asOf" label={t('catalogue.column.as_of')} required />
      </div>
      <TextItem name="source" label={t('catalogue.column.source')} max={300} />
      <div className="catalogue-pair">
        <ProductItem name="parent" label={t('catalogue.column.parent')} />
        <TextItem
          name="industry"
          label={t('catalogue.column.industry')}
          max={4}
          extra={t('catalogue.product.industry_hint')}
        />
        <ChoiceItem
          name="service"
          label={t('catalogue.column.service')}
          clear
          options={serviceKinds.map((value) => ({ value, label: t(`catalogue.service.${value}`) }))}
        />
        <NumberItem name="marginPct" label={t('catalogue.column.margin_share')} min={0} max={100} unit="%" />
        <TextItem name="axis" label={t('catalogue.column.axis')} max={40} />
        <TagsItem name="axisValues" label={t('catalogue.column.axis_values')} />
      </div>
      <TagsItem name="gradeLines" label={t('catalogue.column.grades')} extra={t('catalogue.product.grades_hint')} />
      <div className="catalogue-pair">
        {siteNeeds.map((need) => (
          <NumberItem
            key={need}
            name={['site', need]}
            label={t(`catalogue.site.${need}`)}
            min={0}
            max={1e9}
            unit={unitWord(siteUnits[need])}
          />
        ))}
      </div>
    </>
  )
}

export function ProductNew() {
  const t = useText('chains')
  const navigate = useNavigate()
  const refused = useKeeping()
  const said = useSaidOfNames()
  const command = useCommand({ run: api.products.create.call, invalidate: [api.products.key()], success: said })
  return (
    <FormPage<Values, Input, NamedAnswer>
      title={t('catalogue.product.enter')}
      initial={{ basis: 'zone', asOf: zoneToday(), kgPerUnit: 1_000 }}
      command={command}
      draft="chains.product"
      reason={refused}
      fieldNames={fieldNames}
      toInput={(values) => ({ ...inputFrom(values), code: values.code })}
      submit={t('catalogue.product.enter')}
      done={({ id }) => void navigate(placeOf.product(id))}
    >
      <TextItem
        name="code"
        label={t('catalogue.column.code')}
        max={20}
        required
        extra={t('catalogue.product.code_hint')}
      />
      <ProductItems />
    </FormPage>
  )
}

export function ChangeProduct({ product }: { readonly product: Product }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const said = useSaidOfNames()
  const command = useCommand({ run: api.products.change.call, invalidate: [api.products.key()], success: said })
  return (
    <FormBox<Values, Parameters<typeof api.products.change.call>[0], NamedAnswer>
      initial={valuesOf(product)}
      command={command}
      fieldNames={fieldNames}
      toInput={(values) => ({
        ...inputFrom(values),
        code: product.code,
        rev: product.rev,
        state: values.state,
        why: values.why,
      })}
      submit={t('catalogue.save')}
      done={close}
      onCancel={close}
    >
      <ProductItems />
      <ChangeItems />
    </FormBox>
  )
}
