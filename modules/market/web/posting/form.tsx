import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio, Select, Space } from 'antd'
import { useDeferredValue, useState } from 'react'
import {
  ChoiceItem,
  DayItem,
  DegreeItem,
  fileIds,
  FilesItem,
  FlagItem,
  TextItem,
  unitWord,
  useItem,
  useMe,
  useText,
  WholeItem,
  type FindChoices,
  type ItemProps,
  type UploadedFile,
} from '@tingzhou/ui'
import { periods } from '../../posting/words.ts'
import { postingKinds, subjects, visibilities, type PostingKind, type Subject, type Visibility } from '../../words.ts'
import { findEnterprises, findPosters, productsCalled } from './finding.ts'
import { FirmItem } from './firm-item.tsx'
import { firmsOf, isOfficer } from './rights.ts'
import type { Amount, PostingDetail, ProductRef, Reading } from './types.ts'
import { useWords } from './words.tsx'

/** None of the catalogue, as a choice. */
const noProduct = 'none'

/** What the form of a posting holds. */
export type PostingValues = {
  readonly kind: PostingKind
  readonly firmId?: string
  readonly text: string
  readonly subject: Subject
  /** A code, or that it is none of these; undefined: not said yet. */
  readonly product?: string
  readonly spec?: string[]
  readonly quantity?: string
  readonly period?: (typeof periods)[number]
  readonly minQuantity?: string
  readonly price?: string
  readonly place?: string
  readonly lonDeg?: number | null
  readonly latDeg?: number | null
  readonly leadDays?: number | null
  readonly neededBy?: string
  readonly validTo?: string
  readonly isSingle?: boolean
  readonly visibility: Visibility
  readonly invitedIds?: string[]
  readonly files?: UploadedFile[]
  /** The text as it was last read: what the fields hold is of this one. */
  readonly readText?: string
}

/** What the contract asks for. */
export const inputOf = (values: PostingValues) => ({
  text: values.text,
  subject: values.subject,
  ...(values.product === undefined ? {} : { productCode: values.product === noProduct ? null : values.product }),
  spec: values.spec ?? [],
  quantity: values.quantity ?? '',
  ...(values.period === undefined ? {} : { period: values.period }),
  minQuantity: values.minQuantity ?? '',
  price: values.price ?? '',
  place: values.place ?? '',
  lonDeg: values.lonDeg ?? null,
  latDeg: values.latDeg ?? null,
  leadDays: values.leadDays ?? null,
  neededBy: values.neededBy ?? null,
  ...(values.validTo === undefined ? {} : { validTo: values.validTo }),
  isSingle: values.isSingle ?? false,
  visibility: values.visibility,
  invitedIds: values.visibility === 'invited' ? (values.invitedIds ?? []) : [],
  fileIds: fileIds(values.files),
})

/** What was understood, as the form begins with it. */
export const understood = (reading: Reading): Partial<PostingValues> => ({
  text: reading.text,
  readText: reading.text,
  subject: reading.subject,
  // What is only a guess is chosen by the person.
  ...(reading.certainty === 'sure' && reading.product ? { product: reading.product.code } : {}),
  spec: reading.spec.map(({ value }) => value),
  ...(reading.quantity
    ? {
        quantity: typedQuantity(reading.quantity.value, reading.quantity, reading.subject),
        ...(reading.quantity.period ? { period: reading.quantity.period } : {}),
      }
    : {}),
  ...(reading.price ? { price: priceText(reading.price) } : {}),
  ...(reading.due ? { neededBy: reading.due } : {}),
})

const priceText = ({ low, high, per }: NonNullable<Reading['price']>): string =>
  `${low / 100_000}${high === null ? '' : `-${high / 100_000}`} ${unitWord('yuan')}/${unitWord(per)}`

/** Base units as a person types them; seats are counted without a unit. */
const typedQuantity = (value: number, { base, unit }: Pick<Amount, 'base' | 'unit'>, subject: Subject): string =>
  subject === 'talent' ? String(value / base) : `${value / base} ${unitWord(unit)}`

/** A posting as the form that changes it begins. */
export const valuesOf = (posting: PostingDetail): PostingValues => ({
  kind: posting.kind,
  firmId: posting.firm.id,
  text: posting.text,
  subject: posting.subject,
  ...(posting.isConfirmed ? { product: posting.product?.code ?? noProduct } : {}),
  spec: posting.spec,
  ...(posting.quantity
    ? {
        quantity: typedQuantity(posting.quantity.value, posting.quantity, posting.subject),
        ...(posting.quantity.period ? { period: posting.quantity.period } : {}),
        ...(posting.minQuantity === null
          ? {}
          : { minQuantity: typedQuantity(posting.minQuantity, posting.quantity, posting.subject) }),
      }
    : {}),
  ...(posting.price ? { price: priceText(posting.price) } : {}),
  place: posting.place,
  lonDeg: posting.lonDeg,
  latDeg: posting.latDeg,
  leadDays: posting.leadDays,
  ...(posting.neededBy === null ? {} : { neededBy: posting.neededBy }),
  validTo: posting.validTo,
  isSingle: posting.isSingle,
  visibility: posting.visibility,
  invitedIds: posting.invited.map(({ id }) => id),
})

