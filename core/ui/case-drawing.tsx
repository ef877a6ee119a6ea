import { useMemo } from 'react'
import { BpmnView, type BpmnStep } from './bpmn-view.tsx'
import { i18n, useText } from './i18n.ts'
import { useLate } from './media.ts'
import { ProblemAlert } from './problem-alert.tsx'
import { SkeletonLines } from './skeleton.tsx'

/** The drawing of a case as the server tells it: nodes that hold a token, and nodes that were passed. */
type CaseDrawn = { readonly xml: string; readonly active: readonly string[]; readonly visited: readonly string[] }

type CaseDrawingProps = {
  /** The question for the drawing, as `useQuery` gives it. */
  readonly query: {
    readonly data: CaseDrawn | undefined
    readonly isPending: boolean
    readonly error: unknown
    readonly refetch: () => unknown
  }
  /** Whose words they are, and under which key the names of nodes stand there. */
  readonly module: string
  readonly nodes?: string
}

/** The drawing of a case's process with its tokens and the way that was gone. */
export function CaseDrawing({ query, module, nodes = 'node' }: CaseDrawingProps) {
  useText('ui')
  const late = useLate(query.isPending)
  const { language } = i18n
  const xml = query.data?.xml
  const drawing = useMemo(
    () => (xml === undefined ? null : nameNodes(xml, `${module}:${nodes}`)),
    // Names are the language's.
    [xml, module, nodes, language],
  )
  if (query.isPending) return late ? <SkeletonLines lines={8} /> : null
  if (!query.data || !drawing) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const { active, visited } = query.data
  const step = (nodeId: string, state: BpmnStep['state']): BpmnStep => ({
    nodeId,
    name: drawing.names.get(nodeId) ?? nodeId,
    state,
  })
  const passed = visited.filter((one) => !active.includes(one) && drawing.names.has(one))
  const steps = [...passed.map((one) => step(one, 'done')), ...active.map((one) => step(one, 'now'))]
  return <BpmnView xml={drawing.xml} tokens={active.map((nodeId) => ({ nodeId }))} done={visited} steps={steps} />
}

/** The drawing with its nodes in the reader's language; a node without a text keeps the name it was drawn with. */
function nameNodes(xml: string, prefix: string) {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const names = new Map<string, string>()
  for (const node of document.querySelectorAll('[id][name]')) {
    const id = node.getAttribute('id') ?? ''
    const key = `${prefix}.${id}`
    const name = i18n.exists(key) ? i18n.t(key) : (node.getAttribute('name') ?? '')
    node.setAttribute('name', name)
    names.set(id, name)
  }
  return { xml: new XMLSerializer().serializeToString(document), names }
}
