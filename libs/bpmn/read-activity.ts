/** Activities: tasks, sub-processes, call activities, and what many instances of them run over. */
import { child, children, flag, idOf, text, words, type ModdleElement } from './element.ts'
import { feelText, readValue } from './feel.ts'
import { carried, readMessage } from './read-event.ts'
import { readMappings } from './read-mapping.ts'
import { boundHandler, nameOf, outside, readFeel, type Reader } from './reader.ts'
import type { ActivityBase, EventSubProcess, HandlerTask, Multi, Node, NodeBase, PlainTask } from './model.ts'
import type { SubProcess, Value } from './model.ts'

export function readActivity(reader: Reader, element: ModdleElement, nodeBase: NodeBase): Node | null {
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
      return readSubProcess(reader, element, base)
    case 'bpmn:CallActivity':
      return readCall(reader, element, base)
    case 'bpmn:Task':
    case 'bpmn:ManualTask':
      return reader.passUnbound ? unbound(reader, element, base) : outside(reader, element, nameOf(element))
    default:
      return outside(reader, element, nameOf(element))
  }
}

/** Marks of an activity that the subset does not have. */
function unusualMark(element: ModdleElement): string | null {
  if (flag(element, 'isForCompensation')) return 'compensation'
  const loop = child(element, 'loopCharacteristics')
  if (loop?.$type === 'bpmn:StandardLoopCharacteristics') return 'loop marker'
  // None, One and Complex throw events of their own when an instance ends.
  const behavior = text(loop, 'behavior')
  if (behavior !== null && behavior !== 'All') return `multi-instance behavior ${behavior}`
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

function optionalValue(element: ModdleElement, name: string): Value | null {
  const written = text(element, name)
  return written === null ? null : readValue(written)
}

function readMulti(reader: Reader, element: ModdleElement): Multi | null {
  const loop = child(element, 'loopCharacteristics')
  if (loop?.$type !== 'bpmn:MultiInstanceLoopCharacteristics') return null
  const named = (name: string): string | null => text(loop, `tz:${name}`) ?? text(element, `tz:${name}`)
  const collection = named('collection') ?? variableOf(element, child(loop, 'loopDataInputRef'))
  const cardinality = readFeel(reader, loop, 'loopCardinality')
  const isDrawn = reader.passUnbound && collection === null && cardinality === null
  if (!reader.passUnbound && collection === null && cardinality === null)
    reader.complain('missing_collection', element, 'many instances need a collection or a cardinality')
  const outputElement = named('outputElement') ?? nameOfData(child(loop, 'outputDataItem'))
  return {
    sequential: flag(loop, 'isSequential'),
    // Three strokes without a number: one instance, so that the way through is seen.
    cardinality: isDrawn ? '1' : cardinality,
    collection: collection && feelText(collection),
    element: named('element') ?? nameOfData(child(loop, 'inputDataItem')),
    completion: readFeel(reader, loop, 'completionCondition'),
    output: named('output') ?? variableOf(element, child(loop, 'loopDataOutputRef')),
    outputElement: outputElement?.replace(/^=/, '').trim() ?? null,
  }
}

const nameOfData = (data: ModdleElement | null): string | null => text(data, 'name') ?? idOf(data)

/** A data input or output stands for the variable that an association connects it with, else for its own name. */
function variableOf(element: ModdleElement, data: ModdleElement | null): string | null {
  if (data === null) return null
  const from = children(element, 'dataInputAssociations').find((one) => child(one, 'targetRef') === data)
  const to = children(element, 'dataOutputAssociations').find((one) => children(one, 'sourceRef').includes(data))
  const variable = children(from ?? null, 'sourceRef')[0] ?? child(to ?? null, 'targetRef')
  return nameOfData(variable ?? data)
}

/** A task that names no handler of its own. */
function unbound(reader: Reader, element: ModdleElement, base: ActivityBase): HandlerTask | PlainTask {
  const handler = boundHandler(reader, element)
  return handler === null ? { ...base, kind: 'plainTask' } : { ...base, kind: 'serviceTask', handler }
}

function readHandled(
  reader: Reader,
  element: ModdleElement,
  base: ActivityBase,
  kind: HandlerTask['kind'],
): HandlerTask | PlainTask | null {
  const handler = text(element, 'tz:handler') ?? (kind === 'businessRuleTask' ? text(element, 'tz:decision') : null)
  if (handler !== null) return { ...base, kind, handler }
  if (reader.passUnbound) return unbound(reader, element, base)
  reader.complain('missing_handler', element, `a ${kind} needs tz:handler`)
  return null
}

function readSend(reader: Reader, element: ModdleElement, base: ActivityBase): Node | null {
  const handler = text(element, 'tz:handler')
  const isNamed =
    child(element, 'messageRef') !== null ||
    child(element, 'operationRef') !== null ||
    carried(reader, element) !== null
  if (!isNamed && handler === null && reader.passUnbound) return unbound(reader, element, base)
  const message = !isNamed && handler !== null ? null : readMessage(reader, element, element)
  return handler === null && message === null ? null : { ...base, kind: 'sendTask', handler, message }
}

function readScript(reader: Reader, element: ModdleElement, base: ActivityBase): Node | null {
  const script = text(element, 'script')
  const format = text(element, 'scriptFormat')
  if (reader.passUnbound && !isOurs(element)) return unbound(reader, element, base)
  if (format !== null && !/feel/i.test(format)) return outside(reader, element, `script format ${format}`)
  if (script === null) reader.complain('missing_script', element, 'a script task needs a FEEL script')
  return script === null
    ? null
    : { ...base, kind: 'scriptTask', script: feelText(script), result: text(element, 'tz:result') }
}

/** Whether a script is FEEL: it says so, names its result as we do, or is written as we write it. */
function isOurs(element: ModdleElement): boolean {
  const format = text(element, 'scriptFormat')
  if (format !== null) return /feel/i.test(format)
  return text(element, 'tz:result') !== null || /^[={]/.test(text(element, 'script') ?? '')
}

function readCall(reader: Reader, element: ModdleElement, base: ActivityBase): Node | null {
  const called = text(element, 'calledElement')
  if (called === null && reader.passUnbound) return unbound(reader, element, base)
  if (called === null) reader.complain('missing_called', element, 'a call activity needs calledElement')
  // A QName: the id of a process holds no colon.
  return called === null ? null : { ...base, kind: 'callActivity', called: called.replace(/^.*:/, '') }
}

function readSubProcess(
  reader: Reader,
  element: ModdleElement,
  base: ActivityBase,
): SubProcess | EventSubProcess | HandlerTask | PlainTask {
  const inside = children(element, 'flowElements')
  const start = idOf(inside.find((inner) => inner.$type === 'bpmn:StartEvent') ?? null) ?? ''
  if (!flag(element, 'triggeredByEvent')) {
    // Drawn closed, with nothing in it.
    if (reader.passUnbound && inside.length === 0) return unbound(reader, element, base)
    return { ...base, kind: 'subProcess', start }
  }
  const { inputs: _inputs, outputs: _outputs, boundaries: _boundaries, multi: _multi, ...node } = base
  return { ...node, kind: 'eventSubProcess', start }
}
