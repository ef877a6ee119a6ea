import './target.css'
import { inputOf, ListPage, useMe, useText, VerbButton, type ListColumn } from '@tingzhou/ui'
import { Link } from 'react-router'
import { lineContract } from '../../target/line-contract.ts'
import { lists } from '../../target/words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf, type LineRow } from './api.ts'
import { mayKeep } from './rights.ts'
import { ListTag, TargetTag, ValueText } from './tags.tsx'

const schema = inputOf(lineContract.list)

/** The lists 延链, 补链, 强链 of every chain, the most valuable line first. */
export function LineList() {
  const t = useText('chains')
  const { columns, filters } = useLines(true)
  return (
    <ListPage
      name="chains.lines"
      title={t('chain_line.title')}
      schema={schema}
      source={{ key: api.lines.list.key(), load: (input, signal) => api.lines.list.call(input, { signal }) }}
      rowKey={({ key }) => key}
      rowHref={({ key }) => placeOf.line(key)}
      verbs={
        <>
          <VerbButton href={placeOf.board}>{t('target.title')}</VerbButton>
          <VerbButton href={placeOf.plants}>{t('plant.title')}</VerbButton>
        </>
      }
      searchHint={t('chain_line.hint')}
      columns={columns}
      filters={filters}
      views={[
        { key: 'untouched', label: t('chain_line.view_untouched'), params: { targeted: 'false' } },
        { key: 'targeted', label: t('chain_line.view_targeted'), params: { targeted: 'true' } },
        { key: 'gone', label: t('chain_line.view_gone'), params: { gone: 'true' } },
      ]}
      live={['chain_run', 'chain_target']}
      empty={{ nothing: t('chain_line.empty') }}
    />
  )
}

/** The lists of one chain, for its page. */
export function ChainLists({ code }: { readonly code: string }) {
  const t = useText('chains')
  const { columns, filters } = useLines(false)
  return (
    <ListPage
      embedded
      name="chains.chain-lines"
      title={t('chain_line.title')}
      schema={schema}
      source={{ key: api.lines.list.key(), load: (input, signal) => api.lines.list.call(input, { signal }) }}
      fixed={{ chain: code }}
      rowKey={({ key }) => key}
      rowHref={({ key }) => placeOf.line(key)}
      searchHint={t('chain_line.hint')}
      columns={columns}
      filters={filters}
      live={['chain_run', 'chain_target']}
      empty={{ nothing: t('chain_line.empty') }}
    />
  )
}

function useLines(ofAll: boolean) {
  const t = useText('chains')
  const named = useNamed()
  const columns: readonly ListColumn<LineRow>[] = [
    { key: 'product', title: t('chain_line.product'), card: 'title', render: ({ product }) => named(product) },
    { key: 'list', title: t('chain_line.kind'), card: 'decides', render: ({ list }) => <ListTag list={list} /> },
    ...(ofAll
      ? [
          {
            key: 'chain',
            title: t('chain_line.chain'),
            render: ({ chain }: LineRow) => `${chain.code} ${named(chain)}`,
          },
        ]
      : []),
    { key: 'segment', title: t('chain_line.segment'), render: ({ segment }) => named(segment) },
    {
      key: 'value',
      title: t('chain_line.value'),
      align: 'right',
      sort: true,
      card: 'decides',
      render: ({ valueFen, isRounded }) => <ValueText fen={valueFen} isRounded={isRounded} />,
    },
    { key: 'buyers', title: t('chain_line.buyers'), align: 'right', render: ({ buyers }) => buyers },
    { key: 'candidates', title: t('chain_line.candidates'), align: 'right', render: (row) => row.candidates },
    { key: 'target', title: t('target.one'), card: 'decides', render: (row) => <LineVerb line={row} /> },
  ]
  const filters = [
    {
      kind: 'choice',
      key: 'list',
      label: t('chain_line.kind'),
      multiple: true,
      options: lists.map((value) => ({ value, label: t(`chain_line.list.${value}`) })),
    },
    ...(ofAll
      ? [
          {
            kind: 'lookup' as const,
            key: 'chain',
            label: t('chain_line.chain'),
            find: async (q: string, signal: AbortSignal) =>
              (await api.chains.list.call({ limit: 50, ...(q === '' ? {} : { q }) }, { signal })).rows.map((row) => ({
                value: row.code,
                label: `${row.code} ${named(row)}`,
              })),
          },
          {
            kind: 'lookup' as const,
            key: 'product',
            label: t('chain_line.product'),
            find: async (q: string, signal: AbortSignal) =>
              (await api.products.list.call({ limit: 50, ...(q === '' ? {} : { q }) }, { signal })).rows.map((row) => ({
                value: row.code,
                label: `${row.code} ${named(row)}`,
              })),
          },
        ]
      : []),
  ] as const
  return { columns, filters }
}

/** 开目标, or the target that the line has. */
export function LineVerb({ line, primary = false }: { readonly line: LineRow; readonly primary?: boolean }) {
  const t = useText('chains')
  const me = useMe()
  if (line.target)
    return (
      <>
        <Link to={placeOf.target(line.target.id)}>{line.target.ownerName}</Link> <TargetTag state={line.target.state} />
      </>
    )
  const reason = mayKeep(me) ? (line.isGone ? t('chain_line.gone') : null) : t('target.reason.officer_only')
  return (
    <VerbButton
      {...(primary ? { type: 'primary' as const } : { size: 'small' as const })}
      href={placeOf.newTarget(line.key)}
      reason={reason}
    >
      {t('target.open')}
    </VerbButton>
  )
}
