/** BPMN XML → Definition. Reading and refusing what is outside the subset; check.ts judges the graph. */
import { BpmnModdle, type ModdleWarning } from 'bpmn-moddle'
import { err, ok, type Result } from '@tingzhou/kernel'
import { checkDefinition, type Known } from './check.ts'
import { child, children, idOf, text, type ModdleElement } from './element.ts'
import { scanTags, type Tag } from './lines.ts'
import { readNode, type Reader } from './read-node.ts'
import { feelText } from './feel.ts'
import { tz } from './tz.ts'
import type { Complaint, ComplaintKind } from './complaint.ts'
import { isActivity, type Definition, type Flow, type Node } from './model.ts'

export type ReadOptions = {
  /** Which process of the file; without it the only one, or the only executable one. */
  readonly processId?: string
  /** Names the model may use; a list that is left out is not checked. */
  readonly known?: Known
  /** Lets tasks pass that nobody runs: plain and manual tasks, service tasks without a handler. For foreign models. */
  readonly passUnbound?: boolean
}

/** A model larger than this is refused unread. */
export const xmlLengthMax = 4_000_000
/** More flow elements than this in one process, or sub-processes nested deeper, are no process people can follow. */
export const elementsMax = 5_000
export const depthMax = 30

/**
 * Reads one process of a BPMN 2.0 file.
 * @param xml  BPMN 2.0 XML with or without diagram interchange
 * @returns the compiled graph, or everything that is wrong with it, in document order
 * Source: BPMN 2.0.2 (OMG formal/2013-12-09), the subset named in the README.
 */
export async function readDefinition(
  xml: string,
  options: ReadOptions = {},
): Promise<Result<Definition, readonly Complaint[]>> {
  const file = await readFile(xml)
  if (!file.ok) return file
  const process = chooseProcess(file.value.processes, options.processId)
  if (!process.ok) return err([process.error])
  return compile(file.value, process.value, options)
}

/**
 * Reads every process of a file, for models whose call activities name processes beside them.
 * Processes marked `isExecutable="false"` beside an executable one, and empty pools, are left out.
 * @returns all definitions in document order, or the complaints about all of them
 */
export async function readDefinitions(
  xml: string,
  options: Omit<ReadOptions, 'processId'> = {},
): Promise<Result<readonly Definition[], readonly Complaint[]>> {
  const file = await readFile(xml)
  if (!file.ok) return file
  const processes = runnable(file.value.processes)
  if (processes.length === 0) return err([complain('no_process', null, null, 'the file has no process', null)])
  const results = processes.map((process) => compile(file.value, process, options))
  const complaints = results.flatMap((result) => (result.ok ? [] : result.error))
  return complaints.length > 0 ? err(complaints) : ok(results.flatMap((result) => (result.ok ? [result.value] : [])))
}

/** Beside a process that is marked executable, those marked otherwise and empty pools are only drawn. */
function runnable(processes: readonly ModdleElement[]): readonly ModdleElement[] {
  const drawn = processes.filter((process) => children(process, 'flowElements').length > 0)
  const isAnyMarked = drawn.some((process) => process.get('isExecutable') === true)
  return drawn.filter((process) => !isAnyMarked || process.get('isExecutable') !== false)
}

type File = { readonly processes: readonly ModdleElement[]; readonly tags: readonly Tag[] }

async function readFile(xml: string): Promise<Result<File, readonly Complaint[]>> {
  if (xml.length > xmlLengthMax)
    return err([complain('too_large', null, null, `the file is longer than ${xmlLengthMax} characters`, null)])
  const tags = scanTags(xml)
  try {
    const { rootElement, warnings } = await new BpmnModdle({ tz }).fromXML(xml)
    const complaints = warnings.flatMap((warning) => complaintOf(warning, tags))
    if (complaints.length > 0) return err(complaints)
    const processes = children(rootElement, 'rootElements').filter((element) => element.$type === 'bpmn:Process')
    return ok({ processes, tags })
  } catch (error) {
    // bpmn-moddle raises on text that is not BPMN XML at all; that is the caller's input, not a bug.
    const message = error instanceof Error ? error.message : String(error)
    return err([complain('not_xml', null, lineIn(message), message.replaceAll(/\s+/g, ' '), null)])
  }
}

function complain(
  kind: ComplaintKind,
  elementId: string | null,
  line: number | null,
  message: string,
  value: string | null,
): Complaint {
  return { kind, elementId, line, message, value }
}

/** bpmn-moddle counts lines from 0 in its messages. */
function lineIn(message: string): number | null {
  const match = /line: (\d+)/.exec(message)
  return match ? Number(match[1]) + 1 : null
}

function complaintOf(warning: ModdleWarning, tags: readonly Tag[]): Complaint[] {
  const element = warning.element ?? null
  const holder = nearestWithId(element)
  const line = tags.find((tag) => tag.id === holder)?.line ?? null
  // How a diagram is drawn, or that it lags behind its model, is no concern of the game.
  if (/^(bpmndi|dc|di):/.test(element?.$type ?? '')) return []
  if (warning.message.startsWith('unresolved reference')) {
    // A message flow or a data line carries no behaviour here.
    if (/Association$|MessageFlow$|DataObjectReference$/.test(element?.$type ?? '')) return []
    return [complain('unresolved_reference', holder, line, warning.message, warning.value ?? null)]
  }
  if (warning.message.startsWith('unknown attribute'))
    return [complain('unknown_attribute', holder, line, warning.message, warning.value ?? null)]
  if (warning.message.startsWith('unparsable content')) return [unparsable(warning.message, tags)]
  return []
}

