import { CaretDownOutlined, CaretRightOutlined } from '@ant-design/icons'
import { EmptyState, OpenFormButton, Panel, ProblemAlert, SkeletonLines, useText, VerbButton } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useDeferredValue, useEffect, useState } from 'react'
import { api, nameOf } from './api.ts'
import { useRefusal } from './device-list.tsx'
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
  useOpenPath(props.chosen, setOpen)
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
        {q === '' ? <Branch parentId={null} open={open} toggle={toggle} {...props} /> : <Found q={q} {...props} />}
      </nav>
    </Panel>
  )
}

/** What stands above the chosen place is opened, once for each. */
function useOpenPath(chosen: string | null, setOpen: (change: (before: ReadonlySet<string>) => Set<string>) => void) {
  const shown = useQuery({ ...api.plantNode.queryOptions({ input: { id: chosen ?? '' } }), enabled: chosen !== null })
  const path = shown.data?.path.map(({ id }) => id).join(' ') ?? ''
  useEffect(() => {
    if (path !== '') setOpen((before) => new Set([...before, ...path.split(' ')]))
  }, [path, setOpen])
}

type BranchProps = Chosen & {
  readonly parentId: string | null
  readonly open: ReadonlySet<string>
  readonly toggle: (id: string) => void
}

function Branch({ parentId, open, toggle, chosen, onChoose }: BranchProps) {
  const t = useText('telemetry')
  const query = usePlantNodes({ parentId })
  if (query.isPending) return <SkeletonLines lines={2} />
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <>
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      {query.data && rows.length === 0 && parentId === null && <Nothing />}
      {rows.length > 0 && (
        <ul className="tz-plant-branch">
          {rows.map((row) => (
            <li key={row.id}>
              <div className={row.id === chosen ? 'tz-plant-row tz-plant-chosen' : 'tz-plant-row'}>
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
                <Branch parentId={row.id} open={open} toggle={toggle} chosen={chosen} onChoose={onChoose} />
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

function NodeButton({ row, label, chosen, onChoose }: Chosen & { readonly row: NodeRow; readonly label: string }) {
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
