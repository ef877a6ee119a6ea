import { announce, PageNumbers, useText, VerbButton } from '@tingzhou/ui'
import { useEffect, useImperativeHandle, useMemo, useRef, useState, type ClipboardEvent, type Ref } from 'react'
import type { CalledProtocol } from '../source-contract.ts'
import { isBlock } from './block-text.ts'
import { faultsOf, type RowFaults } from './machine-faults.ts'
import type { Pasted } from './machine-paste.ts'
import {
  allColumns,
  columnsOf,
  copyOf,
  isBlank,
  nextRow,
  rowWith,
  withCell,
  type Column,
  type PointRow,
} from './machine-rows.ts'
import { PastePanel, readNow } from './paste-panel.tsx'
import { PointLine, useFaultWords, type RowVerbs } from './point-row.tsx'

type Props = {
  readonly protocol: CalledProtocol
  /** From the field of the form. */
  readonly id?: string
  readonly value?: readonly PointRow[]
  readonly onChange?: (rows: readonly PointRow[]) => void
  readonly ref?: Ref<{ readonly focus: () => void }>
}

const perPage = 50
const none: readonly PointRow[] = []

/** The table of points of a machine: written line by line, or pasted as a whole. */
export function PointRows({ protocol, id, value: rows = none, onChange, ref }: Props) {
  const t = useText('telemetry')
  const frame = useRef<HTMLDivElement>(null)
  const addButton = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  /** What the panel for a block begins with; null: there is none. */
  const [pasting, setPasting] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const [page, setPage] = useState(1)
  /** Where the focus goes as soon as it is drawn. */
  const wanted = useRef<{ readonly id: string; readonly column: Column | 'remove' } | null>(null)
  const faults = useMemo(() => faultsOf(protocol, rows), [protocol, rows])
  const pages = Math.max(1, Math.ceil(rows.length / perPage))
  const shownPage = Math.min(page, pages)
  const first = (shownPage - 1) * perPage

  /** Goes where the focus is wanted, if that is drawn. */
  const go = () => {
    const { current } = wanted
    if (!current) return
    const selector = current.column === 'remove' ? '[data-remove]' : `[data-column="${current.column}"]`
    const line = frame.current?.querySelector(`[data-row-id="${current.id}"]`)
    const found = line?.querySelector<HTMLElement>(selector)
    if (!found) return
    wanted.current = null
    found.focus({ preventScroll: true })
    line?.scrollIntoView({ block: 'nearest' })
    if (found instanceof HTMLInputElement) found.select()
  }
  useEffect(go)
  const focusOn = (rowId: string, column: Column | 'remove', within: readonly PointRow[]) => {
    const index = within.findIndex((row) => row.id === rowId)
    if (index < 0) return
    wanted.current = { id: rowId, column }
    setPage(Math.floor(index / perPage) + 1)
    if (column !== 'remove' && columnsOf[protocol].more.some((one) => one === column))
      setOpen((now) => new Set([...now, rowId]))
    go()
  }

  /** The rows as they are now, also between a change and its drawing: the focus that moves then checks the row that it leaves. */
  const latest = useRef(rows)
  latest.current = rows
  const set = (next: readonly PointRow[]) => {
    latest.current = next
    onChange?.(next)
  }
  const add = () => {
    const row = nextRow(rows)
    set([...rows, row])
    focusOn(row.id, 'key', [...rows, row])
  }
  const removed = (n: number) => {
    announce(t('machine.removed', { n }))
    // Of the last row: there is none to go on with.
    if (rows.length <= 1) addButton.current?.querySelector('button')?.focus()
  }
  const state = useRef({ set, focusOn, add, removed })
  state.current = { set, focusOn, add, removed }
  const verbs = useMemo(() => verbsOn(latest, state, setOpen), [])

  const take = (pasted: Pasted) => {
    const kept = [...rows.filter((row) => !isBlank(row)), ...pasted.rows]
    set(kept)
    const wrong = faultsOf(protocol, kept)
    const faulty = pasted.rows.filter((row) => wrong.has(row.id))
    const words =
      pasted.rows.length === 0 ? [t('machine.paste_none')] : [t('machine.pasted', { n: pasted.rows.length })]
    if (faulty.length > 0) words.push(t('machine.pasted_faulty', { n: faulty.length }))
    if (pasted.numbering === 'with_table') words.push(t('machine.pasted_numbered'))
    if (pasted.unknown.length > 0) words.push(t('machine.pasted_unknown', { names: pasted.unknown.join(t('comma')) }))
    setSaid(words.join(' '))
    announce(words.join(' '))
    if (pasted.rows.length === 0) return
    setPasting(null)
    const [goTo = pasted.rows[0]] = faulty
    if (goTo) focusOn(goTo.id, firstOf(protocol, wrong.get(goTo.id)) ?? 'key', kept)
  }
  const pasteIn = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain')
    if (!(event.target instanceof HTMLInputElement) || !isBlock(text)) return
    event.preventDefault()
    // How registers are counted is shown before they are taken, where it is not as usual.
    void readNow(protocol, text, null).then((pasted) =>
      pasted.numbering === 'with_table' ? setPasting(text) : take(pasted),
    )
  }

  const checked = rows.flatMap((row, index) =>
    row.isChecked ? cellFaults(protocol, row, index, faults.get(row.id)) : [],
  )
  const focusFault = (): void => {
    for (const row of rows) {
      const column = firstOf(protocol, row.said) ?? firstOf(protocol, faults.get(row.id))
      if (column) return focusOn(row.id, column, rows)
    }
    addButton.current?.querySelector('button')?.focus()
  }
  useImperativeHandle(ref, () => ({ focus: focusFault }))

  return (
    <div ref={frame} id={id} className="tz-points">
      <div className="tz-points-verbs" ref={addButton}>
        <VerbButton onClick={add}>{t('machine.add_row')}</VerbButton>
        <VerbButton aria-expanded={pasting !== null} onClick={() => setPasting(pasting === null ? '' : null)}>
          {t('machine.paste')}
        </VerbButton>
        <span className="tz-second tz-number">{t('machine.count', { n: rows.length })}</span>
      </div>
      {pasting !== null && <PastePanel key={pasting} protocol={protocol} initial={pasting} onTake={take} />}
      {said !== '' && <p className="tz-second tz-flush">{said}</p>}
      {checked.length > 0 && <FaultList faults={checked} onOpen={({ row, column }) => focusOn(row.id, column, rows)} />}
      <div className={`tz-points-head tz-point-line tz-point-${protocol}`} aria-hidden="true">
        <span />
        {columnsOf[protocol].main.map((column) => (
          <span key={column}>{t(`machine.column.${column}`)}</span>
        ))}
        <span />
      </div>
      <ol className="tz-points-rows" onPaste={pasteIn} aria-label={t('machine.points')}>
        {rows.slice(first, first + perPage).map((row, index) => (
          <PointLine
            key={row.id}
            protocol={protocol}
            row={row}
            number={first + index + 1}
            faults={row.isChecked ? (faults.get(row.id) ?? null) : null}
            isOpen={open.has(row.id)}
            verbs={verbs}
          />
        ))}
      </ol>
      {pages > 1 && <PageNumbers page={shownPage} perPage={perPage} total={rows.length} onTurn={setPage} />}
    </div>
  )
}

