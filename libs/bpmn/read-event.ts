/** Events: what they wait for, what they throw. */
import { child, children, flag, idOf, text, type ModdleElement } from './element.ts'
import { feelText } from './feel.ts'
import { readMappings } from './read-mapping.ts'
import { nameOf, outside, readTimeValue, type Reader } from './reader.ts'
import type { BoundaryEvent, CatchEvent, EndEvent, Feel, NodeBase, StartEvent, Throw, ThrowEvent } from './model.ts'
import type { TimerKind, Trigger } from './model.ts'

const subset = {
  processStart: ['none', 'timer', 'message'],
  subProcessStart: ['none'],
  eventStart: ['timer', 'message', 'signal', 'error', 'escalation'],
  end: ['none', 'terminate', 'error', 'escalation', 'message'],
  catch: ['timer', 'message'],
  throw: ['message', 'signal', 'escalation'],
  boundary: ['timer', 'message', 'signal', 'error', 'escalation'],
} as const

/** Signals that only foreign models may use: to start a process, to wait for, to end with. */
function kindsFor(reader: Reader, place: 'processStart' | 'catch' | 'end'): readonly string[] {
  return reader.passUnbound ? [...subset[place], 'signal'] : subset[place]
}

export function readStart(reader: Reader, element: ModdleElement, base: NodeBase): StartEvent | null {
  const container = element.$parent
  const inEvent =
    container !== undefined && container.$type === 'bpmn:SubProcess' && flag(container, 'triggeredByEvent')
  const inSub = inEvent ? subset.eventStart : subset.subProcessStart
  const allowed = base.parent === null ? kindsFor(reader, 'processStart') : inSub
  const kind = eventKind(reader, element, allowed)
  if (kind === null) return null
  const trigger = kind === 'none' ? null : readTrigger(reader, element, allowed)
  if (kind !== 'none' && trigger === null) return null
  const interrupting = trigger?.kind === 'error' || element.get('isInterrupting') !== false
  return { ...base, kind: 'startEvent', trigger, interrupting }
}

export function readEnd(reader: Reader, element: ModdleElement, base: NodeBase): EndEvent | null {
  const inputs = readMappings(reader, element, 'tz:Input')
  const allowed = kindsFor(reader, 'end')
  const kind = eventKind(reader, element, allowed)
  if (kind === null) return null
  if (kind === 'none' || kind === 'terminate') return { ...base, kind: 'endEvent', result: { kind }, inputs }
  const result = readThrow(reader, element, allowed)
  return result && { ...base, kind: 'endEvent', result, inputs }
}

export function readCatch(reader: Reader, element: ModdleElement, base: NodeBase): CatchEvent | null {
  const trigger = readTrigger(reader, element, kindsFor(reader, 'catch'))
  return trigger && { ...base, kind: 'catchEvent', trigger }
}

export function readThrowEvent(reader: Reader, element: ModdleElement, base: NodeBase): ThrowEvent | null {
  const result = readThrow(reader, element, subset.throw)
  return result && { ...base, kind: 'throwEvent', result, inputs: readMappings(reader, element, 'tz:Input') }
}

export function readBoundary(reader: Reader, element: ModdleElement, base: NodeBase): BoundaryEvent | null {
  const trigger = readTrigger(reader, element, subset.boundary)
  const attachedTo = idOf(child(element, 'attachedToRef'))
  if (attachedTo === null) reader.complain('bad_boundary', element, 'a boundary event needs an activity to sit on')
  if (trigger === null || attachedTo === null) return null
  const interrupting = trigger.kind === 'error' || element.get('cancelActivity') !== false
  return { ...base, kind: 'boundaryEvent', trigger, attachedTo, interrupting }
}

/** Written inside the event or beside the process and referred to. */
const definitionsOf = (element: ModdleElement): ModdleElement[] => [
  ...children(element, 'eventDefinitions'),
  ...children(element, 'eventDefinitionRef'),
]

/** The kind of an event by its one definition: `timer`, `message`, …, `none`. */
function eventKind(reader: Reader, element: ModdleElement, allowed: readonly string[]): string | null {
  const definitions = definitionsOf(element)
  if (definitions.length > 1) return outside(reader, element, `multiple ${nameOf(element)}`)
  const [definition] = definitions
  const kind = definition ? nameOf(definition).replace('EventDefinition', '') : 'none'
  return allowed.includes(kind) ? kind : outside(reader, element, `${kind} ${nameOf(element)}`)
}

