import './target.css'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Input, Select, Switch } from 'antd'
import {
  ClearIcon,
  EmptyState,
  formatDate,
  formatMoney,
  formatNumber,
  inputOf,
  ListPage,
  Page,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useLive,
  useMe,
  useText,
  VerbButton,
  zoneToday,
} from '@tingzhou/ui'
import { useId } from 'react'
import { Link, useSearchParams } from 'react-router'
import { targetContract } from '../../target/target-contract.ts'
import { lists, targetStates, type List } from '../../target/words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf, type TargetRow } from './api.ts'
import { mayKeep } from './rights.ts'
import { ListTag, SyntheticMark, TargetTag, ValueText } from './tags.tsx'

const filterKeys = ['chain', 'ownerId', 'list', 'late', 'q'] as const

/** What the address filters by. */
function useFilters() {
  const [query, setQuery] = useSearchParams()
  const set = (key: (typeof filterKeys)[number], value: string | undefined) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === undefined || value === '') next.delete(key)
        else next.set(key, value)
        return next
      },
      { replace: true },
    )
  const of = (key: (typeof filterKeys)[number]) => query.get(key) ?? undefined
  const list = lists.find((one) => one === of('list'))
  const [chain, ownerId, q] = [of('chain'), of('ownerId'), of('q')]
  const input = {
    ...(chain === undefined || !/^[A-Z0-9]{1,10}$/.test(chain) ? {} : { chain }),
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(list === undefined ? {} : { list }),
    ...(of('late') === 'true' ? { late: true } : {}),
    ...(q === undefined ? {} : { q }),
  }
  return { input, set, isFiltered: Object.keys(input).length > 0 }
}

/** Every open target in the column of its stage; those due next stand first. */
export function TargetBoard() {
  const t = useText('chains')
  const me = useMe()
  const { input, set, isFiltered } = useFilters()
  const query = useQuery({ ...api.targets.board.queryOptions({ input }), placeholderData: keepPreviousData })
  useLive({ kinds: ['chain_target', 'chain_run'], keys: [api.targets.key()] })
  const late = useLate(query.isPending)
  const columns = query.data?.columns ?? []
  const open = (
    <VerbButton type="primary" href={placeOf.newTarget()} reason={mayKeep(me) ? null : t('target.reason.officer_only')}>
      {t('target.open')}
    </VerbButton>
  )
  return (
    <Page
      title={t('target.title')}
      primary={open}
      verbs={
        <>
          <VerbButton href={placeOf.list}>{t('target.as_list')}</VerbButton>
          <VerbButton href={placeOf.lines}>{t('chain_line.title')}</VerbButton>
          <VerbButton href={placeOf.plants}>{t('plant.title')}</VerbButton>
        </>
      }
    >
      <BoardFilters input={input} set={set} />
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && late && <SkeletonLines lines={8} />}
      {query.data && columns.every(({ total }) => total === 0) && (
        <EmptyState title={t(isFiltered ? 'target.none_here' : 'target.empty')} />
      )}
      {columns.some(({ total }) => total > 0) && (
        <div className="target-board" tabIndex={0} role="region" aria-label={t('target.title')}>
          {columns.map(({ state, total, valueFen, rows }) => (
            <section key={state} className="target-column" aria-label={t(`target.state.${state}`)}>
              <h2>
                <span>{`${t(`target.state.${state}`)} ${formatNumber(total)}`}</span>
                {valueFen > 0 && <span className="tz-caption tz-number">{formatMoney(Math.round(valueFen))}</span>}
              </h2>
              <ul className="target-cards">
                {rows.map((row) => (
                  <li key={row.id}>
                    <Card target={row} />
                  </li>
                ))}
              </ul>
              {total > rows.length && (
                <Link to={`${placeOf.list}?state=${state}`}>{t('target.more', { n: total - rows.length })}</Link>
              )}
            </section>
          ))}
        </div>
      )}
    </Page>
  )
}

