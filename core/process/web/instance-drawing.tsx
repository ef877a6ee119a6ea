import { useQuery } from '@tanstack/react-query'
import { BpmnView, formatDuration, ProblemAlert, SkeletonLines, useLate, useText, type BpmnStep } from '@tingzhou/ui'
import { api } from './api.ts'
import type { Shown } from './instance-page.tsx'

/** The drawing with the live tokens, and the steps in words with the time that was spent at each. */
export function InstanceDrawing({ shown }: { readonly shown: Shown }) {
  const t = useText('process')
  const { key, version } = shown
  const query = useQuery(api.get.queryOptions({ input: { key, version } }))
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={8} /> : null
  if (!query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const names = new Map(query.data.nodes.map((node) => [node.id, node.name || node.id]))
  const live = new Set(shown.tokens.map(({ nodeId }) => nodeId))
  const failed = shown.trouble?.nodeId
  const times = new Map(shown.times.map((time) => [time.nodeId, time]))
  const detailOf = (nodeId: string): Pick<BpmnStep, 'detail'> => {
    const time = times.get(nodeId)
    return time && time.done > 0
      ? { detail: t('drawing.time', { count: time.done, time: formatDuration(time.totalS) }) }
      : {}
  }
  const passed = Object.keys(shown.visited).filter((id) => names.has(id))
  const steps: BpmnStep[] = [
    ...passed
      .filter((id) => !live.has(id))
      .map((id) => ({ nodeId: id, name: names.get(id) ?? id, state: 'done' as const, ...detailOf(id) })),
    ...[...live].map((id) => ({
      nodeId: id,
      name: names.get(id) ?? id,
      state: id === failed ? ('stopped' as const) : ('now' as const),
      ...detailOf(id),
    })),
  ]
  const tokens = shown.tokens.map(({ nodeId }) => ({ nodeId }))
  return <BpmnView xml={query.data.xml} tokens={tokens} done={Object.keys(shown.visited)} steps={steps} />
}