function readTrigger(reader: Reader, element: ModdleElement, allowed: readonly string[]): Trigger | null {
  const kind = eventKind(reader, element, allowed)
  const definition = definitionsOf(element)[0] ?? null
  switch (kind) {
    case 'message': {
      const message = readMessage(reader, element, definition)
      return message && { kind, ...message }
    }
    case 'signal': {
      const name = readSignal(reader, element, definition)
      return name === null ? null : { kind, name }
    }
    case 'timer':
      return readTimer(reader, element, definition)
    case 'error':
    case 'escalation':
      return { kind, code: codeOf(definition, kind) }
    default:
      return null
  }
}

function readThrow(reader: Reader, element: ModdleElement, allowed: readonly string[]): Throw | null {
  const kind = eventKind(reader, element, allowed)
  const definition = definitionsOf(element)[0] ?? null
  switch (kind) {
    case 'message': {
      const message = readMessage(reader, element, definition)
      return message && { kind, ...message }
    }
    case 'signal': {
      const name = readSignal(reader, element, definition)
      return name === null ? null : { kind, name }
    }
    case 'error':
    case 'escalation': {
      const code = codeOf(definition, kind) ?? unnamed(reader, element)
      if (code === null) reader.complain(`missing_${kind}`, element, `a thrown ${kind} needs a reference with a code`)
      return code === null ? null : { kind, code }
    }
    default:
      return null
  }
}

/** Foreign models often leave names out: the event's own name, or its id, then stands for what it throws or awaits. */
const unnamed = (reader: Reader, element: ModdleElement): string | null =>
  reader.passUnbound ? (text(element, 'name') ?? idOf(element)) : null

export type Message = { readonly name: string; readonly correlation: Feel | null }

/**
 * The message of an event or task: named by a reference, by the operation it calls, in foreign models by the message
 * flow that ends there.
 * @param holder  the event definition, or the task itself
 */
export function readMessage(reader: Reader, element: ModdleElement, holder: ModdleElement | null): Message | null {
  const message = child(holder, 'messageRef') ?? child(child(holder, 'operationRef'), 'inMessageRef')
  const name = text(message, 'name') ?? idOf(message) ?? carried(reader, element) ?? unnamed(reader, element)
  if (name === null) reader.complain('missing_message', element, 'a message reference is missing')
  const key = text(holder, 'tz:correlationKey')
  return name === null ? null : { name, correlation: key && feelText(key) }
}

/** The name of what a message flow brings to an element or takes from it. */
export const carried = (reader: Reader, element: ModdleElement): string | null =>
  (reader.passUnbound ? reader.messageNames.get(idOf(element) ?? '') : null) ?? null

function readSignal(reader: Reader, element: ModdleElement, definition: ModdleElement | null): string | null {
  const signal = child(definition, 'signalRef')
  const name = text(signal, 'name') ?? idOf(signal) ?? unnamed(reader, element)
  if (name === null) reader.complain('missing_signal', element, 'a signal reference is missing')
  return name
}

function codeOf(definition: ModdleElement | null, kind: 'error' | 'escalation'): string | null {
  const reference = child(definition, `${kind}Ref`)
  return text(reference, `${kind}Code`) ?? text(reference, 'name') ?? idOf(reference)
}

function readTimer(reader: Reader, element: ModdleElement, definition: ModdleElement | null): Trigger | null {
  const forms: readonly [string, TimerKind][] = [
    ['timeDate', 'date'],
    ['timeDuration', 'duration'],
    ['timeCycle', 'cycle'],
  ]
  for (const [property, timer] of forms) {
    const value = readTimeValue(reader, definition, property)
    if (value !== null) return { kind: 'timer', timer, value }
  }
  // A clock that is only drawn never rings.
  if (reader.passUnbound) return { kind: 'timer', timer: 'date', value: { kind: 'feel', text: 'null' } }
  reader.complain('missing_timer', element, 'a timer needs timeDate, timeDuration or timeCycle')
  return null
}
