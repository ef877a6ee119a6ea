import './catalogue.css'
import {
  ChoiceItem,
  formatMoney,
  holdsRole,
  i18n,
  PickItem,
  StateTag,
  TextItem,
  unitWord,
  useMe,
  useText,
  type ItemProps,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { keepingRoles } from '../../roles.ts'
import { bases, langs, stages, states, type Basis, type State } from '../../words.ts'
import { api } from '../api.ts'
import { ChangeTrail, type ChangeRow } from '../history.tsx'
import { useNamed, type Named } from '../map/named.ts'
import { placeOf, type NamedAnswer } from './api.ts'

/** Why the reader may not keep the catalogue; null: may. */
export function useKeeping(): string | null {
  const t = useText('chains')
  return holdsRole(useMe(), keepingRoles) ? null : t('catalogue.officers_only')
}

const unverified: readonly Basis[] = ['assumed', 'inv']

/** What a value rests on; what nobody checked stands out, by a shape and in words. */
export function BasisMark({ basis }: { readonly basis: Basis }) {
  const t = useText('chains')
  return unverified.includes(basis) ? (
    <StateTag tone="attention" shape="ring">
      {t(`catalogue.basis.${basis}`)}
    </StateTag>
  ) : (
    <span className="tz-caption">{t(`catalogue.basis.${basis}`)}</span>
  )
}

export function OpenTag({ state }: { readonly state: State }) {
  const t = useText('chains')
  return state === 'open' ? (
    <StateTag tone="good">{t('catalogue.state.open')}</StateTag>
  ) : (
    <StateTag tone="plain" shape="cross">
      {t('catalogue.state.closed')}
    </StateTag>
  )
}

type Coded = Named & { readonly code: string }

/** A product by its code and name, and the way to it. */
export function ProductLink({ product }: { readonly product: Coded }) {
  const named = useNamed()
  return (
    <Link to={placeOf.product(product.code)}>
      <span className="tz-mono">{product.code}</span> {named(product)}
    </Link>
  )
}

export const priceOf = ({ priceFen, unit }: { readonly priceFen: number; readonly unit: string }): string =>
  `${formatMoney(priceFen)}/${unitWord(unit)}`

/** What was done to an object, field by field, the latest first. */
export function History({ rows }: { readonly rows: readonly ChangeRow[] }) {
  const t = useText('chains')
  const fieldName = (field: string) => {
    const key = `catalogue.column.${field.split(' ')[0] ?? ''}`
    return i18n.exists(`chains:${key}`) ? [t(key), ...field.split(' ').slice(1)].join(' ') : field
  }
  const valueOf = (field: string, value: unknown) => {
    const key = `catalogue.${field}.${String(value)}`
    return (field === 'basis' || field === 'state') && i18n.exists(`chains:${key}`) ? t(key) : String(value)
  }
  return (
    <ChangeTrail rows={rows} did="catalogue.did">
      {({ field, from, to }) => (
        <p key={field} className="tz-flush tz-second catalogue-change">
          {fieldName(field)} {isSaid(from) && <s className="tz-before">{valueOf(field, from)}</s>}{' '}
          <span aria-hidden>→</span> {isSaid(to) ? valueOf(field, to) : '–'}
        </p>
      )}
    </ChangeTrail>
  )
}

const isSaid = (value: unknown): boolean => value !== null && value !== ''

/** What a saved name says: saved, or that others are called so too. */
export function useSaidOfNames(): (answer: NamedAnswer) => string {
  const t = useText('chains')
  const named = useNamed()
  return ({ warnings }) =>
    warnings.length === 0
      ? t('catalogue.saved')
      : t('catalogue.same_name', {
          names: warnings.map((one) => `${one.name}: ${one.code} ${named(one)}`).join('; '),
        })
}

/** What every change also asks. */
export function ChangeItems({ withState = true }: { readonly withState?: boolean }) {
  const t = useText('chains')
  return (
    <>
      {withState && (
        <ChoiceItem
          name="state"
          label={t('catalogue.column.state')}
          options={states.map((value) => ({ value, label: t(`catalogue.state.${value}`) }))}
        />
      )}
      <TextItem name="why" label={t('catalogue.why')} max={500} required rows={2} />
    </>
  )
}

export function BasisItem(props: Omit<ItemProps, 'label'>) {
  const t = useText('chains')
  return (
    <ChoiceItem
      {...props}
      label={t('catalogue.column.basis')}
      options={bases.map((value) => ({ value, label: t(`catalogue.basis.${value}`) }))}
    />
  )
}

/** The language of a name. */
export function LangItem() {
  const t = useText('chains')
  return (
    <ChoiceItem
      name="lang"
      label={t('catalogue.lang')}
      radio
      options={langs.map((value) => ({ value, label: t(`catalogue.langs.${value}`) }))}
    />
  )
}

export function StageItem(props: Omit<ItemProps, 'label'>) {
  const t = useText('chains')
  return (
    <ChoiceItem
      {...props}
      required
      label={t('catalogue.stage')}
      options={stages.map((value) => ({ value, label: t(`catalogue.stages.${value}`) }))}
    />
  )
}

/** An open product, found by its code or any of its names. */
export function ProductItem(props: ItemProps) {
  const named = useNamed()
  return (
    <PickItem
      {...props}
      among={['chain_product']}
      find={async (q, signal) => {
        const wish = { limit: 200, state: 'open', ...(q === '' ? {} : { q }) } as const
        const { rows } = await api.products.list.call(wish, { signal })
        return rows.map((row) => ({
          value: row.code,
          label: `${row.code} ${named(row)}${row.matched === null ? '' : ` (${row.matched})`} · ${unitWord(row.unit)}`,
        }))
      }}
    />
  )
}
