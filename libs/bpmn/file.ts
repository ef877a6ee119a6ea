/** The text of a BPMN file → its elements, with their references and lines; or what is wrong with it as XML. */
import { BpmnModdle, type ModdleParsed, type ModdleWarning } from 'bpmn-moddle'
import { err, ok, type Result } from '@tingzhou/kernel'
import { child, children, idOf, text, type ModdleElement } from './element.ts'
import { isInExtension, scanTags, type Tag } from './lines.ts'
import { tz } from './tz.ts'
import type { Complaint, ComplaintKind } from './complaint.ts'

/** A model larger than this is refused unread. */
export const xmlLengthMax = 4_000_000

export type File = {
  readonly processes: readonly ModdleElement[]
  /** Tasks that stand beside the processes and could be called. */
  readonly globalTasks: readonly string[]
  /** What each message flow brings, by the ids of its two ends. */
  readonly messageNames: ReadonlyMap<string, string>
  readonly tags: readonly Tag[]
}

/** @param isForeign  a model of another tool: what only that tool understands is read over */
export async function readFile(xml: string, isForeign: boolean): Promise<Result<File, readonly Complaint[]>> {
  if (xml.length > xmlLengthMax)
    return err([complain('too_large', null, null, `the file is longer than ${xmlLengthMax} characters`, null)])
  const tags = scanTags(xml)
  try {
    const moddle = new BpmnModdle({ tz })
    const parsed = await moddle.fromXML(xml)
    const resolved = resolve(moddle, parsed, isForeign)
    const open = parsed.warnings.filter((warning) => !resolved.has(warning))
    const complaints = open.flatMap((warning) => complaintOf(warning, { xml, tags, isForeign }))
    if (complaints.length > 0) return err(complaints)
    const roots = children(parsed.rootElement, 'rootElements')
    return ok({
      processes: roots.filter((element) => element.$type === 'bpmn:Process'),
      globalTasks: roots.filter(({ $type }) => /^bpmn:Global\w*Task$/.test($type)).flatMap((task) => idOf(task) ?? []),
      messageNames: messageNamesOf(roots),
      tags,
    })
  } catch (error) {
    // bpmn-moddle raises on text that is not BPMN XML at all; that is the caller's input, not a bug.
    const message = error instanceof Error ? error.message : String(error)
    return err([complain('not_xml', null, lineIn(message), message.replaceAll(/\s+/g, ' '), null)])
  }
}

export function complain(
  kind: ComplaintKind,
  elementId: string | null,
  line: number | null,
  message: string,
  value: string | null,
): Complaint {
  return { kind, elementId, line, message, value }
}

export function nearestWithId(element: ModdleElement | null): string | null {
  for (let at = element; at !== null; at = at.$parent ?? null) {
    const id = idOf(at)
    if (id !== null) return id
  }
  return null
}

/** Both ends of a message flow know the message by the name of what it carries, else by the flow's id. */
function messageNamesOf(roots: readonly ModdleElement[]): ReadonlyMap<string, string> {
  const flows = roots.flatMap((root) => children(root, 'messageFlows'))
  const names = new Map<string, string>()
  for (const flow of flows) {
    const [source, target] = [idOf(child(flow, 'sourceRef')), idOf(child(flow, 'targetRef'))]
    const message = child(flow, 'messageRef')
    // Several flows may end at one event: they all bring what it waits for.
    const name = names.get(target ?? '') ?? text(message, 'name') ?? idOf(message) ?? idOf(flow) ?? ''
    for (const end of [source, target]) if (end !== null) names.set(end, name)
  }
  return names
}

/** What may be named without being declared, and the kind of element that then stands for it. */
const nameable: { readonly [property: string]: string } = {
  'bpmn:messageRef': 'bpmn:Message',
  'bpmn:inMessageRef': 'bpmn:Message',
  'bpmn:signalRef': 'bpmn:Signal',
  'bpmn:errorRef': 'bpmn:Error',
  'bpmn:escalationRef': 'bpmn:Escalation',
  'bpmn:loopDataInputRef': 'bpmn:DataInput',
  'bpmn:loopDataOutputRef': 'bpmn:DataOutput',
}

/**
 * Sets references that bpmn-moddle left open: those written as a QName, `tns:order`, and in foreign models names that
 * nothing declares.
 * @returns the warnings that are settled by it
 */
function resolve(moddle: BpmnModdle, parsed: ModdleParsed, isForeign: boolean): ReadonlySet<ModdleWarning> {
  const settled = new Set<ModdleWarning>()
  for (const warning of parsed.warnings) {
    const { element, property = '', value = '' } = warning
    if (!element || !warning.message.startsWith('unresolved reference')) continue
    const id = value.replace(/^.*:/, '')
    const type = nameable[property]
    const found = parsed.elementsById[id] ?? (isForeign && type ? moddle.create(type, { id, name: id }) : undefined)
    if (!found) continue
    const name = property.replace(/^bpmn:/, '')
    const former = element.get(name)
    element.set(name, Array.isArray(former) ? [...former, found] : found)
    settled.add(warning)
  }
  return settled
}

/** References the game follows; all others (data, types, lanes, operations) carry no behaviour here. */
const followed = [...Object.keys(nameable), 'bpmn:eventDefinitionRef', 'bpmn:attachedToRef', 'bpmn:default']

type Source = { readonly xml: string; readonly tags: readonly Tag[]; readonly isForeign: boolean }

function complaintOf(warning: ModdleWarning, { xml, tags, isForeign }: Source): Complaint[] {
  const { element = null, message, property = '', value = null } = warning
  const holder = nearestWithId(element)
  const line = tags.find((tag) => tag.id === holder)?.line ?? null
  if (message.startsWith('unresolved reference')) {
    const isFlowEnd = element?.$type === 'bpmn:SequenceFlow'
    if (!isFlowEnd && !followed.includes(property)) return []
    return [complain('unresolved_reference', holder, line, message, value)]
  }
  if (message.startsWith('unknown attribute'))
    return isForeign || isDrawing(element) ? [] : [complain('unknown_attribute', holder, line, message, value)]
  // What stands in extensionElements is another tool's business, with or without a prefix of its own.
  if (message.startsWith('unparsable content') && !isInExtension(xml, lineIn(message), columnIn(message)))
    return [unparsable(message, tags)]
  return []
}

/** How a diagram is drawn, or that it lags behind its model, is no concern of the game. */
const isDrawing = (element: ModdleElement | null): boolean => /^(bpmndi|dc|di):/.test(element?.$type ?? '')

/** bpmn-moddle counts lines and columns from 0 in its messages. */
function lineIn(message: string): number | null {
  const match = /line: (\d+)/.exec(message)
  return match ? Number(match[1]) + 1 : null
}

const columnIn = (message: string): number => Number(/column: (\d+)/.exec(message)?.[1] ?? 0)

function unparsable(message: string, tags: readonly Tag[]): Complaint {
  const line = lineIn(message)
  const name = /<(?:[\w.-]+:)?([\w.-]+)/.exec(message)?.[1] ?? null
  const reason = /nested error: (.*)/.exec(message)?.[1] ?? message
  const tag = tags.find((tag) => tag.line === line && tag.name === name)
  const kind = reason.startsWith('duplicate ID') ? 'duplicate_id' : reason.startsWith('illegal ID') ? 'bad_id' : null
  return complain(kind ?? 'outside_subset', tag?.id ?? null, line, reason, name)
}
