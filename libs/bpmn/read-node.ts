/** One XML element → one node, or the complaint that it is outside the subset. */
import { body, child, children, flag, idOf, text, words, type ModdleElement } from './element.ts'
import { feelText, readValue } from './feel.ts'
import type { ComplaintKind } from './complaint.ts'
import type {
  ActivityBase,
  EndEvent,
  EventSubProcess,
  Feel,
  Gateway,
  HandlerTask,
  Mapping,
  Multi,
  Node,
  NodeBase,
  PlainTask,
  SendTask,
  StartEvent,
  SubProcess,
  Throw,
  TimerKind,
  Trigger,
  Value,
} from './model.ts'

export type Reader = {
  readonly passUnbound: boolean
  readonly lineOf: (element: ModdleElement) => number
  readonly complain: (kind: ComplaintKind, element: ModdleElement, message: string, value?: string) => void
}

/** Elements that carry no behaviour here. */
const ignored = ['bpmn:SequenceFlow', 'bpmn:DataObject', 'bpmn:DataObjectReference', 'bpmn:DataStoreReference']

const subset = {
  processStart: ['none', 'timer', 'message'],
  subProcessStart: ['none'],
  eventStart: ['timer', 'message', 'signal', 'error', 'escalation'],
  end: ['none', 'terminate', 'error', 'escalation', 'message'],
  catch: ['timer', 'message'],
  throw: ['message', 'signal', 'escalation'],
  boundary: ['timer', 'message', 'signal', 'error', 'escalation'],
} as const

const gateways: { readonly [type: string]: Gateway['kind'] } = {
  'bpmn:ExclusiveGateway': 'exclusiveGateway',
  'bpmn:ParallelGateway': 'parallelGateway',
  'bpmn:InclusiveGateway': 'inclusiveGateway',
  'bpmn:EventBasedGateway': 'eventGateway',
}

/** Reads a flow element; null when it carries no behaviour or was complained about. */
export function readNode(reader: Reader, element: ModdleElement, parent: string | null): Node | null {
  if (ignored.includes(element.$type)) return null
  if (idOf(element) === null) {
    reader.complain('bad_id', element, `a ${nameOf(element)} needs an id`)
    return null
  }
  const base = readBase(reader, element, parent)
  const gateway = gateways[element.$type]
  if (gateway) return readGateway(reader, element, base, gateway)
  switch (element.$type) {
    case 'bpmn:StartEvent':
      return readStart(reader, element, base)
    case 'bpmn:EndEvent':
      return readEnd(reader, element, base)
    case 'bpmn:IntermediateCatchEvent': {
      const trigger = readTrigger(reader, element, subset.catch)
      return trigger && { ...base, kind: 'catchEvent', trigger }
    }
    case 'bpmn:IntermediateThrowEvent': {
      const result = readThrow(reader, element, subset.throw)
      return result && { ...base, kind: 'throwEvent', result, inputs: readMappings(reader, element, 'tz:Input') }
    }
    case 'bpmn:BoundaryEvent':
      return readBoundary(reader, element, base)
    default:
      return readActivity(reader, element, base)
  }
}

