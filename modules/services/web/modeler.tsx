import { SkeletonLines, useLate, useText } from '@tingzhou/ui'
import { tz } from '@tingzhou/bpmn/tz'
import { useEffect, useRef, useState } from 'react'
import { ModelerPanel } from './modeler-panel.tsx'
import { keep, padKept, paletteKept, replacementsKept } from './modeler-limits.ts'
import type {
  AutoPlace,
  Canvas,
  Create,
  Drawn,
  ElementFactory,
  EventBus,
  Menu,
  PopupMenu,
  Shape,
} from './modeler-parts.ts'

/** The drawing board: bpmn-js limited to our subset. Its mark stays visible, as its licence asks. */
export function Modeler(props: {
  readonly xml: string
  readonly readOnly: boolean
  readonly onChange: (xml: string) => void
  /** Whose states the nodes may mark. */
  readonly states?: 'application' | 'item'
}) {
  const { xml, readOnly, onChange, states = 'application' } = props
  const t = useText('services')
  const frame = useRef<HTMLDivElement>(null)
  const [drawn, setDrawn] = useState<Drawn | null>(null)
  const [failed, setFailed] = useState(false)
  const [chosen, setChosen] = useState<Shape | null>(null)
  const [turn, setTurn] = useState(0)
  const written = useRef<string | null>(null)
  const source = useRef(xml)
  // What this board wrote itself is drawn already; only another drawing is read again.
  if (xml !== written.current) source.current = xml
  const latest = useRef({ onChange, userTask: '' })
  latest.current = { onChange, userTask: t('modeler.user_task') }
  const toRead = source.current

  useEffect(() => {
    const container = frame.current
    if (!container) return
    let current = true
    let board: Drawn | null = null
    const write = async (made: Drawn) => {
      setTurn((n) => n + 1)
      const { xml: text } = await made.saveXML({ format: true })
      if (text === undefined || !current) return
      written.current = text
      latest.current.onChange(text)
    }
    const draw = async () => {
      const made = await makeBoard(container, readOnly)
      if (!current) {
        made.destroy()
        return
      }
      board = made
      await made.importXML(toRead)
      if (!current) return
      const bus = made.get<EventBus>('eventBus')
      bus.on('selection.changed', ({ newSelection = [] }) => {
        const [first] = newSelection
        setChosen(newSelection.length === 1 && first ? (first.labelTarget ?? first) : null)
      })
      if (!readOnly) {
        limit(made, () => latest.current.userTask)
        bus.on('commandStack.changed', () => void write(made))
      }
      const canvas = made.get<Canvas>('canvas')
      canvas.zoom('fit-viewport', 'auto')
      // Room for the palette at the left.
      if (!readOnly) canvas.zoom(canvas.zoom() * paletteShare, 'auto')
      setDrawn(made)
    }
    setFailed(false)
    draw().catch(() => current && setFailed(true))
    return () => {
      current = false
      board?.destroy()
      setDrawn(null)
      setChosen(null)
    }
  }, [toRead, readOnly])
  const late = useLate(!drawn && !failed)
  return (
    <div className="services-modeler">
      <div>
        {late && <SkeletonLines lines={6} />}
        {failed && <p className="services-bad">{t('modeler.failed')}</p>}
        <div ref={frame} className="services-board" role="group" aria-label={t('modeler.board')} />
        <p className="tz-caption">{t(readOnly ? 'modeler.read_help' : 'modeler.help')}</p>
      </div>
      {drawn && (
        <ModelerPanel
          key={chosen?.id ?? ''}
          drawn={drawn}
          shape={chosen}
          readOnly={readOnly}
          turn={turn}
          states={states}
        />
      )}
    </div>
  )
}

async function makeBoard(container: HTMLElement, readOnly: boolean): Promise<Drawn> {
  await Promise.all([
    import('bpmn-js/dist/assets/diagram-js.css'),
    import('bpmn-js/dist/assets/bpmn-js.css'),
    import('bpmn-js/dist/assets/bpmn-font/css/bpmn.css'),
  ])
  const { default: Board } = readOnly
    ? await import('bpmn-js/lib/NavigatedViewer')
    : await import('bpmn-js/lib/Modeler')
  return new Board({ container, moddleExtensions: { tz } })
}

const paletteShare = 0.85

// Below the thousand of the modeler's own providers: these run last and see what the others offer.
const afterOthers = 500

/** Takes everything out of the menus that the engine does not play, and puts the task of a person in. */
function limit(drawn: Drawn, userTask: () => string): void {
  const factory = drawn.get<ElementFactory>('elementFactory')
  const create = drawn.get<Create>('create')
  const task = () => factory.createShape({ type: 'bpmn:UserTask' })
  const palette = {
    group: 'activity',
    className: 'bpmn-icon-user-task',
    title: userTask(),
    action: {
      dragstart: (event: Event) => create.start(event, task()),
      click: (event: Event) => create.start(event, task()),
    },
  }
  drawn.get<Menu>('palette').registerProvider(afterOthers, {
    getPaletteEntries: () => (entries) => ({ ...keep(entries, paletteKept), 'create.user-task': palette }),
  })
  drawn.get<Menu>('contextPad').registerProvider(afterOthers, {
    getContextPadEntries: (source) => (entries) => {
      const kept = keep(entries, padKept)
      if (!source || !('append.append-task' in entries)) return kept
      const append = (event: Event) => {
        event.preventDefault()
        drawn.get<AutoPlace>('autoPlace').append(source, task())
      }
      return {
        'append.user-task': {
          group: 'model',
          className: 'bpmn-icon-user-task',
          title: userTask(),
          action: { click: append, dragstart: (event: Event) => create.start(event, task()) },
        },
        ...kept,
      }
    },
  })
  drawn.get<PopupMenu>('popupMenu').registerProvider('bpmn-replace', afterOthers, {
    getPopupMenuEntries: () => (entries) => keep(entries, replacementsKept),
    getPopupMenuHeaderEntries: () => (entries) => keep(entries, replacementsKept),
  })
}