/** Whether it is offered or needed, and of which firm. */
export function WhoseItems() {
  const t = useText('market')
  const me = useMe()
  const own = firmsOf(me)
  return (
    <>
      <Form.Item name="kind" label={t('posting.field.kind')}>
        <Radio.Group
          optionType="button"
          buttonStyle="solid"
          options={postingKinds.toReversed().map((value) => ({ value, label: t(`posting.kind_verb.${value}`) }))}
        />
      </Form.Item>
      {isOfficer(me) ? (
        <FirmItem />
      ) : own.length > 1 ? (
        <ChoiceItem
          name="firmId"
          label={t('posting.field.firm')}
          required
          options={own.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
    </>
  )
}

/** What a person confirms or corrects. */
export function ConfirmItems({
  products,
  guess,
}: {
  readonly products: readonly ProductRef[]
  readonly guess: string | null
}) {
  const t = useText('market')
  const subject = Form.useWatch<Subject | undefined>('subject')
  const kind = Form.useWatch<PostingKind | undefined>('kind')
  const isTalent = subject === 'talent'
  return (
    <>
      <ChoiceItem
        name="subject"
        label={t('posting.field.subject')}
        options={subjects.map((value) => ({ value, label: t(`posting.subject.${value}`) }))}
      />
      {!isTalent && (
        <ProductItem name="product" label={t('posting.field.product')} required products={products} guess={guess} />
      )}
      {!isTalent && <SpecItem name="spec" label={t('posting.field.spec')} extra={t('posting.spec_hint')} />}
      <div className="market-pair">
        <TextItem
          name="quantity"
          label={t(isTalent ? 'posting.field.seats' : 'posting.field.quantity')}
          max={60}
          extra={t(isTalent ? 'posting.seats_hint' : 'posting.quantity_hint')}
        />
        {!isTalent && (
          <ChoiceItem
            name="period"
            label={t('posting.field.period')}
            clear
            options={periods.map((value) => ({ value, label: t(`posting.each.${value}`) }))}
          />
        )}
      </div>
      {!isTalent && <TextItem name="price" label={t('posting.field.price')} max={60} extra={t('posting.price_hint')} />}
      <div className="market-pair">
        {kind === 'need' ? (
          <DayItem name="neededBy" label={t('posting.field.neededBy')} />
        ) : (
          <WholeItem name="leadDays" label={t('posting.field.leadDays')} min={0} max={3650} unit={t('posting.days')} />
        )}
        <DayItem name="validTo" label={t('posting.field.validTo')} />
      </div>
      <TextItem name="place" label={t('posting.field.place')} max={200} extra={t('posting.place_hint')} />
      <MoreItems isTalent={isTalent} />
    </>
  )
}

function MoreItems({ isTalent }: { readonly isTalent: boolean }) {
  const t = useText('market')
  const me = useMe()
  const visibility = Form.useWatch<Visibility | undefined>('visibility')
  return (
    <details className="market-more">
      <summary>{t('posting.more')}</summary>
      {!isTalent && <TextItem name="minQuantity" label={t('posting.field.minQuantity')} max={60} />}
      <div className="market-pair">
        <DegreeItem name="lonDeg" label={t('posting.field.lon')} max={180} />
        <DegreeItem name="latDeg" label={t('posting.field.lat')} max={90} />
      </div>
      {!isTalent && <FlagItem name="isSingle" label={t('posting.field.isSingle')} />}
      <ChoiceItem
        name="visibility"
        label={t('posting.field.visibility')}
        options={visibilities.map((value) => ({ value, label: t(`posting.visibility.${value}`) }))}
      />
      {visibility === 'invited' && (
        <ManyItem
          name="invitedIds"
          label={t('posting.field.invited')}
          required
          find={isOfficer(me) ? findEnterprises : findPosters}
        />
      )}
      <FilesItem name="files" label={t('posting.field.files')} />
    </details>
  )
}

function SpecItem(props: ItemProps) {
  return (
    <Form.Item {...useItem(props)}>
      <Select mode="tags" tokenSeparators={[',', '，', ';', '；']} open={false} suffixIcon={null} />
    </Form.Item>
  )
}

function ProductItem(props: ItemProps & { readonly products: readonly ProductRef[]; readonly guess: string | null }) {
  return (
    <Form.Item {...useItem(props)}>
      <ProductField products={props.products} guess={props.guess} />
    </Form.Item>
  )
}

/** One of the products that it may be, one that is found by another name, or none. */
function ProductField(props: {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (value: string) => void
  readonly products: readonly ProductRef[]
  readonly guess: string | null
}) {
  const t = useText('market')
  const say = useWords()
  const [name, setName] = useState('')
  const asked = useDeferredValue(name.trim())
  const found = useQuery({
    queryKey: ['market', 'product', asked],
    queryFn: ({ signal }) => productsCalled(asked, signal),
    enabled: asked !== '',
  })
  const shown = [...new Map([...props.products, ...(found.data ?? [])].map((one) => [one.code, one])).values()]
  const label = (product: ProductRef) =>
    product.code === props.guess ? `${say.path(product)}（${t('posting.certainty.guess')}）` : say.path(product)
  return (
    <Space orientation="vertical" className="market-products">
      <Radio.Group
        {...(props.id === undefined ? {} : { id: props.id })}
        value={props.value}
        onChange={({ target }) => props.onChange?.(target.value)}
        options={[
          ...shown.map((product) => ({ value: product.code, label: label(product) })),
          { value: noProduct, label: t('posting.none_of_these') },
        ]}
      />
      <Input
        aria-label={t('posting.other_name')}
        placeholder={t('posting.other_name')}
        maxLength={60}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
    </Space>
  )
}

function ManyItem(props: ItemProps & { readonly find: FindChoices }) {
  const item = useItem(props)
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const found = useQuery({ queryKey: ['market', 'firms', q], queryFn: ({ signal }) => props.find(q, signal) })
  return (
    <Form.Item {...item}>
      <Select
        mode="multiple"
        showSearch={{ filterOption: false, onSearch: setWords }}
        options={(found.data ?? []).map((one) => ({ ...one }))}
      />
    </Form.Item>
  )
}
