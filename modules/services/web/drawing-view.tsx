import { BpmnView, ProblemAlert, SkeletonLines, useLate, useText } from '@tingzhou/ui'
import { useMemo } from 'react'
import type * as z from 'zod'
import type { Drawing } from '../contract-parts.ts'
import { keyed, type Texts } from './words.ts'

type Loaded = {
  readonly data: z.infer<typeof Drawing> | undefined
  readonly isPending: boolean
  readonly error: unknown
  readonly refetch: () => unknown
}

/** The drawing that a case runs on, with its live tokens and the path that was walked. */
export function DrawingView({ query }: { readonly query: Loaded }) {
  const t = useText('services')
  const late = useLate(query.isPending)
  const xml = query.data?.xml
  // A drawing of its own, such as `onething.tea_house`, keeps the names that it was drawn with.
  const process = query.data?.key ?? ''
  const drawing = useMemo(() => (xml === undefined ? null : translate(xml, t, process)), [xml, t, process])
  if (query.isPending) return late ? <SkeletonLines lines={8} /> : null
  if (!query.data || !drawing) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const { active, visited, key, version } = query.data
  const nameOf = (id: string) => drawing.names.get(id) ?? id
  const steps = [
    ...visited
      .filter((id) => !active.includes(id) && drawing.names.has(id))
      .map((id) => ({ nodeId: id, name: nameOf(id), state: 'done' as const })),
    ...active.map((id) => ({ nodeId: id, name: nameOf(id), state: 'now' as const })),
  ]
  return (
    <>
      <p className="tz-caption">{t('drawing.version', { key, version })}</p>
      <BpmnView xml={drawing.xml} tokens={active.map((nodeId) => ({ nodeId }))} done={[...visited]} steps={steps} />
    </>
  )
}

/** The drawing with its nodes named in the reader's language; a node without a text here keeps the name it was drawn with. */
function translate(
  xml: string,
  t: Texts,
  process: string,
): { readonly xml: string; readonly names: ReadonlyMap<string, string> } {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const names = new Map<string, string>()
  for (const node of document.querySelectorAll('[id][name]')) {
    const id = node.getAttribute('id') ?? ''
    const name = keyed(t, `node.${process}`, id, node.getAttribute('name') ?? '')
    node.setAttribute('name', name)
    names.set(id, name)
  }
  return { xml: new XMLSerializer().serializeToString(document), names }
}