const nameOf = (element: ModdleElement): string => {
  const name = element.$type.replace(/^\w+:/, '')
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function outside(reader: Reader, element: ModdleElement, what: string): null {
  reader.complain('outside_subset', element, `${what} is outside the BPMN subset of this engine`, what)
  return null
}

function readBase(reader: Reader, element: ModdleElement, parent: string | null): NodeBase {
  const defaultFlow = idOf(child(element, 'default'))
  const [documentation] = children(element, 'documentation')
  return {
    id: idOf(element) ?? '',
    name: text(element, 'name') ?? '',
    parent,
    incoming: [],
    outgoing: [],
    defaultFlow,
    state: text(element, 'tz:state'),
    line: reader.lineOf(element),
    documentation: text(documentation ?? null, 'text') ?? '',
  }
}

function readGateway(reader: Reader, element: ModdleElement, base: NodeBase, kind: Gateway['kind']): Node | null {
  if (kind === 'eventGateway' && flag(element, 'instantiate')) return outside(reader, element, 'instantiate')
  if (text(element, 'eventGatewayType') === 'Parallel') return outside(reader, element, 'parallel event-based gateway')
  return { ...base, kind }
}

// Events

function readStart(reader: Reader, element: ModdleElement, base: NodeBase): StartEvent | null {
  const container = element.$parent
  const inEvent =
    container !== undefined && container.$type === 'bpmn:SubProcess' && flag(container, 'triggeredByEvent')
  const allowed = base.parent === null ? subset.processStart : inEvent ? subset.eventStart : subset.subProcessStart
  const kind = eventKind(reader, element, allowed)
  if (kind === null) return null
  const trigger = kind === 'none' ? null : readTrigger(reader, element, allowed)
  if (kind !== 'none' && trigger === null) return null
  const interrupting = trigger?.kind === 'error' || element.get('isInterrupting') !== false
  return { ...base, kind: 'startEvent', trigger, interrupting }
}

function readEnd(reader: Reader, element: ModdleElement, base: NodeBase): EndEvent | null {
  const inputs = readMappings(reader, element, 'tz:Input')
  const kind = eventKind(reader, element, subset.end)
  if (kind === null) return null
  if (kind === 'none' || kind === 'terminate') return { ...base, kind: 'endEvent', result: { kind }, inputs }
  const result = readThrow(reader, element, subset.end)
  return result && { ...base, kind: 'endEvent', result, inputs }
}

function readBoundary(reader: Reader, element: ModdleElement, base: NodeBase): Node | null {
  const trigger = readTrigger(reader, element, subset.boundary)
  const attachedTo = idOf(child(element, 'attachedToRef'))
  if (attachedTo === null) reader.complain('bad_boundary', element, 'a boundary event needs an activity to sit on')
  if (trigger === null || attachedTo === null) return null
  const interrupting = trigger.kind === 'error' || element.get('cancelActivity') !== false
  return { ...base, kind: 'boundaryEvent', trigger, attachedTo, interrupting }
}

/** The kind of an event by its one definition: `timer`, `message`, …, `none`. */
function eventKind(reader: Reader, element: ModdleElement, allowed: readonly string[]): string | null {
  const definitions = children(element, 'eventDefinitions')
  if (definitions.length > 1) return outside(reader, element, `multiple ${nameOf(element)}`)
  const [definition] = definitions
  const kind = definition ? nameOf(definition).replace('EventDefinition', '') : 'none'
  return allowed.includes(kind) ? kind : outside(reader, element, `${kind} ${nameOf(element)}`)
}

function readTrigger(reader: Reader, element: ModdleElement, allowed: readonly string[]): Trigger | null {
  const kind = eventKind(reader, element, allowed)
  const definition = children(element, 'eventDefinitions')[0] ?? null
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
  const definition = children(element, 'eventDefinitions')[0] ?? null
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
      const code = codeOf(definition, kind)
      if (code === null) reader.complain(`missing_${kind}`, element, `a thrown ${kind} needs a reference with a code`)
      return code === null ? null : { kind, code }
    }
    default:
      return null
  }
}

type Message = { readonly name: string; readonly correlation: Feel | null }

function readMessage(reader: Reader, element: ModdleElement, holder: ModdleElement | null): Message | null {
  const message = child(holder, 'messageRef')
  const name = text(message, 'name') ?? idOf(message)
  if (name === null) reader.complain('missing_message', element, 'a message reference is missing')
  const key = text(holder, 'tz:correlationKey')
  return name === null ? null : { name, correlation: key && feelText(key) }
}

function readSignal(reader: Reader, element: ModdleElement, definition: ModdleElement | null): string | null {
  const signal = child(definition, 'signalRef')
  const name = text(signal, 'name') ?? idOf(signal)
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
    const written = body(definition, property)
    if (written !== null) return { kind: 'timer', timer, value: readValue(written) }
  }
  reader.complain('missing_timer', element, 'a timer needs timeDate, timeDuration or timeCycle')
  return null
}

// Activities

function readActivity(reader: Reader, element: ModdleElement, nodeBase: NodeBase): Node | null {
  const unusual = unusualMark(element)
  if (unusual !== null) return outside(reader, element, unusual)
  const base = readActivityBase(reader, element, nodeBase)
  switch (element.$type) {
    case 'bpmn:UserTask':
      return {
        ...base,
        kind: 'userTask',
        roles: words(element, 'tz:roles'),
        form: text(element, 'tz:form'),
        due: optionalValue(element, 'tz:due'),
        priority: optionalValue(element, 'tz:priority'),
        policy: words(element, 'tz:policy'),
        outcomes: words(element, 'tz:outcomes'),
      }
    case 'bpmn:ServiceTask':
      return readHandled(reader, element, base, 'serviceTask')
    case 'bpmn:BusinessRuleTask':
      return readHandled(reader, element, base, 'businessRuleTask')
    case 'bpmn:SendTask':
      return readSend(reader, element, base)
    case 'bpmn:ReceiveTask': {
      if (flag(element, 'instantiate')) return outside(reader, element, 'instantiate')
      const message = readMessage(reader, element, element)
      return message && { ...base, kind: 'receiveTask', message }
    }
    case 'bpmn:ScriptTask':
      return readScript(reader, element, base)
    case 'bpmn:SubProcess':
      return readSubProcess(element, base)
    case 'bpmn:CallActivity': {
      const called = text(element, 'calledElement')
      if (called === null) reader.complain('missing_called', element, 'a call activity needs calledElement')
      return called === null ? null : { ...base, kind: 'callActivity', called }
    }
    case 'bpmn:Task':
    case 'bpmn:ManualTask':
      return reader.passUnbound ? { ...base, kind: 'plainTask' } : outside(reader, element, nameOf(element))
    default:
      return outside(reader, element, nameOf(element))
  }
}

