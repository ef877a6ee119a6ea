import {
  FormBox,
  OpenFormButton,
  PlainTable,
  rowItem,
  TextItem,
  useCommand,
  useOpenForm,
  useOpenRow,
  useText,
} from '@tingzhou/ui'
import type { Basis, NameLang, State } from '../../words.ts'
import { api } from '../api.ts'
import type { NamedAnswer, Product } from './api.ts'
import { BasisItem, BasisMark, ChangeItems, LangItem, OpenTag, useKeeping, useSaidOfNames } from './parts.tsx'

/** What a product is also called. */
export function Names({ product }: { readonly product: Product }) {
  const t = useText('chains')
  const refused = useKeeping()
  return (
    <PlainTable
      name={t('catalogue.alias.title')}
      empty={t('catalogue.alias.empty')}
      head={[
        t('catalogue.alias.one'),
        t('catalogue.lang'),
        t('catalogue.column.basis'),
        t('catalogue.column.state'),
        t('catalogue.change'),
      ]}
      rows={product.aliases.map((one) => ({
        key: one.id,
        cells: [
          one.alias,
          t(`catalogue.langs.${one.lang}`),
          <BasisMark key="basis" basis={one.basis} />,
          <OpenTag key="state" state={one.state} />,
          <OpenFormButton key="change" name="change-alias" item={rowItem(one)} size="small" reason={refused}>
            {t('catalogue.change')}
          </OpenFormButton>,
        ],
      }))}
    />
  )
}

type AliasValues = { readonly alias: string; readonly lang: NameLang; readonly basis: Basis }

export function AddAlias({ code }: { readonly code: string }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const said = useSaidOfNames()
  const command = useCommand({ run: api.aliases.create.call, invalidate: [api.products.key()], success: said })
  return (
    <FormBox<AliasValues, Parameters<typeof api.aliases.create.call>[0], NamedAnswer>
      initial={{ lang: 'zh', basis: 'zone' }}
      command={command}
      toInput={(values) => ({ ...values, productCode: code })}
      submit={t('catalogue.alias.add')}
      done={close}
      onCancel={close}
    >
      <TextItem name="alias" label={t('catalogue.alias.one')} max={60} required extra={t('catalogue.alias.hint')} />
      <LangItem />
      <BasisItem name="basis" required />
    </FormBox>
  )
}

export function ChangeAlias({ product }: { readonly product: Product }) {
  const t = useText('chains')
  const { id, rev, close } = useOpenRow()
  const said = useSaidOfNames()
  const command = useCommand({ run: api.aliases.change.call, invalidate: [api.products.key()], success: said })
  const alias = product.aliases.find((one) => one.id === id)
  if (!alias) return <p className="tz-second">{t('catalogue.alias.gone')}</p>
  return (
    <FormBox<
      { readonly state: State; readonly basis: Basis; readonly why: string },
      Parameters<typeof api.aliases.change.call>[0],
      NamedAnswer
    >
      initial={{ state: alias.state, basis: alias.basis }}
      command={command}
      toInput={(values) => ({ ...values, id, rev })}
      submit={t('catalogue.save')}
      done={close}
      onCancel={close}
    >
      <p>{alias.alias}</p>
      <BasisItem name="basis" required />
      <ChangeItems />
    </FormBox>
  )
}