type State = {
  readonly set: (rows: readonly PointRow[]) => void
  readonly focusOn: (id: string, column: Column | 'remove', rows: readonly PointRow[]) => void
  readonly add: () => void
  /** A row was removed; counted from 1. */
  readonly removed: (number: number) => void
}

/** The verbs of rows on the table as it stands when they are called. */
function verbsOn(
  latest: { readonly current: readonly PointRow[] },
  state: { readonly current: State },
  setOpen: (change: (now: ReadonlySet<string>) => ReadonlySet<string>) => void,
): RowVerbs {
  const edit = (id: string, change: (row: PointRow) => PointRow) => {
    state.current.set(latest.current.map((row) => (row.id === id ? change(row) : row)))
  }
  return {
    change: (id, column, text) => edit(id, (row) => withCell(row, column, text)),
    check: (id) => edit(id, (row) => (isBlank(row) ? row : { ...row, isChecked: true })),
    copy: (id) => {
      const rows = latest.current
      const { set, focusOn } = state.current
      const index = rows.findIndex((row) => row.id === id)
      const row = rows[index]
      if (!row) return
      const copy = copyOf(row, rows)
      const next = rows.toSpliced(index + 1, 0, copy)
      set(next)
      focusOn(copy.id, 'key', next)
    },
    remove: (id) => {
      const rows = latest.current
      const { set, focusOn, removed } = state.current
      const index = rows.findIndex((row) => row.id === id)
      const left = rows.filter((row) => row.id !== id)
      const next = left.length > 0 ? left : [rowWith()]
      set(next)
      removed(index + 1)
      const beside = left[index] ?? left[index - 1]
      if (beside) focusOn(beside.id, 'remove', next)
    },
    toggle: (id) =>
      setOpen((now) => {
        const next = new Set(now)
        if (!next.delete(id)) next.add(id)
        return next
      }),
    next: (id, column) => {
      const rows = latest.current
      const { focusOn, add } = state.current
      const after = rows[rows.findIndex((row) => row.id === id) + 1]
      if (after) focusOn(after.id, column, rows)
      else add()
    },
  }
}

/** The first column that something is said of, as they stand on the screen. */
const firstOf = (protocol: CalledProtocol, faults: Readonly<Partial<Record<Column, unknown>>> | undefined) =>
  allColumns(protocol).find((column) => faults?.[column] !== undefined)

type CellFault = {
  readonly row: PointRow
  readonly number: number
  readonly column: Column
  readonly fault: RowFaults[Column]
}

const cellFaults = (protocol: CalledProtocol, row: PointRow, index: number, faults: RowFaults = {}) =>
  allColumns(protocol)
    .filter((column) => row.said[column] !== undefined || faults[column] !== undefined)
    .map((column): CellFault => ({ row, number: index + 1, column, fault: faults[column] }))

const namedMax = 8

/** What is wrong in the table, cell by cell; each leads to its cell. */
function FaultList(props: { readonly faults: readonly CellFault[]; readonly onOpen: (fault: CellFault) => void }) {
  const t = useText('telemetry')
  const wordsOf = useFaultWords()
  const { faults, onOpen } = props
  const more = faults.length - namedMax
  return (
    <div className="tz-points-faults">
      <p className="tz-flush">{t('machine.faults', { n: faults.length })}</p>
      <ul>
        {faults.slice(0, namedMax).map((one) => {
          const { row, number, column, fault } = one
          const message = wordsOf(row, column, fault)
          return (
            <li key={`${row.id} ${column}`}>
              <button type="button" className="tz-row-open" onClick={() => onOpen(one)}>
                {t('machine.fault_at', { row: number, column: t(`machine.column.${column}`), message })}
              </button>
            </li>
          )
        })}
      </ul>
      {more > 0 && <p className="tz-flush tz-second">{t('machine.faults_more', { n: more })}</p>}
    </div>
  )
}