/** Marks of an activity that the subset does not have. */
function unusualMark(element: ModdleElement): string | null {
  if (flag(element, 'isForCompensation')) return 'compensation'
  if (child(element, 'loopCharacteristics')?.$type === 'bpmn:StandardLoopCharacteristics') return 'loop marker'
  for (const name of ['startQuantity', 'completionQuantity'])
    if (typeof element.get(name) === 'number' && element.get(name) !== 1) return name
  return null
}

function readActivityBase(reader: Reader, element: ModdleElement, base: NodeBase): ActivityBase {
  return {
    ...base,
    inputs: readMappings(reader, element, 'tz:Input'),
    outputs: readMappings(reader, element, 'tz:Output'),
    boundaries: [],
    multi: readMulti(reader, element),
  }
}

function readMappings(reader: Reader, element: ModdleElement, type: 'tz:Input' | 'tz:Output'): Mapping[] {
  const all = children(child(element, 'extensionElements'), 'values').filter((value) => value.$type === type)
  return all.flatMap((mapping) => {
    const [name, value] = [text(mapping, 'name'), text(mapping, 'value')]
    if (name === null) reader.complain('missing_name', element, 'a mapping needs a name')
    return name === null ? [] : [{ name, value: feelText(value ?? '') }]
  })
}

function optionalValue(element: ModdleElement, name: string): Value | null {
  const written = text(element, name)
  return written === null ? null : readValue(written)
}

function readMulti(reader: Reader, element: ModdleElement): Multi | null {
  const loop = child(element, 'loopCharacteristics')
  if (loop?.$type !== 'bpmn:MultiInstanceLoopCharacteristics') return null
  const named = (name: string): string | null => text(loop, `tz:${name}`) ?? text(element, `tz:${name}`)
  const collection = named('collection') ?? dataName(loop, 'loopDataInputRef')
  const cardinality = body(loop, 'loopCardinality')
  if (collection === null && cardinality === null)
    reader.complain('missing_collection', element, 'many instances need a collection or a cardinality')
  const [completion, outputElement] = [body(loop, 'completionCondition'), named('outputElement')]
  return {
    sequential: flag(loop, 'isSequential'),
    cardinality: cardinality && feelText(cardinality),
    collection: collection && feelText(collection),
    element: named('element') ?? dataName(loop, 'inputDataItem'),
    completion: completion && feelText(completion),
    output: named('output') ?? dataName(loop, 'loopDataOutputRef'),
    outputElement: (outputElement ?? dataName(loop, 'outputDataItem'))?.replace(/^=/, '').trim() ?? null,
  }
}

/** The name of a data element is the name of its variable. */
function dataName(loop: ModdleElement, property: string): string | null {
  const data = child(loop, property)
  return text(data, 'name') ?? idOf(data)
}

function readHandled(
  reader: Reader,
  element: ModdleElement,
  base: ActivityBase,
  kind: HandlerTask['kind'],
): HandlerTask | PlainTask | null {
  const handler = text(element, 'tz:handler') ?? (kind === 'businessRuleTask' ? text(element, 'tz:decision') : null)
  if (handler !== null) return { ...base, kind, handler }
  if (reader.passUnbound) return { ...base, kind: 'plainTask' }
  reader.complain('missing_handler', element, `a ${kind} needs tz:handler`)
  return null
}

function readSend(reader: Reader, element: ModdleElement, base: ActivityBase): SendTask | PlainTask | null {
  const handler = text(element, 'tz:handler')
  if (child(element, 'messageRef') === null && handler === null && reader.passUnbound)
    return { ...base, kind: 'plainTask' }
  const message =
    child(element, 'messageRef') === null && handler !== null ? null : readMessage(reader, element, element)
  return handler === null && message === null ? null : { ...base, kind: 'sendTask', handler, message }
}

function readScript(reader: Reader, element: ModdleElement, base: ActivityBase): Node | null {
  const script = text(element, 'script')
  const format = text(element, 'scriptFormat')
  if (format !== null && !/feel/i.test(format)) return outside(reader, element, `script format ${format}`)
  if (script === null) reader.complain('missing_script', element, 'a script task needs a FEEL script')
  return script === null
    ? null
    : { ...base, kind: 'scriptTask', script: feelText(script), result: text(element, 'tz:result') }
}

function readSubProcess(element: ModdleElement, base: ActivityBase): SubProcess | EventSubProcess {
  const start = children(element, 'flowElements').find((inner) => inner.$type === 'bpmn:StartEvent')
  if (!flag(element, 'triggeredByEvent')) return { ...base, kind: 'subProcess', start: idOf(start ?? null) ?? '' }
  const { inputs: _inputs, outputs: _outputs, boundaries: _boundaries, multi: _multi, ...node } = base
  return { ...node, kind: 'eventSubProcess', start: idOf(start ?? null) ?? '' }
}
