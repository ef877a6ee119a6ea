/** BPMN XML → Definition. Reading and refusing what is outside the subset; check.ts judges the graph. */
import { err, ok, type Result } from '@tingzhou/kernel'
import { checkDefinition, type Known } from './check.ts'
import { child, children, idOf, text, type ModdleElement } from './element.ts'
import { complain, nearestWithId, readFile, type File } from './file.ts'
import { withImplied } from './implied.ts'
import { readNode } from './read-node.ts'
import { outside, readFeel, type Reader } from './reader.ts'
import type { Complaint } from './complaint.ts'
import { isActivity, type Definition, type Flow, type Node } from './model.ts'

export type ReadOptions = {
  /** Which process of the file; without it the only one, or the only executable one. */
  readonly processId?: string
  /** Names the model may use; a list that is left out is not checked. */
  readonly known?: Known
  /**
   * Reads models of other tools. What nobody runs passes at once (plain and manual tasks, service tasks without a
   * handler, scripts that are not FEEL); conditions in JUEL, Java, JavaScript or XPath are translated; names, starts and
   * ends that are left out are supplied; signals may start, be waited for and end a process. The README lists it all.
   */
  readonly passUnbound?: boolean
  /** Only with passUnbound: handlers that an unbound task takes by its id or by the text of its script. */
  readonly bound?: readonly string[]
}

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
  const file = await readFile(xml, options.passUnbound ?? false)
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
  const file = await readFile(xml, options.passUnbound ?? false)
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
    bound: options.bound ?? [],
    messageNames: file.messageNames,
    lineOf,
    complain: (kind, element, message, value) =>
      complaints.push(complain(kind, nearestWithId(element), lineOf(element), message, value ?? null)),
  }
  const elements = flowElements(process, null)
  if (isTooLarge(elements)) {
    const rule = `more than ${elementsMax} elements, or nested deeper than ${depthMax}`
    return err([complain('too_large', idOf(process), lineOf(process), rule, String(elements.length))])
  }
  const key = idOf(process) ?? ''
  const read = {
    nodes: elements.flatMap(({ element, parent }) => readNode(reader, element, parent) ?? []),
    flows: elements.flatMap(({ element }) => readFlow(reader, element)),
  }
  const { nodes: loose, flows } = reader.passUnbound ? withImplied(key, read) : read
  refuseGlobalTasks(reader, file, elements)
  const nodes = connect(loose, flows)
  const definition = {
    key,
    name: text(process, 'name') ?? idOf(process) ?? '',
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    flows: Object.fromEntries(flows.map((flow) => [flow.id, flow])),
    starts: nodes.flatMap((node) => (node.kind === 'startEvent' && node.parent === null ? [node.id] : [])),
  }
  // A graph with holes in it would only raise complaints about the holes.
  if (complaints.length === 0)
    complaints.push(...checkDefinition(definition, (id) => lines.get(id) ?? 1, options.known, reader.passUnbound))
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
  const condition = readFeel(reader, element, 'conditionExpression')
  return [{ id, name: text(element, 'name') ?? '', source, target, condition }]
}

/** A call activity may call a process; a task that stands beside the processes is outside the subset. */
function refuseGlobalTasks(reader: Reader, file: File, elements: readonly Placed[]): void {
  for (const { element } of elements) {
    const called = text(element, 'calledElement')?.replace(/^.*:/, '') ?? null
    if (called !== null && file.globalTasks.includes(called)) outside(reader, element, 'global task')
  }
}

/** Adds the flows and boundary events that hang on each node; flows keep document order. */
function connect(nodes: readonly Node[], flows: readonly Flow[]): Node[] {
  const outgoing = idsBy(flows, (flow) => flow.source)
  const incoming = idsBy(flows, (flow) => flow.target)
  const boundaries = idsBy(nodes, (node) => (node.kind === 'boundaryEvent' ? node.attachedTo : null))
  return nodes.map((node) => {
    const around = { incoming: incoming.get(node.id) ?? [], outgoing: outgoing.get(node.id) ?? [] }
    return isActivity(node) ? { ...node, ...around, boundaries: boundaries.get(node.id) ?? [] } : { ...node, ...around }
  })
}

function idsBy<T extends { readonly id: string }>(
  items: readonly T[],
  keyOf: (item: T) => string | null,
): ReadonlyMap<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(item.id)
    else groups.set(key, [item.id])
  }
  return groups
}
