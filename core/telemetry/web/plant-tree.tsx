import { CaretDownOutlined, CaretRightOutlined } from '@ant-design/icons'
import { EmptyState, OpenFormButton, Panel, ProblemAlert, SkeletonLines, useText, VerbButton } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useDeferredValue, useEffect, useState } from 'react'
import { api, nameOf } from './api.ts'
import { useRefusal } from './keeper-drawer.tsx'
import { usePlantNodes, type NodeRow } from './plant-nodes.ts'

type Chosen = { readonly chosen: string | null; readonly onChoose: (id: string) => void }

/** Every place of the plant, read as it is opened; with words whatever fits, wherever it stands. */
export function PlantTree(props: Chosen) {
  const t = useText('telemetry')
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string) =>
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const line = useLine(props.chosen, setOpen)
  return (
    <Panel className="tz-plant-tree">
      <Input.Search
        aria-label={t('plant.search')}
        placeholder={t('plant.search')}
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <nav aria-label={t('plant.tree')}>
        {q === '' ? (
          <Branch parentId={null} line={line} open={open} toggle={toggle} {...props} />
        ) : (
          <Found q={q} {...props} />
        )}
      </nav>
    </Panel>
  )
}

type LineRow = Pick<NodeRow, 'id' | 'parentId' | 'name' | 'segment' | 'hasChildren'>

/** The chosen place and what stands above it, from the top; what stands above is opened, once for each choice. */
function useLine(
  chosen: string | null,
  setOpen: (change: (before: ReadonlySet<string>) => Set<string>) => void,
): readonly LineRow[] {
  const { data } = useQuery({
    ...api.plantNode.queryOptions({ input: { id: chosen ?? '' } }),
    enabled: chosen !== null,
  })
  const path = data?.path.map(({ id }) => id).join(' ') ?? ''
  useEffect(() => {
    if (path !== '') setOpen((before) => new Set([...before, ...path.split(' ')]))
  }, [path, setOpen])
  if (!data || data.retired) return []
  const above = data.path.map(({ id, name, code }, index, all) => ({
    id,
    name,
    segment: code.split('.').at(-1) ?? code,
    parentId: all[index - 1]?.id ?? null,
    hasChildren: true,
  }))
  return [...above, { ...data, parentId: above.at(-1)?.id ?? null }]
}

/** Scrolls the tree, not the page, to a row that was just chosen. */
function showRow(row: HTMLElement | null): void {
  const tree = row?.closest('nav')
  if (!row || !tree) return
  const [at, within] = [row.getBoundingClientRect(), tree.getBoundingClientRect()]
  if (at.top < within.top || at.bottom > within.bottom) tree.scrollTop += at.top - within.top - within.height / 2
}

type BranchProps = Chosen & {
  readonly parentId: string | null
  readonly line: readonly LineRow[]
  readonly open: ReadonlySet<string>
  readonly toggle: (id: string) => void
}

function Branch({ parentId, line, open, toggle, chosen, onChoose }: BranchProps) {
  const t = useText('telemetry')
  const query = usePlantNodes({ parentId })
  if (query.isPending) return <SkeletonLines lines={2} />
  const read = query.data?.pages.flatMap((page) => page.rows) ?? []
  // What is chosen is seen also while its page of the branch was not read.
  const own = line.find((one) => one.parentId === parentId)
  const isFar = own !== undefined && query.hasNextPage && !read.some(({ id }) => id === own.id)
  const rows: readonly LineRow[] = isFar ? [...read, own] : read
  return (
    <>
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      {query.data && rows.length === 0 && parentId === null && <Nothing />}
      {rows.length > 0 && (
        <ul className="tz-plant-branch">
          {rows.map((row) => (
            <li key={row.id}>
              <div
                ref={row.id === chosen ? showRow : undefined}
                className={row.id === chosen ? 'tz-plant-row tz-plant-chosen' : 'tz-plant-row'}
              >
                {row.hasChildren ? (
                  <Button
                    type="text"
                    size="small"
                    icon={open.has(row.id) ? <CaretDownOutlined /> : <CaretRightOutlined />}
                    aria-expanded={open.has(row.id)}
                    aria-label={t('plant.open', { name: nameOf(row.name) })}
                    onClick={() => toggle(row.id)}
                  />
                ) : (
                  <span className="tz-plant-leaf" />
                )}
                <NodeButton row={row} label={row.segment} chosen={chosen} onChoose={onChoose} />
              </div>
              {row.hasChildren && open.has(row.id) && (
                <Branch parentId={row.id} line={line} open={open} toggle={toggle} chosen={chosen} onChoose={onChoose} />
              )}
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <VerbButton type="link" size="small" onClick={() => void query.fetchNextPage()}>
          {t('plant.more')}
        </VerbButton>
      )}
    </>
  )
}

function NodeButton({ row, label, chosen, onChoose }: Chosen & { readonly row: LineRow; readonly label: string }) {
  return (
    <button
      type="button"
      className="tz-plant-name"
      aria-current={row.id === chosen ? 'true' : undefined}
      onClick={() => onChoose(row.id)}
    >
      {nameOf(row.name)} <span className="tz-mono tz-second">{label}</span>
    </button>
  )
}

function Found({ q, chosen, onChoose }: Chosen & { readonly q: string }) {
  const t = useText('telemetry')
  const query = usePlantNodes({ q })
  if (query.isPending) return <SkeletonLines lines={3} />
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <>
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      {query.data && rows.length === 0 && (
        <EmptyState title={t('plant.none_found')} text={t('plant.none_found_text')} />
      )}
      <ul className="tz-plant-branch">
        {rows.map((row) => (
          <li key={row.id} className={row.id === chosen ? 'tz-plant-row tz-plant-chosen' : 'tz-plant-row'}>
            <NodeButton row={row} label={row.code} chosen={chosen} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <VerbButton type="link" size="small" onClick={() => void query.fetchNextPage()}>
          {t('plant.more')}
        </VerbButton>
      )}
    </>
  )
}

function Nothing() {
  const t = useText('telemetry')
  const refused = useRefusal()
  return (
    <EmptyState
      title={t('plant.empty')}
      text={t('plant.empty_text')}
      verb={
        <OpenFormButton name="add-node" reason={refused}>
          {t('plant.add')}
        </OpenFormButton>
      }
    />
  )
}
