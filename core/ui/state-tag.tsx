import type { ReactNode } from 'react'

export type Tone = 'plain' | 'busy' | 'good' | 'attention' | 'bad'
export type Shape = 'dot' | 'ring' | 'diamond' | 'triangle' | 'square' | 'check' | 'cross' | 'pause'

/** A state as a word and a shape; the colour only repeats what they say. */
export function StateTag(props: { readonly tone: Tone; readonly shape?: Shape; readonly children: ReactNode }) {
  return (
    <span className={`tz-state tz-tone-${props.tone}`}>
      <StateShape shape={props.shape ?? shapeOf[props.tone]} />
      {props.children}
    </span>
  )
}

const shapeOf: Readonly<Record<Tone, Shape>> = {
  plain: 'ring',
  busy: 'dot',
  good: 'check',
  attention: 'triangle',
  bad: 'diamond',
}

const paths: Readonly<Record<Shape, ReactNode>> = {
  dot: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  diamond: <path d="M6 1 11 6 6 11 1 6Z" fill="currentColor" />,
  triangle: <path d="M6 1.5 11.2 10.5H.8Z" fill="currentColor" />,
  square: <rect x="2" y="2" width="8" height="8" fill="currentColor" />,
  check: <path d="M1.5 6.5 4.7 9.5 10.5 2.8" fill="none" stroke="currentColor" strokeWidth="2" />,
  cross: <path d="M2.2 2.2 9.8 9.8M9.8 2.2 2.2 9.8" fill="none" stroke="currentColor" strokeWidth="2" />,
  pause: <path d="M3 2h2.2v8H3ZM6.8 2H9v8H6.8Z" fill="currentColor" />,
}

export function StateShape({ shape }: { readonly shape: Shape }) {
  return (
    <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden focusable="false">
      {paths[shape]}
    </svg>
  )
}
