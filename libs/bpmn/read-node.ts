/** One XML element → one node, or the complaint that it is outside the subset. */
import { child, children, flag, idOf, text, type ModdleElement } from './element.ts'
import { readActivity } from './read-activity.ts'
import { readBoundary, readCatch, readEnd, readStart, readThrowEvent } from './read-event.ts'
import { nameOf, outside, type Reader } from './reader.ts'
import type { Gateway, Node, NodeBase } from './model.ts'

/** Elements that carry no behaviour here. */
const ignored = ['bpmn:SequenceFlow', 'bpmn:DataObject', 'bpmn:DataObjectReference', 'bpmn:DataStoreReference']

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
    case 'bpmn:IntermediateCatchEvent':
      return readCatch(reader, element, base)
    case 'bpmn:IntermediateThrowEvent':
      return readThrowEvent(reader, element, base)
    case 'bpmn:BoundaryEvent':
      return readBoundary(reader, element, base)
    default:
      return readActivity(reader, element, base)
  }
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
