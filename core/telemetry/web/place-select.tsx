import { ClearIcon, useText } from '@tingzhou/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { TreeSelect } from 'antd'
import { useDeferredValue, useState } from 'react'
import { isBelow, type NodeLevel } from '../plant-rule.ts'
import { api, nameOf } from './api.ts'
import type { NodeRow } from './plant-nodes.ts'

const rowsPerPage = 200

type Props = {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (id: string | null) => void
  /** Only what something of this level may stand in. */
  readonly below: NodeLevel
  /** It and what is in it cannot be chosen. */
  readonly without?: string
}

/** Chooses the place that something stands in: down the tree, or by words. Inside a form. */
export function PlaceSelect({ id, value, onChange, below, without }: Props) {
  const t = useText('telemetry')
  const client = useQueryClient()
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const [loaded, setLoaded] = useState<readonly NodeRow[]>([])
  const top = useQuery(api.plantNodes.queryOptions({ input: { limit: rowsPerPage } }))
  const found = useQuery({ ...api.plantNodes.queryOptions({ input: { q, limit: 50 } }), enabled: q !== '' })
  // What is chosen has a name also before its place in the tree was opened.
  const chosen = useQuery({ ...api.plantNode.queryOptions({ input: { id: value ?? '' } }), enabled: Boolean(value) })
  const rows = q === '' ? [...(top.data?.rows ?? []), ...loaded] : (found.data?.rows ?? [])
  const known = new Map([...(chosen.data && q === '' ? [chosen.data] : []), ...rows].map((row) => [row.id, row]))
  const takes = (row: Pick<NodeRow, 'level' | 'id'>) => isBelow(below, row.level) && row.id !== without
  return (
    <TreeSelect
      {...(id ? { id } : {})}
      value={value ?? undefined}
      onChange={(next: string | undefined) => onChange?.(next ?? null)}
      allowClear={{ clearIcon: <ClearIcon /> }}
      showSearch={{ filterTreeNode: false, onSearch: setWords, searchValue: words }}
      placeholder={t('plant.parent_none')}
      treeDataSimpleMode
      treeData={[...known.values()].map((row) => ({
        id: row.id,
        pId: q === '' && row.parentId !== null && known.has(row.parentId) ? row.parentId : 0,
        value: row.id,
        title: `${nameOf(row.name)} ${row.code}`,
        disabled: !takes(row),
        isLeaf: q !== '' || !row.hasChildren || row.id === without,
      }))}
      loadData={async ({ value: parentId }) => {
        const input = { parentId: String(parentId), limit: rowsPerPage }
        const answer = await client.fetchQuery(api.plantNodes.queryOptions({ input }))
        setLoaded((before) => [...before.filter((row) => row.parentId !== parentId), ...answer.rows])
      }}
      notFoundContent={t('plant.none_found')}
      loading={top.isPending || found.isFetching}
      popupMatchSelectWidth={false}
    />
  )
}
