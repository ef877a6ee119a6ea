import { formatNumber, inputOf, ListPage, useMe, useText, VerbButton, When, type ListColumn } from '@tingzhou/ui'
import { parseRules } from '@tingzhou/settlement'
import { termsContract } from '../../terms/terms-contract.ts'
import { api } from '../api.ts'
import { SyntheticMark } from '../tags.tsx'
import type { TermsVersion } from './api.ts'
import { mayDeal } from './rights.ts'
import { sayRules } from './terms-words.ts'

const schema = inputOf(termsContract.list)

/** The rules by which waybills are settled, each in its latest version. */
export function TermsList() {
  const t = useText('freight')
  const me = useMe()
  const create = (
    <VerbButton type="primary" href="/freight-terms/new" reason={mayDeal(me) ? null : t('reason.deal')}>
      {t('terms.create')}
    </VerbButton>
  )
  const said = (row: TermsVersion, at: number): string => {
    const rules = parseRules(row.rules)
    return rules.ok ? (sayRules(t, rules.value, row.vatBp)[at]?.value ?? '–') : '–'
  }
  const columns: readonly ListColumn<TermsVersion>[] = [
    {
      key: 'name',
      title: t('field.name'),
      card: 'title',
      render: (row) => (
        <>
          {row.name} <SyntheticMark when={row.synthetic} />
        </>
      ),
    },
    { key: 'basis', title: t('terms.basis'), card: 'decides', render: (row) => said(row, 0) },
    { key: 'loss', title: t('terms.loss'), card: 'decides', render: (row) => said(row, 1) },
    {
      key: 'version',
      title: t('terms.version'),
      align: 'right',
      card: 'decides',
      render: (row) => formatNumber(row.version),
    },
    { key: 'created', title: t('terms.written'), render: (row) => <When at={row.createdAt} /> },
  ]
  return (
    <ListPage
      name="freight.terms"
      title={t('terms.title')}
      schema={schema}
      source={{ key: api.terms.list.key(), load: (input, signal) => api.terms.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/freight-terms/${row.id}`}
      primary={create}
      searchHint={t('field.name')}
      columns={columns}
      live={['freight_terms']}
      empty={{ nothing: t('terms.empty'), verb: create }}
    />
  )
}
