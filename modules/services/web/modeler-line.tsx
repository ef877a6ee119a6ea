import { useId, type ReactNode } from 'react'

/** A property of the chosen element: its name, its input, a word of help. */
export function Line(props: {
  readonly label: string
  readonly help?: string
  readonly children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className="services-part-line">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id)}
      {props.help !== undefined && <span className="tz-caption">{props.help}</span>}
    </div>
  )
}
