import { useQuery } from '@tanstack/react-query'
import { BpmnView, i18n, ProblemAlert, SkeletonLines, useLate, useText } from '@tingzhou/ui'
import { useMemo } from 'react'
import { api } from './api.ts'

/** The drawing of the process with the live tokens and the path that was walked. */
export function OrderProcess({ orderId }: { readonly orderId: string }) {
  const t = useText('referral')
  const query = useQuery(api.orders.process.queryOptions({ input: { id: orderId } }))
  const late = useLate(query.isPending)
  const xml = query.data?.xml
  const drawing = useMemo(() => (xml === undefined ? null : translate(xml, t)), [xml, t])
  if (query.isPending) return late ? <SkeletonLines lines={8} /> : null
  if (!query.data || !drawing) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const { active, visited, key, version } = query.data
  const steps = [
    ...visited
      .filter((id) => !active.includes(id) && drawing.names.has(id))
      .map((id) => ({ nodeId: id, name: drawing.names.get(id) ?? id, state: 'done' as const })),
    ...active.map((id) => ({ nodeId: id, name: drawing.names.get(id) ?? id, state: 'now' as const })),
  ]
  return (
    <>
      <p className="tz-caption">{t('process.version', { key, version })}</p>
      <BpmnView xml={drawing.xml} tokens={active.map((nodeId) => ({ nodeId }))} done={[...visited]} steps={steps} />
    </>
  )
}

/** The drawing with its nodes named in the reader's language; a node without a text here keeps the name it was drawn with. */
function translate(
  xml: string,
  t: (key: string) => string,
): { readonly xml: string; readonly names: ReadonlyMap<string, string> } {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const names = new Map<string, string>()
  for (const node of document.querySelectorAll('[id][name]')) {
    const id = node.getAttribute('id') ?? ''
    const name = i18n.exists(`referral:node.${id}`) ? t(`node.${id}`) : (node.getAttribute('name') ?? '')
    node.setAttribute('name', name)
    names.set(id, name)
  }
  return { xml: new XMLSerializer().serializeToString(document), names }
}
