/** What every element is read with: where complaints go, and what a model of another tool is allowed. */
import { child, idOf, text, type ModdleElement } from './element.ts'
import { toFeel } from './dialect.ts'
import { feelText, readValue } from './feel.ts'
import type { ComplaintKind } from './complaint.ts'
import type { Feel, Value } from './model.ts'

export type Reader = {
  /** Models of other tools: see ReadOptions. */
  readonly passUnbound: boolean
  /** Names of handlers that an unbound task may take by its id or the text of its script. */
  readonly bound: readonly string[]
  /** What a message flow carries, by the ids of its ends. */
  readonly messageNames: ReadonlyMap<string, string>
  readonly lineOf: (element: ModdleElement) => number
  readonly complain: (kind: ComplaintKind, element: ModdleElement, message: string, value?: string) => void
}

/** `bpmn:UserTask` → `userTask`. */
export const nameOf = (element: ModdleElement): string => {
  const name = element.$type.replace(/^\w+:/, '')
  return name.charAt(0).toLowerCase() + name.slice(1)
}

export function outside(reader: Reader, element: ModdleElement, what: string): null {
  reader.complain('outside_subset', element, `${what} is outside the BPMN subset of this engine`, what)
  return null
}

/** The FEEL of a child expression; foreign models may write it in another tool's language. */
export function readFeel(reader: Reader, holder: ModdleElement | null, property: string): Feel | null {
  const expression = child(holder, property)
  const written = text(expression, 'body')
  if (written === null) return null
  return reader.passUnbound ? toFeel(written, text(expression, 'language')) : feelText(written)
}

/** A child that is written out, `PT1H`, or computed, `=due` and in foreign models `${due}`. */
export function readTimeValue(reader: Reader, holder: ModdleElement | null, property: string): Value | null {
  const written = text(child(holder, property), 'body')
  if (written === null) return null
  const isWrapped = reader.passUnbound && /^[$#]\{/.test(written)
  return isWrapped ? { kind: 'feel', text: toFeel(written, null) } : readValue(written)
}

/** The handler an unbound task of a foreign model takes; null: it passes. */
export function boundHandler(reader: Reader, element: ModdleElement): string | null {
  const names = [idOf(element), text(element, 'script')]
  return names.find((name) => name !== null && reader.bound.includes(name)) ?? null
}
