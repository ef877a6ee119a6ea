import { ListPage, useMe, useText, VerbButton, When, zoneToday } from '@tingzhou/ui'
import { EnterpriseListInput } from '../contract.ts'
import { api } from './api.ts'
import { findIndustries, nameOfIndustry, useAreas } from './catalogue.ts'
import { StatusTag, SyntheticTag, Uscc } from './parts.tsx'
import { mayImport, mayRegister } from './roles.ts'
import { choicesOf, sizes, statuses, usccStatuses } from './words.ts'

// Years above scale that the filter offers; an older year can be written into the address.
const yearsBack = 6

/** Tags and chains are the zone's own words: what is typed is looked for. */
const asTyped = async (text: string) => (text.trim() === '' ? [] : [{ value: text.trim(), label: text.trim() }])

/** The register of enterprises. */
export function EnterpriseList() {
  const t = useText('registry')
  const me = useMe()
  const areas = useAreas()
  const thisYear = Number(zoneToday().slice(0, 4))
  const years = Array.from({ length: yearsBack }, (_, i) => String(thisYear - i))
  const register = (
    <VerbButton type="primary" href="/enterprises/new" reason={mayRegister(me) ? null : t('reason.register')}>
      {t('verb.register')}
    </VerbButton>
  )
  return (
    <ListPage
      name="registry.enterprises"
      title={t('enterprise.title')}
      schema={EnterpriseListInput}
      source={{
        key: api.enterprises.list.key(),
        load: (input, signal) => api.enterprises.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/enterprises/${row.id}`}
      primary={register}
      verbs={
        <>
          <VerbButton href="/enterprises/figures">{t('figure.title')}</VerbButton>
          <VerbButton href="/enterprises/import" reason={mayImport(me) ? null : t('reason.import')}>
            {t('verb.import')}
          </VerbButton>
        </>
      }
      searchHint={t('enterprise.search_hint')}
      columns={[
        {
          key: 'name',
          title: t('field.name'),
          sort: true,
          width: 280,
          card: 'title',
          render: (row) => (
            <>
              {row.name} <SyntheticTag when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'uscc',
          title: t('field.uscc'),
          width: 210,
          render: (row) => <Uscc uscc={row.uscc} status={row.usccStatus} />,
        },
        { key: 'area', title: t('field.areaId'), card: 'decides', render: (row) => row.areaName ?? '–' },
        {
          key: 'industry',
          title: t('field.industry'),
          card: 'decides',
          render: (row) => (row.industry ? `${row.industry} ${row.industryName ?? ''}` : '–'),
        },
        { key: 'size', title: t('field.size'), render: (row) => (row.size ? t(`size.${row.size}`) : '–') },
        {
          key: 'years',
          title: t('field.aboveScaleYears'),
          hidden: true,
          render: (row) => row.aboveScaleYears.join(t('comma')) || '–',
        },
        {
          key: 'tags',
          title: t('field.tags'),
          render: (row) => row.tags.join(t('comma')) || '–',
        },
        { key: 'address', title: t('field.address'), hidden: true, render: (row) => row.address || '–' },
        {
          key: 'status',
          title: t('field.status'),
          card: 'decides',
          render: (row) => <StatusTag status={row.status} />,
        },
        {
          key: 'updatedAt',
          title: t('updated'),
          sort: true,
          hidden: true,
          render: (row) => <When at={row.updatedAt} />,
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'areaId',
          label: t('field.areaId'),
          multiple: true,
          options: areas.map(({ id, name }) => ({ value: id, label: name })),
        },
        { kind: 'lookup', key: 'industry', label: t('field.industry'), find: findIndustries, name: nameOfIndustry },
        { kind: 'choice', key: 'size', label: t('field.size'), multiple: true, options: choicesOf(t, 'size', sizes) },
        {
          kind: 'choice',
          key: 'aboveScaleYear',
          label: t('field.aboveScaleYears'),
          options: years.map((year) => ({ value: year, label: year })),
        },
        { kind: 'lookup', key: 'tag', label: t('field.tags'), find: asTyped },
        { kind: 'lookup', key: 'chain', label: t('field.chains'), find: asTyped },
        {
          kind: 'choice',
          key: 'status',
          label: t('field.status'),
          multiple: true,
          options: choicesOf(t, 'status', statuses),
        },
        {
          kind: 'choice',
          key: 'usccStatus',
          label: t('uscc.title'),
          multiple: true,
          options: choicesOf(t, 'uscc', usccStatuses),
        },
      ]}
      views={[
        { key: 'above', label: t('view.above'), params: { aboveScaleYear: String(thisYear) } },
        { key: 'check', label: t('view.check'), params: { usccStatus: ['legacy', 'malformed'] } },
      ]}
      exportHref={(query) => `/api/v1/enterprises/export.xlsx?${query}`}
      live={['enterprise']}
      empty={{ nothing: t('enterprise.empty'), verb: register }}
    />
  )
}
