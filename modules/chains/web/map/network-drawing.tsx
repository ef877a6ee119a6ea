import { fontStack, usePalette, useText, type Palette } from '@tingzhou/ui'
import { DirectedGraph } from 'graphology'
import { useEffect, useRef, useState } from 'react'
import Sigma from 'sigma'
import { EdgeLineProgram, NodePointProgram } from 'sigma/rendering'
import type { Network } from './api.ts'

type Props = {
  readonly network: Network
  /** Firms that are asked for, by place; null: all. */
  readonly chosen: readonly number[] | null
  readonly onPick: (at: number) => void
}

/** The network drawn by the graphics card. Where there is none the table says the same. */
export function NetworkDrawing({ network, chosen, onPick }: Props) {
  const t = useText('chains')
  const palette = usePalette()
  const frame = useRef<HTMLDivElement>(null)
  const sigma = useRef<Sigma | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const [isDrawn, setDrawn] = useState<boolean | null>(null)
  useEffect(() => {
    if (!frame.current) return
    try {
      const drawn = new Sigma(graphOf(network, palette), frame.current, {
        labelFont: fontStack,
        labelColor: { color: palette.text },
        labelDensity: 0.5,
        labelRenderedSizeThreshold: 8,
        defaultEdgeColor: palette.border,
        renderEdgeLabels: false,
        // Points and hairlines: the cheapest that a machine without a graphics card can draw, where every pixel costs.
        defaultNodeType: 'point',
        nodeProgramClasses: { point: NodePointProgram },
        edgeProgramClasses: { line: EdgeLineProgram },
        hideEdgesOnMove: true,
        hideLabelsOnMove: true,
        allowInvalidContainer: true,
      })
      hoverAtRest(drawn)
      drawn.on('clickNode', ({ node }) => pick.current(Number(node)))
      sigma.current = drawn
      setDrawn(true)
    } catch {
      // A machine without WebGL; whatever else is wrong with the rows shows in the table below.
      setDrawn(false)
    }
    return () => {
      sigma.current?.kill()
      sigma.current = null
    }
  }, [network, palette])
  useEffect(() => {
    const set = chosen && new Set(chosen.map(String))
    // A setting that is set draws all anew, so none is set that is so already.
    if (set || sigma.current?.getSetting('nodeReducer'))
      sigma.current?.setSetting(
        'nodeReducer',
        set &&
          ((node, data) =>
            set.has(node)
              ? { ...data, forceLabel: set.size <= 20, zIndex: 1 }
              : { ...data, color: palette.hairline, label: null }),
      )
    const [first] = chosen ?? []
    const at =
      first !== undefined && chosen?.length === 1 ? sigma.current?.getNodeDisplayData(String(first)) : undefined
    if (at) void sigma.current?.getCamera().animate({ x: at.x, y: at.y, ratio: 0.2 }, { duration: 0 })
  }, [chosen, network, palette, isDrawn])
  return (
    <>
      <ul className="chain-legend">
        <li className="tz-caption">{t('network.legend')}</li>
      </ul>
      {isDrawn === false && <p role="status">{t('network.no_webgl')}</p>}
      <div className="chain-network" hidden={isDrawn === false}>
        <div ref={frame} aria-hidden data-drawn={isDrawn ?? undefined} />
      </div>
    </>
  )
}

/**
 * What lies under the mouse is asked for while no button is held alone: every such question waits until the card has drawn all it was told,
 * which without a card is long, at every move of a drag.
 */
function hoverAtRest(drawn: Sigma): void {
  const captor = drawn.getMouseCaptor()
  const asks = captor.listeners('mousemove')
  captor.removeAllListeners('mousemove')
  captor.on('mousemove', (at) => {
    if (!captor.isMouseDown) for (const ask of asks) ask(at)
  })
}

function graphOf(network: Network, palette: Palette): DirectedGraph {
  const graph = new DirectedGraph()
  const most = Math.max(1, ...network.links)
  for (const [at, name] of network.names.entries()) {
    const isLocal = network.isLocal[at] ?? false
    graph.addNode(at, {
      x: network.x[at],
      y: network.y[at],
      // Firms outside carry a mark in their name, for colour is never alone.
      label: isLocal ? name : `◇ ${name}`,
      size: 1.5 + 5 * Math.sqrt((network.links[at] ?? 0) / most),
      color: isLocal ? palette.primary : palette.attention,
    })
  }
  for (let at = 0; at + 1 < network.edges.length; at += 2)
    graph.mergeEdge(network.edges[at], network.edges[at + 1], { size: 0.5 })
  return graph
}
