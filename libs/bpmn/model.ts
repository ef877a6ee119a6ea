/** A compiled model: the graph the token game plays on. Plain data, JSON-serialisable, stored beside its XML. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type Vars = { readonly [name: string]: Json }

export type NodeId = string
export type FlowId = string

/** A FEEL expression without its leading `=`. */
export type Feel = string

/** A value that is either written out or computed: `PT1H`, `=dueAt`. */
export type Value = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'feel'; readonly text: Feel }

export type Definition = {
  /** The process id in the XML. */
  readonly key: string
  readonly name: string
  readonly nodes: { readonly [id: NodeId]: Node }
  readonly flows: { readonly [id: FlowId]: Flow }
  /** Start events of the process itself, in document order. */
  readonly starts: readonly NodeId[]
}

export type Flow = {
  readonly id: FlowId
  readonly name: string
  readonly source: NodeId
  readonly target: NodeId
  readonly condition: Feel | null
}

export type NodeBase = {
  readonly id: NodeId
  readonly name: string
  /** The enclosing sub-process, null for the process itself. */
  readonly parent: NodeId | null
  readonly incoming: readonly FlowId[]
  readonly outgoing: readonly FlowId[]
  /** The flow taken when no condition holds. */
  readonly defaultFlow: FlowId | null
  /** `tz:state`: the case state this node stands for. */
  readonly state: string | null
  /** Line of the element in the XML, from 1. */
  readonly line: number
  readonly documentation: string
}

export type Mapping = { readonly name: string; readonly value: Feel }

/** What an activity adds to a node: mappings, boundary events, many instances. */
export type ActivityBase = NodeBase & {
  readonly inputs: readonly Mapping[]
  readonly outputs: readonly Mapping[]
  readonly boundaries: readonly NodeId[]
  readonly multi: Multi | null
}

export type Multi = {
  readonly sequential: boolean
  readonly cardinality: Feel | null
  readonly collection: Feel | null
  /** Name of the variable that holds one element of the collection. */
  readonly element: string | null
  readonly completion: Feel | null
  /** Name of the list that gathers the results. */
  readonly output: string | null
  /** What one instance adds to the list; null = its local variables. */
  readonly outputElement: Feel | null
}

export type TimerKind = 'date' | 'duration' | 'cycle'

export type Trigger =
  | { readonly kind: 'message'; readonly name: string; readonly correlation: Feel | null }
  | { readonly kind: 'signal'; readonly name: string }
  | { readonly kind: 'timer'; readonly timer: TimerKind; readonly value: Value }
  /** code null catches all. */
  | { readonly kind: 'error'; readonly code: string | null }
  | { readonly kind: 'escalation'; readonly code: string | null }

export type Throw =
  | { readonly kind: 'message'; readonly name: string; readonly correlation: Feel | null }
  | { readonly kind: 'signal'; readonly name: string }
  | { readonly kind: 'escalation'; readonly code: string }
  | { readonly kind: 'error'; readonly code: string }

export type StartEvent = NodeBase & {
  readonly kind: 'startEvent'
  readonly trigger: Trigger | null
  /** Only an event sub-process's start can be false. */
  readonly interrupting: boolean
}
export type EndEvent = NodeBase & {
  readonly kind: 'endEvent'
  readonly result: Throw | { readonly kind: 'none' } | { readonly kind: 'terminate' }
  readonly inputs: readonly Mapping[]
}
export type CatchEvent = NodeBase & { readonly kind: 'catchEvent'; readonly trigger: Trigger }
export type ThrowEvent = NodeBase & {
  readonly kind: 'throwEvent'
  readonly result: Throw
  readonly inputs: readonly Mapping[]
}
export type BoundaryEvent = NodeBase & {
  readonly kind: 'boundaryEvent'
  readonly trigger: Trigger
  readonly attachedTo: NodeId
  readonly interrupting: boolean
}

export type UserTask = ActivityBase & {
  readonly kind: 'userTask'
  readonly roles: readonly string[]
  readonly form: string | null
  readonly due: Value | null
  readonly priority: Value | null
  /** Verbs of casework the task allows beside completing; empty = the product's default. */
  readonly policy: readonly string[]
  /** Values the variable `outcome` may take on completion; empty = no outcome asked. */
  readonly outcomes: readonly string[]
}
/** A task the shell runs: service, business rule, or a send task that names a handler. */
export type HandlerTask = ActivityBase & {
  readonly kind: 'serviceTask' | 'businessRuleTask'
  readonly handler: string
}
export type SendTask = ActivityBase & {
  readonly kind: 'sendTask'
  readonly handler: string | null
  readonly message: { readonly name: string; readonly correlation: Feel | null } | null
}
export type ReceiveTask = ActivityBase & {
  readonly kind: 'receiveTask'
  readonly message: { readonly name: string; readonly correlation: Feel | null }
}
export type ScriptTask = ActivityBase & {
  readonly kind: 'scriptTask'
  readonly script: Feel
  /** Variable that takes the result; null: the result must be a context and its entries become variables. */
  readonly result: string | null
}
export type SubProcess = ActivityBase & { readonly kind: 'subProcess'; readonly start: NodeId }
/** Started by its start event, has no flows of its own. */
export type EventSubProcess = NodeBase & { readonly kind: 'eventSubProcess'; readonly start: NodeId }
export type CallActivity = ActivityBase & { readonly kind: 'callActivity'; readonly called: string }
/** A task without a kind of its own (only when the reader is told to let it pass): passes at once. */
export type PlainTask = ActivityBase & { readonly kind: 'plainTask' }

export type Gateway = NodeBase & {
  readonly kind: 'exclusiveGateway' | 'parallelGateway' | 'inclusiveGateway' | 'eventGateway'
}

export type Activity =
  | UserTask
  | HandlerTask
  | SendTask
  | ReceiveTask
  | ScriptTask
  | SubProcess
  | CallActivity
  | PlainTask

export type Node =
  | StartEvent
  | EndEvent
  | CatchEvent
  | ThrowEvent
  | BoundaryEvent
  | EventSubProcess
  | Gateway
  | Activity

/** Whether tasks, boundary events and many instances may hang on the node. O(1). */
export function isActivity(node: Node): node is Activity {
  return 'boundaries' in node
}
