import { CopyOutlined, DeleteOutlined, DownOutlined, UpOutlined } from '@ant-design/icons'
import { useNarrow, useText } from '@tingzhou/ui'
import { Button } from 'antd'
import { memo, useId, type KeyboardEvent } from 'react'
import { isBitTable, modbusForms, modbusTables, ModbusPoint, type CalledProtocol } from '../source-contract.ts'
import type { Fault, RowFaults } from './machine-faults.ts'
import { columnsOf, moreColumnsOf, type Column, type PointRow } from './machine-rows.ts'

/** What is done to a row; the same functions for as long as the table stands, so that only the row that changed is drawn. */
export type RowVerbs = {
  readonly change: (id: string, column: Column, text: string) => void
  /** The focus left the row: what is wrong with it may be said. */
  readonly check: (id: string) => void
  readonly copy: (id: string) => void
  readonly remove: (id: string) => void
  readonly toggle: (id: string) => void
  /** Goes on with the same column of the row after it. */
  readonly next: (id: string, column: Column) => void
}

type Props = {
  readonly protocol: CalledProtocol
  readonly row: PointRow
  /** Counted from 1. */
  readonly number: number
  /** Null while nothing is said. */
  readonly faults: RowFaults | null
  readonly isOpen: boolean
  readonly verbs: RowVerbs
}

/** A point of a machine while it is written: what matters in one line, the rest behind a button. */
export const PointLine = memo(function PointLine({ protocol, row, number, faults, isOpen, verbs }: Props) {
  const t = useText('telemetry')
  const panel = useId()
  const { main } = columnsOf[protocol]
  const more = moreColumnsOf(protocol, row, faults)
  // On a phone there is no head of the table to name the cells of the line.
  const isNarrow = useNarrow()
  const cellIn = (isNamed: boolean) => (column: Column) => (
    <PointCell key={column} row={row} column={column} isNamed={isNamed} fault={faults?.[column]} verbs={verbs} />
  )
  const summary = useSummary(row, more)
  return (
    <li
      className="tz-point"
      data-row-id={row.id}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!row.isChecked && !currentTarget.contains(relatedTarget)) verbs.check(row.id)
      }}
    >
      <div
        className={`tz-point-line tz-point-${protocol}`}
        role="group"
        aria-label={t('machine.row', { n: number, key: row.cells.key })}
      >
        <span className="tz-point-number tz-number tz-second">{number}</span>
        {main.map(cellIn(isNarrow))}
        <span className="tz-point-verbs">
          <Button
            type="text"
            icon={isOpen ? <UpOutlined /> : <DownOutlined />}
            aria-label={t('machine.more_of', { n: number })}
            title={t('machine.more_of', { n: number })}
            aria-expanded={isOpen}
            aria-controls={panel}
            onClick={() => verbs.toggle(row.id)}
          />
          <Button
            type="text"
            icon={<CopyOutlined />}
            aria-label={t('machine.copy_of', { n: number })}
            title={t('machine.copy_of', { n: number })}
            onClick={() => verbs.copy(row.id)}
          />
          <Button
            type="text"
            data-remove
            icon={<DeleteOutlined />}
            aria-label={t('machine.remove_of', { n: number })}
            title={t('machine.remove_of', { n: number })}
            onClick={() => verbs.remove(row.id)}
          />
        </span>
        {!isOpen && summary !== '' && <span className="tz-point-summary tz-caption">{summary}</span>}
        <div id={panel} className="tz-point-more" hidden={!isOpen}>
          {isOpen && (
            <>
              {more.map(cellIn(true))}
              {more.includes('low') && <span className="tz-caption tz-point-hint">{t('machine.write_hint')}</span>}
            </>
          )}
        </div>
      </div>
    </li>
  )
})

type CellProps = {
  readonly row: PointRow
  readonly column: Column
  /** Whether its name is seen; it is always read. */
  readonly isNamed: boolean
  readonly fault: Fault | undefined
  readonly verbs: RowVerbs
}

