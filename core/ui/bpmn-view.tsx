import { useEffect, useRef, useState } from 'react'
import { Button } from 'antd'
import { MinusOutlined, PlusOutlined, CompressOutlined } from '@ant-design/icons'
import { useText } from './i18n.ts'
import { useLate } from './media.ts'
import { SkeletonLines } from './skeleton.tsx'
import { StateShape, type Shape } from './state-tag.tsx'

export type BpmnToken = { readonly nodeId: string; readonly label?: string }
export type BpmnStep = {
  readonly nodeId: string
  readonly name: string
  readonly state: 'done' | 'now' | 'later' | 'stopped'
  readonly detail?: string
}

export type BpmnViewProps = {
  readonly xml: string
  /** Where the process stands now. */
  readonly tokens: readonly BpmnToken[]
  readonly done?: readonly string[]
  /** The same in words, for readers who do not see the drawing. */
  readonly steps: readonly BpmnStep[]
  readonly height?: number
}

type Canvas = {
  zoom(level: number | 'fit-viewport', center?: 'auto'): number
  zoom(): number
  viewbox(): { readonly outer: { readonly width: number; readonly height: number } }
  viewbox(box: Place): void
  addMarker(id: string, marker: string): void
}
type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
type Overlays = { add(id: string, note: { position: { top: number; right: number }; html: HTMLElement }): void }
type Registry = { get(id: string): Place | undefined }

const shapes: Readonly<Record<BpmnStep['state'], Shape>> = {
  done: 'check',
  now: 'dot',
  later: 'ring',
  stopped: 'cross',
}

/** The drawn process with its live tokens. The bpmn.io mark stays visible, as its licence asks. */
export function BpmnView({ xml, tokens, done = [], steps, height = 420 }: BpmnViewProps) {
  const t = useText('ui')
  const frame = useRef<HTMLDivElement>(null)
  const { state, canvas } = useDiagram(frame, xml, tokens, done)
  const late = useLate(state === 'loading')
  const zoom = (factor: number) => canvas.current?.zoom(canvas.current.zoom() * factor, 'auto')
  return (
    <figure className="tz-bpmn">
      <div className="tz-bpmn-verbs">
        <Button size="small" icon={<PlusOutlined />} aria-label={t('bpmn.in')} onClick={() => zoom(1.25)} />
        <Button size="small" icon={<MinusOutlined />} aria-label={t('bpmn.out')} onClick={() => zoom(0.8)} />
        <Button
          size="small"
          icon={<CompressOutlined />}
          aria-label={t('bpmn.fit')}
          onClick={() => canvas.current?.zoom('fit-viewport', 'auto')}
        />
      </div>
      {late && <SkeletonLines lines={6} />}
      {state === 'failed' && <p className="tz-second">{t('bpmn.failed')}</p>}
      {/* It can be focused and moved by keyboard, so it has a name; the words below say the same. */}
      <div ref={frame} className="tz-bpmn-canvas" style={{ height }} role="group" aria-label={t('bpmn.drawing')} />
      <figcaption>
        <details open={state === 'failed'}>
          <summary>{t('bpmn.in_words')}</summary>
          <ol className="tz-bpmn-steps">
            {steps.map((step) => (
              <li key={step.nodeId} {...(step.state === 'now' ? { 'aria-current': 'step' as const } : {})}>
                <StateShape shape={shapes[step.state]} /> {step.name}{' '}
                <span className="tz-second">{t(`steps.${step.state}`)}</span>
                {step.detail && <span className="tz-caption"> {step.detail}</span>}
              </li>
            ))}
          </ol>
        </details>
      </figcaption>
    </figure>
  )
}

function useDiagram(
  frame: { readonly current: HTMLDivElement | null },
  xml: string,
  tokens: readonly BpmnToken[],
  done: readonly string[],
) {
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading')
  const canvas = useRef<Canvas | null>(null)
  const marks = JSON.stringify([tokens, done])
  useEffect(() => {
    const container = frame.current
    if (!container) return
    let viewer: { destroy(): void } | null = null
    let current = true
    const draw = async () => {
      const [{ default: NavigatedViewer }] = await Promise.all([
        import('bpmn-js/lib/NavigatedViewer'),
        import('bpmn-js/dist/assets/diagram-js.css'),
      ])
      if (!current) return
      const drawn = new NavigatedViewer({ container })
      viewer = drawn
      await drawn.importXML(xml)
      if (!current) return
      const board = drawn.get<Canvas>('canvas')
      canvas.current = board
      const registry = drawn.get<Registry>('elementRegistry')
      showTokens(board, registry, tokens)
      markNodes(board, drawn.get<Overlays>('overlays'), registry, tokens, done)
      setState('ready')
    }
    setState('loading')
    draw().catch(() => current && setState('failed'))
    return () => {
      current = false
      canvas.current = null
      viewer?.destroy()
    }
    // The marks are compared by content: a new array of the same tokens must not draw again.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [frame, xml, marks])
  return { state, canvas }
}

// Below this the 12 px labels of a drawing cannot be read.
const readableScaleMin = 0.75

/** The whole drawing where its words can be read; else the part around the first live token, and the whole by its button. */
function showTokens(canvas: Canvas, registry: Registry, tokens: readonly BpmnToken[]): void {
  if (canvas.zoom('fit-viewport', 'auto') >= readableScaleMin) return
  const here = tokens.map(({ nodeId }) => registry.get(nodeId)).find((place) => place !== undefined)
  if (!here) return
  const { outer } = canvas.viewbox()
  const width = outer.width / readableScaleMin
  const height = outer.height / readableScaleMin
  canvas.viewbox({ x: here.x + (here.width - width) / 2, y: here.y + (here.height - height) / 2, width, height })
}

function markNodes(
  canvas: Canvas,
  overlays: Overlays,
  registry: Registry,
  tokens: readonly BpmnToken[],
  done: readonly string[],
): void {
  for (const id of done) if (registry.get(id)) canvas.addMarker(id, 'tz-node-done')
  for (const id of new Set(tokens.map((token) => token.nodeId))) {
    if (!registry.get(id)) continue
    const here = tokens.filter((token) => token.nodeId === id)
    canvas.addMarker(id, 'tz-node-live')
    const badge = document.createElement('span')
    badge.className = 'tz-token'
    badge.textContent = here[0]?.label ?? (here.length > 1 ? String(here.length) : '●')
    overlays.add(id, { position: { top: -12, right: 12 }, html: badge })
  }
}
