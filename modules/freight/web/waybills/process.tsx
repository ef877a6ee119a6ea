import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { BpmnView, i18n, ProblemAlert, SkeletonLines, useLate, useText } from '@tingzhou/ui'
import { useMemo } from 'react'
import { api } from '../api.ts'

/** The drawing of the waybill's process with its tokens and the path that was gone. */
export function WaybillProcess({ id }: { readonly id: string }) {
  return <Drawing query={useQuery(api.waybills.process.queryOptions({ input: { id } }))} nodes="waybill_node" />
}

type Drawn = Awaited<ReturnType<typeof api.waybills.process.call>>

/** A drawing with its tokens, its nodes called as the texts under `nodes` call them. */
export function Drawing({ query, nodes }: { readonly query: UseQueryResult<Drawn>; readonly nodes: string }) {
  const t = useText('freight')
  const late = useLate(query.isPending)
  const xml = query.data?.xml
  const drawing = useMemo(() => (xml === undefined ? null : named(xml, nodes, t)), [xml, nodes, t])
  if (query.isPending) return late ? <SkeletonLines lines={8} /> : null
  if (!query.data || !drawing) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const { active, visited, key, version } = query.data
  const step = (nodeId: string, state: 'done' | 'now') => ({ nodeId, name: drawing.names.get(nodeId) ?? nodeId, state })
  const steps = [
    ...visited.filter((one) => !active.includes(one) && drawing.names.has(one)).map((one) => step(one, 'done')),
    ...active.map((one) => step(one, 'now')),
  ]
  return (
    <>
      <p className="tz-caption">{t('waybill.process_version', { key, version })}</p>
      <BpmnView xml={drawing.xml} tokens={active.map((nodeId) => ({ nodeId }))} done={[...visited]} steps={steps} />
    </>
  )
}

/** The drawing with its nodes in the reader's language; a node without a text here keeps the name it was drawn with. */
function named(xml: string, nodes: string, t: (key: string) => string) {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const names = new Map<string, string>()
  for (const node of document.querySelectorAll('[id][name]')) {
    const id = node.getAttribute('id') ?? ''
    const name = i18n.exists(`freight:${nodes}.${id}`) ? t(`${nodes}.${id}`) : (node.getAttribute('name') ?? '')
    node.setAttribute('name', name)
    names.set(id, name)
  }
  return { xml: new XMLSerializer().serializeToString(document), names }
}
