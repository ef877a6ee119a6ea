import type { LonLat } from '@tingzhou/geo'
import { useText } from '@tingzhou/ui'
import { Input } from 'antd'
import { useEffect, useState } from 'react'
import { parsed, written } from './draft.ts'

/** Places as text, a line each; what is drawn appears here, and what is typed on the map. */
export function CoordinatesField(props: {
  readonly label: string
  readonly places: readonly LonLat[]
  readonly onPlaces: (places: readonly LonLat[]) => void
}) {
  const t = useText('geography')
  const { label, places } = props
  const [text, setText] = useState(written(places))
  const [wrongLine, setWrongLine] = useState<number | null>(null)
  useEffect(() => {
    setText((before) => {
      const known = parsed(before)
      return 'places' in known && written(known.places) === written(places) ? before : written(places)
    })
    setWrongLine(null)
  }, [places])
  const change = (value: string) => {
    setText(value)
    const read = parsed(value)
    setWrongLine('wrongLine' in read ? read.wrongLine : null)
    if ('places' in read) props.onPlaces(read.places)
  }
  return (
    <label className="tz-fence-field">
      {label}
      <Input.TextArea
        value={text}
        rows={Math.min(10, Math.max(2, places.length + 1))}
        status={wrongLine === null ? '' : 'error'}
        aria-invalid={wrongLine !== null}
        onChange={(event) => change(event.target.value)}
        className="tz-mono"
      />
      <span className="tz-caption" role="status">
        {wrongLine === null ? t('draw.coordinates_hint') : t('draw.wrong_line', { n: wrongLine })}
      </span>
    </label>
  )
}