// Fields of the browser and not of antd: a page of fifty rows has four hundred of them.
function PointCell({ row, column, isNamed, fault, verbs }: CellProps) {
  const t = useText('telemetry')
  const id = useId()
  const value = row.cells[column]
  const message = useFaultWords()(row, column, fault)
  const options = useOptions(column, row)
  const common = {
    id,
    'data-column': column,
    className: 'tz-point-field',
    value,
    ...(message === undefined ? {} : { 'aria-invalid': true as const, 'aria-describedby': `${id}-fault` }),
  }
  const change = (text: string) => verbs.change(row.id, column, text)
  const goOn = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    // Enter in a table goes on; it does not send the form.
    event.preventDefault()
    verbs.next(row.id, column)
  }
  return (
    <span className={`tz-point-cell tz-point-${column}`}>
      <label htmlFor={id} className={isNamed ? 'tz-caption' : 'tz-hidden'}>
        {t(`machine.column.${column}`)}
      </label>
      {options ? (
        <select {...common} onChange={({ target }) => change(target.value)} onKeyDown={goOn}>
          {options.map(([option, label]) => (
            <option key={option} value={option}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type="text"
          autoComplete="off"
          spellCheck={false}
          {...(column === 'register' ? { inputMode: 'numeric' as const } : {})}
          onChange={({ target }) => change(target.value)}
          onKeyDown={goOn}
        />
      )}
      {message !== undefined && (
        <span id={`${id}-fault`} className="tz-point-fault">
          {message}
        </span>
      )}
    </span>
  )
}

/** What a cell is chosen from, with what stands in it also where that is none of them; null where it is typed. */
function useOptions(column: Column, { cells }: PointRow): readonly (readonly [value: string, label: string])[] | null {
  const t = useText('telemetry')
  const formName = useFormName()
  const known = (): readonly string[] | null => {
    if (column === 'table') return modbusTables
    if (column === 'words') return ModbusPoint.shape.words.unwrap().options
    if (column !== 'as') return null
    const table = modbusTables.find((one) => one === cells.table)
    if (!table) return modbusForms
    return modbusForms.filter((form) => isBitTable(table) === (form === 'bit'))
  }
  const options = known()
  if (!options) return null
  const value = cells[column]
  const other = options.includes(value) ? [] : [value]
  return [...other, ...options].map((one) => [
    one,
    column === 'as' ? formName(one) : t(`machine.${column}.${one}`, { defaultValue: one }),
  ])
}

/** What is said against a cell: by the server, otherwise by its rule. */
export function useFaultWords(): (row: PointRow, column: Column, fault: Fault | undefined) => string | undefined {
  const t = useText('telemetry')
  return ({ said }, column, fault) => said[column] ?? (fault && t(`machine.fault.${fault.rule}`, fault.values))
}

/** What a form of a value is called. */
export function useFormName(): (form: string) => string {
  const t = useText('telemetry')
  return (form) => {
    const [, bit] = /^bit(\d+)$/.exec(form) ?? []
    return bit === undefined ? t(`machine.as.${form}`, { defaultValue: form }) : t('machine.as_bit', { n: bit })
  }
}

/** What is set behind the button and is not as most machines have it, in a line. */
function useSummary({ cells }: PointRow, shown: readonly Column[]): string {
  const t = useText('telemetry')
  const usual: { readonly [C in Column]?: string } = { words: 'big', scale: '1', offset: '0' }
  const parts = (['words', 'scale', 'offset', 'resolution'] as const)
    .filter((column) => shown.includes(column) && cells[column] !== '' && cells[column] !== usual[column])
    .map((column) => t(`machine.summary.${column}`, { n: cells[column] }))
  if (cells.low !== '' && cells.high !== '')
    parts.push(t('machine.summary.write', { low: cells.low, high: cells.high }))
  return parts.join(' · ')
}