function BoardFilters({ input, set }: Pick<ReturnType<typeof useFilters>, 'input' | 'set'>) {
  const t = useText('chains')
  const named = useNamed()
  const ids = useId()
  const chains = useQuery(api.chains.list.queryOptions({ input: { limit: 200 } }))
  const owners = useQuery(api.targets.owners.queryOptions({ input: {} }))
  return (
    <div className="target-filters">
      <Input.Search
        aria-label={t('target.hint')}
        placeholder={t('target.hint')}
        defaultValue={input.q ?? ''}
        onSearch={(value) => set('q', value.trim())}
        allowClear={{ clearIcon: <ClearIcon /> }}
        style={{ maxWidth: 240 }}
      />
      <Select
        aria-label={t('chain_line.chain')}
        placeholder={t('chain_line.chain')}
        allowClear
        value={input.chain ?? null}
        onChange={(value: string | null) => set('chain', value ?? undefined)}
        options={(chains.data?.rows ?? []).map((row) => ({ value: row.code, label: `${row.code} ${named(row)}` }))}
      />
      <Select
        aria-label={t('target.owner')}
        placeholder={t('target.owner')}
        allowClear
        value={input.ownerId ?? null}
        onChange={(value: string | null) => set('ownerId', value ?? undefined)}
        options={(owners.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Select
        aria-label={t('chain_line.kind')}
        placeholder={t('chain_line.kind')}
        allowClear
        value={input.list ?? null}
        onChange={(value: List | null) => set('list', value ?? undefined)}
        options={lists.map((value) => ({ value, label: t(`chain_line.list.${value}`) }))}
      />
      <span>
        <Switch
          id={`${ids}late`}
          checked={input.late ?? false}
          onChange={(value) => set('late', value ? 'true' : undefined)}
        />{' '}
        <label htmlFor={`${ids}late`}>{t('target.only_late')}</label>
      </span>
    </div>
  )
}

function Card({ target }: { readonly target: TargetRow }) {
  const t = useText('chains')
  const named = useNamed()
  return (
    <article className="target-card">
      <Link to={placeOf.target(target.id)}>{named(target.product)}</Link>
      <span className="tz-caption">
        {`${target.chain.code} ${named(target.chain)}`} <SyntheticMark when={target.synthetic} />
      </span>
      {target.list && <ListTag list={target.list} />}
      {target.valueFen !== null && <ValueText fen={target.valueFen} />}
      <span>{target.owner.name}</span>
      <DeadlineText target={target} />
      {target.state === 'parked' && target.lookDay !== null ? (
        <span className="tz-second">{t('target.look_on', { day: formatDate(target.lookDay) })}</span>
      ) : (
        <StepText target={target} />
      )}
    </article>
  )
}

/** The deadline; red once it is over. */
export function DeadlineText({ target }: { readonly target: Pick<TargetRow, 'deadline' | 'isLate'> }) {
  const t = useText('chains')
  const day = formatDate(target.deadline)
  return target.isLate ? (
    <strong className="tz-overdue">{t('target.late_since', { day })}</strong>
  ) : (
    <span>{t('target.due_on', { day })}</span>
  )
}

/** The next step and its day; red once that is over. */
export function StepText({ target }: { readonly target: Pick<TargetRow, 'step' | 'stepDay' | 'closedAt'> }) {
  const t = useText('chains')
  const { step, stepDay, closedAt } = target
  if (step === '') return <span className="tz-second">{t('target.no_step')}</span>
  const text = stepDay === null ? step : t('target.step_on', { step, day: formatDate(stepDay) })
  const isOver = closedAt === null && stepDay !== null && stepDay < zoneToday()
  return isOver ? <strong className="tz-overdue">{text}</strong> : <span>{text}</span>
}

const schema = inputOf(targetContract.list)

/** The targets in one list, the next due first. */
export function TargetList() {
  const t = useText('chains')
  const named = useNamed()
  return (
    <ListPage
      name="chains.targets"
      title={t('target.list_title')}
      schema={schema}
      source={{ key: api.targets.list.key(), load: (input, signal) => api.targets.list.call(input, { signal }) }}
      rowKey={({ id }) => id}
      rowHref={({ id }) => placeOf.target(id)}
      verbs={<VerbButton href={placeOf.board}>{t('target.as_board')}</VerbButton>}
      searchHint={t('target.hint')}
      columns={[
        {
          key: 'product',
          title: t('chain_line.product'),
          card: 'title',
          render: (row) => (
            <>
              {named(row.product)} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'state', title: t('target.stage'), card: 'decides', render: ({ state }) => <TargetTag state={state} /> },
        { key: 'chain', title: t('chain_line.chain'), render: ({ chain }) => `${chain.code} ${named(chain)}` },
        { key: 'owner', title: t('target.owner'), card: 'decides', render: ({ owner }) => owner.name },
        {
          key: 'deadline',
          title: t('target.deadline'),
          card: 'decides',
          render: (row) => <DeadlineText target={row} />,
        },
        { key: 'step', title: t('target.step'), render: (row) => <StepText target={row} /> },
        { key: 'firm', title: t('target.firm'), render: ({ firm }) => firm?.name ?? '–' },
        {
          key: 'value',
          title: t('chain_line.value'),
          align: 'right',
          render: ({ valueFen }) => (valueFen === null ? '–' : <ValueText fen={valueFen} />),
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('target.stage'),
          multiple: true,
          options: targetStates.map((value) => ({ value, label: t(`target.state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'list',
          label: t('chain_line.kind'),
          options: lists.map((value) => ({ value, label: t(`chain_line.list.${value}`) })),
        },
        { kind: 'flag', key: 'late', label: t('target.only_late') },
      ]}
      live={['chain_target']}
      empty={{ nothing: t('target.empty') }}
    />
  )
}
