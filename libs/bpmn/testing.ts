/** Short BPMN texts and a board to play them on, for the tests of this package. */
import { assert, epochMs } from '@tingzhou/kernel'
import { createHeadless, type Headless, type HeadlessOptions } from './headless.ts'
import { readDefinition, type ReadOptions } from './read.ts'
import type { Definition, Vars } from './model.ts'
import type { Task } from './state.ts'

/** Wraps flow elements into a file with one process `p`. */
export function bpmn(content: string, roots = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tz="urn:tingzhou:bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:test">
${roots}
<bpmn:process id="p" isExecutable="true">
${content}
</bpmn:process>
</bpmn:definitions>`
}

export const flow = (source: string, target: string, condition?: string): string =>
  `<bpmn:sequenceFlow id="${source}-${target}" sourceRef="${source}" targetRef="${target}">${
    condition === undefined
      ? ''
      : `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${condition}</bpmn:conditionExpression>`
  }</bpmn:sequenceFlow>\n`

/** Flows from each node to the next. */
export const chain = (...nodes: readonly string[]): string =>
  nodes
    .slice(1)
    .map((node, index) => flow(nodes[index] ?? '', node))
    .join('')

export const start = (id = 's', inner = ''): string => `<bpmn:startEvent id="${id}">${inner}</bpmn:startEvent>\n`
export const end = (id = 'e', inner = ''): string => `<bpmn:endEvent id="${id}">${inner}</bpmn:endEvent>\n`
export const user = (id: string, attributes = '', inner = ''): string =>
  `<bpmn:userTask id="${id}" name="${id}" ${attributes}>${inner}</bpmn:userTask>\n`
export const script = (id: string, feel: string, inner = '', result = ''): string =>
  `<bpmn:scriptTask id="${id}" ${result && `tz:result="${result}"`}>${inner}<bpmn:script>${feel}</bpmn:script></bpmn:scriptTask>\n`
export const gateway = (
  kind: 'exclusive' | 'parallel' | 'inclusive' | 'eventBased',
  id: string,
  attributes = '',
): string => `<bpmn:${kind}Gateway id="${id}" ${attributes}/>\n`
export const sub = (id: string, content: string, attributes = ''): string =>
  `<bpmn:subProcess id="${id}" ${attributes}>${content}</bpmn:subProcess>\n`
export const eventSub = (id: string, content: string): string => sub(id, content, 'triggeredByEvent="true"')
export const timer = (form: 'timeDate' | 'timeDuration' | 'timeCycle', text: string): string =>
  `<bpmn:timerEventDefinition><bpmn:${form}>${text}</bpmn:${form}></bpmn:timerEventDefinition>`
export const on = (kind: 'message' | 'signal' | 'error' | 'escalation', ref?: string, attributes = ''): string =>
  `<bpmn:${kind}EventDefinition ${ref === undefined ? '' : `${kind}Ref="${ref}"`} ${attributes}/>`
export const boundary = (id: string, host: string, inner: string, interrupting = true): string =>
  `<bpmn:boundaryEvent id="${id}" attachedToRef="${host}" cancelActivity="${interrupting}">${inner}</bpmn:boundaryEvent>\n`
export const catching = (id: string, inner: string): string =>
  `<bpmn:intermediateCatchEvent id="${id}">${inner}</bpmn:intermediateCatchEvent>\n`
export const throwing = (id: string, inner: string): string =>
  `<bpmn:intermediateThrowEvent id="${id}">${inner}</bpmn:intermediateThrowEvent>\n`
export const message = (id: string): string => `<bpmn:message id="${id}" name="${id}"/>\n`
export const signal = (id: string): string => `<bpmn:signal id="${id}" name="${id}"/>\n`
export const errorCode = (id: string): string => `<bpmn:error id="${id}" errorCode="${id}"/>\n`
export const escalation = (id: string): string => `<bpmn:escalation id="${id}" escalationCode="${id}"/>\n`

/** Reads a model that is meant to be good. */
export async function definitionOf(xml: string, options: ReadOptions = {}): Promise<Definition> {
  const read = await readDefinition(xml, options)
  assert(read.ok, `the model reads: ${JSON.stringify(read.ok ? '' : read.error)}`)
  return read.value
}

export type Board = Headless & {
  readonly id: string
  /** Names of the nodes with an open task, sorted. */
  readonly open: () => string[]
  readonly task: (nodeId: string) => Task
  readonly complete: (nodeId: string, vars?: Vars) => void
  readonly vars: () => Vars
  readonly status: () => string
  readonly visited: () => readonly string[]
}

/** Deploys a model and starts one instance of its process `p`. */
export async function played(xml: string, vars: Vars = {}, options: HeadlessOptions = {}): Promise<Board> {
  const engine = createHeadless({ now: epochMs(0), ...options })
  const deployed = await engine.deploy(xml)
  assert(deployed.ok, `the model deploys: ${JSON.stringify(deployed.ok ? '' : deployed.error)}`)
  const started = engine.start('p', vars)
  assert(started.ok, `the instance starts: ${JSON.stringify(started.ok ? '' : started.error)}`)
  const id = started.value
  const task = (nodeId: string): Task => {
    const found = engine.tasks(id).find((task) => task.nodeId === nodeId)
    assert(found !== undefined, `a task is open at ${nodeId}`)
    return found
  }
  return {
    ...engine,
    id,
    task,
    open: () =>
      engine
        .tasks(id)
        .map((task) => task.nodeId)
        .toSorted(),
    complete: (nodeId, vars) => {
      const result = engine.completeTask(task(nodeId).id, vars)
      assert(result.ok, `the task ${nodeId} completes: ${JSON.stringify(result.ok ? '' : result.error)}`)
    },
    vars: () => engine.state(id)?.vars ?? {},
    status: () => engine.state(id)?.status ?? 'none',
    visited: () => engine.trace(id),
  }
}
