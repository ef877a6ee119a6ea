import { formatTimeFull, StateTag, useText } from '@tingzhou/ui'
import { meaningNames } from '@tingzhou/jt808'
import { useMemo, useState } from 'react'
import { nameOf, type api } from './api.ts'

export type Frame = Awaited<ReturnType<typeof api.parse.call>>['rows'][number]

/** What a message is called; its code name when it has no other. */
export function kindOf(kind: string): string {
  const name = meaningNames[kind]
  return name ? nameOf(name) : kind
}

/** What a frame is called, also when it cannot be read or its message is not in the standard. */
export function useFrameTitle(): (frame: Pick<Frame, 'kind' | 'title'>) => string {
  const t = useText('telemetry')
  return ({ kind, title }) => {
    if (kind === null) return t('frame.unread')
    if (title) return nameOf(title)
    if (kind === 'message') return t('frame.message')
    return kind === 'unknown' ? t('frame.unknown') : kindOf(kind)
  }
}

/** What of a frame departs from its protocol and was read over. */
export function FrameForgiven({ forgiven }: Pick<Frame, 'forgiven'>) {
  const t = useText('telemetry')
  if (forgiven.length === 0) return null
  return (
    <ul className="tz-flush tz-frame-fault">
      {forgiven.slice(0, forgivenMax).map(({ rule, offset, value }) => (
        <li key={`${offset} ${rule}`}>
          <StateTag tone="attention">{t('frame.forgiven', { offset, value, rule: t(`forgiven.${rule}`) })}</StateTag>
        </li>
      ))}
      {forgiven.length > forgivenMax && <li>{t('frame.forgiven_more', { n: forgiven.length - forgivenMax })}</li>}
    </ul>
  )
}

const forgivenMax = 10

/** The value as people read it: what an id means, which bits are set, an instant of the terminal as its time. */
const valueOf = ({ en, value, words }: Frame['fields'][number]): string => {
  if (words) return nameOf(words)
  return en === 'time' && /^\d{12,14}$/.test(value) ? formatTimeFull(Number(value)) : value
}

/** A frame byte by byte and field by field: what is pointed at in one is marked in the other. */
export function FrameFields({ frame }: { readonly frame: Frame }) {
  const t = useText('telemetry')
  const [marked, setMarked] = useState<number | null>(null)
  const { fields, hex, text } = frame
  const bytes = useMemo(() => hex.match(/../g) ?? [], [hex])
  const ownerOf = useMemo(() => ownersOf(bytes, fields), [bytes, fields])
  return (
    <div className="tz-frame">
      <p
        className={`tz-frame-bytes tz-mono${text === null ? '' : ' tz-frame-text'}`}
        aria-label={t('frame.bytes')}
        role="img"
      >
        {bytes.map((byte, index) => {
          const owner = ownerOf[index] ?? null
          return (
            <span
              // A byte is its place.
              key={index}
              className={owner !== null && owner === marked ? 'tz-byte tz-marked' : 'tz-byte'}
              onMouseEnter={() => setMarked(owner)}
              onMouseLeave={() => setMarked(null)}
            >
              {text === null ? byte : characterOf(byte)}
            </span>
          )
        })}
      </p>
      <div className="tz-table-frame" tabIndex={0} role="region" aria-label={t('frame.fields')}>
        <table className="tz-table">
          <thead>
            <tr>
              {(['offset', 'length', 'name', 'raw', 'value'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`frame.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map((field, index) => (
              <tr
                // Fields of one frame may share a place: a word and its bits.
                key={index}
                tabIndex={0}
                className={index === marked ? 'tz-chosen' : undefined}
                onMouseEnter={() => setMarked(index)}
                onMouseLeave={() => setMarked(null)}
                onFocus={() => setMarked(index)}
                onBlur={() => setMarked(null)}
              >
                <td className="tz-number">{field.offset}</td>
                <td className="tz-number">{field.length}</td>
                <td>{nameOf(field)}</td>
                <td className="tz-mono" title={field.raw}>
                  {text === null ? field.raw : field.value}
                </td>
                <td title={field.value}>{text === null || field.words ? valueOf(field) : timeIn(field.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

/** A byte of a text: its character where it has one of its own. */
function characterOf(byte: string): string {
  const code = Number.parseInt(byte, 16)
  return code > 0x20 && code < 0x7f ? String.fromCharCode(code) : byte
}

/** A time of HJ 212 as people read it; empty for what is none. */
function timeIn(value: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\d{3})?$/.exec(value) ?? []
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`)
  return Number.isNaN(at) ? '' : formatTimeFull(at)
}

/**
 * The field that each byte of the wire belongs to; null for the flags. Offsets of fields count from the first byte after the
 * flag, and a byte that was escaped (7D 01, 7D 02) counts once. Source: JT/T 808-2019 clause 4.4.
 */
function ownersOf(bytes: readonly string[], fields: Frame['fields']): readonly (number | null)[] {
  const owner: (number | null)[] = []
  fields.forEach(({ offset, length }, index) => owner.splice(offset, length, ...Array<number>(length).fill(index)))
  let place = bytes[0] === '7e' ? -1 : 0
  return bytes.map((byte, index) => {
    const found = place < 0 ? null : (owner[place] ?? null)
    const isEscape = byte === '7d' && /^0[12]$/.test(bytes[index + 1] ?? '')
    if (!isEscape) place++
    return found
  })
}