function unparsable(message: string, tags: readonly Tag[]): Complaint {
  const line = lineIn(message)
  const name = /<(?:[\w.-]+:)?([\w.-]+)/.exec(message)?.[1] ?? null
  const reason = /nested error: (.*)/.exec(message)?.[1] ?? message
  const tag = tags.find((tag) => tag.line === line && tag.name === name)
  const kind = reason.startsWith('duplicate ID') ? 'duplicate_id' : reason.startsWith('illegal ID') ? 'bad_id' : null
  return complain(kind ?? 'outside_subset', tag?.id ?? null, line, reason, name)
}

function nearestWithId(element: ModdleElement | null): string | null {
  for (let at = element; at !== null; at = at.$parent ?? null) {
    const id = idOf(at)
    if (id !== null) return id
  }
  return null
}

function chooseProcess(processes: readonly ModdleElement[], id: string | undefined): Result<ModdleElement, Complaint> {
  const executable = processes.filter((process) => process.get('isExecutable') === true)
  const candidates = id !== undefined ? processes.filter((process) => idOf(process) === id) : executable
  const chosen =
    candidates.length === 1 ? candidates[0] : id === undefined && processes.length === 1 ? processes[0] : null
  if (chosen) return ok(chosen)
  const rule = id === undefined ? 'one process, or one marked isExecutable, is needed' : `the file has no process ${id}`
  return err(complain('no_process', id ?? null, null, rule, String(processes.length)))
}

function compile(file: File, process: ModdleElement, options: ReadOptions): Result<Definition, readonly Complaint[]> {
  const complaints: Complaint[] = []
  const lines = new Map(file.tags.map((tag) => [tag.id, tag.line]))
  const lineOf = (element: ModdleElement): number => lines.get(nearestWithId(element)) ?? 1
  const reader: Reader = {
    passUnbound: options.passUnbound ?? false,
    lineOf,
    complain: (kind, element, message, value) =>
      complaints.push(complain(kind, nearestWithId(element), lineOf(element), message, value ?? null)),
  }
  const elements = flowElements(process, null)
  if (isTooLarge(elements)) {
    const rule = `more than ${elementsMax} elements, or nested deeper than ${depthMax}`
    return err([complain('too_large', idOf(process), lineOf(process), rule, String(elements.length))])
  }
  const flows = elements.flatMap(({ element }) => readFlow(reader, element))
  const nodes = connect(
    elements.flatMap(({ element, parent }) => readNode(reader, element, parent) ?? []),
    flows,
  )
  const definition = {
    key: idOf(process) ?? '',
    name: text(process, 'name') ?? idOf(process) ?? '',
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    flows: Object.fromEntries(flows.map((flow) => [flow.id, flow])),
    starts: nodes.flatMap((node) => (node.kind === 'startEvent' && node.parent === null ? [node.id] : [])),
  }
  // A graph with holes in it would only raise complaints about the holes.
  if (complaints.length === 0)
    complaints.push(...checkDefinition(definition, (id) => lines.get(id) ?? 1, options.known))
  return complaints.length > 0 ? err(complaints.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))) : ok(definition)
}

type Placed = { readonly element: ModdleElement; readonly parent: string | null }

/** The flow elements of a container and of the sub-processes in it, down to one level more than is allowed. */
function flowElements(container: ModdleElement, parent: string | null, depth = 0): Placed[] {
  if (depth > depthMax) return []
  return children(container, 'flowElements').flatMap((element) => [
    { element, parent },
    ...flowElements(element, idOf(element), depth + 1),
  ])
}

function isTooLarge(elements: readonly Placed[]): boolean {
  const depths = new Map<string | null, number>([[null, 0]])
  for (const { element, parent } of elements) depths.set(idOf(element), (depths.get(parent) ?? 0) + 1)
  return elements.length > elementsMax || Math.max(...depths.values()) > depthMax
}

function readFlow(reader: Reader, element: ModdleElement): Flow[] {
  if (element.$type !== 'bpmn:SequenceFlow') return []
  const [id, source, target] = [idOf(element), idOf(child(element, 'sourceRef')), idOf(child(element, 'targetRef'))]
  if (id === null) reader.complain('bad_id', element, 'a sequence flow needs an id')
  if (source === null || target === null)
    reader.complain('unresolved_reference', element, 'a sequence flow needs a source and a target')
  if (id === null || source === null || target === null) return []
  const condition = text(child(element, 'conditionExpression'), 'body')
  return [{ id, name: text(element, 'name') ?? '', source, target, condition: condition && feelText(condition) }]
}

/** Adds the flows and boundary events that hang on each node; flows keep document order. */
function connect(nodes: readonly Node[], flows: readonly Flow[]): Node[] {
  return nodes.map((node) => {
    const incoming = flows.filter((flow) => flow.target === node.id).map((flow) => flow.id)
    const outgoing = flows.filter((flow) => flow.source === node.id).map((flow) => flow.id)
    if (!isActivity(node)) return { ...node, incoming, outgoing }
    const boundaries = nodes.flatMap((other) =>
      other.kind === 'boundaryEvent' && other.attachedTo === node.id ? [other.id] : [],
    )
    return { ...node, incoming, outgoing, boundaries }
  })
}
