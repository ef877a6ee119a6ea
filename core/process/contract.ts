import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'

const Key = z.string().min(1).max(100).describe('Id of the process in its drawing.')
const Version = z.int().min(1).max(2_147_483_647)
const Reason = z.string().trim().min(1).max(1_000).describe('Kept in the history.')
const NodeId = z.string().min(1).max(200)
const AccountId = z.string().min(1).max(64)
export const InstanceStatus = z.enum(['active', 'suspended', 'failed', 'completed', 'terminated'])

const Counts = z.object({
  active: z.int(),
  suspended: z.int(),
  failed: z.int(),
  completed: z.int(),
  terminated: z.int(),
})
/** One version of a drawing, and how many cases run by it. */
export const ProcessVersion = z.object({
  key: Key,
  version: Version,
  name: z.string(),
  state: z.enum(['active', 'retired']),
  deployedAt: Instant,
  deployedBy: z.string(),
  counts: Counts,
})

const Trouble = z
  .object({
    nodeId: z.string().nullable(),
    code: z.string(),
    message: z.string(),
    /** How often a timer was tried, and when it is tried again. */
    attempts: z.int().nullable(),
    retryAt: Instant.nullable(),
  })
  .describe('Why it stands still: a handler or a called process failed, or a timer does.')
/** A case in a list. */
export const InstanceRow = z.object({
  id: z.uuid(),
  key: Key,
  version: Version,
  name: z.string().describe('Of the drawing.'),
  businessKind: z.string(),
  businessId: z.uuid(),
  status: InstanceStatus,
  nodes: z.array(z.object({ id: z.string(), name: z.string() })).describe('Where tokens stand.'),
  trouble: Trouble.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  rev: z.int(),
})
export const InstanceQuery = listInput({
  key: Key.optional(),
  version: Version.optional(),
  status: InstanceStatus.optional(),
  stuck: z.enum(['yes']).optional().describe('Failed, or with a timer that fails.'),
})
const Token = z.object({
  id: z.uuid(),
  nodeId: z.string(),
  state: z.enum(['wait', 'join', 'active']).describe('active: a handler owes its answer.'),
})
const OpenTask = z.object({
  id: z.uuid(),
  nodeId: z.string(),
  name: z.string(),
  state: z.enum(['open', 'held']),
  roles: z.array(z.string()),
  partyId: z.string().nullable(),
  assigneeId: z.string().nullable(),
  assigneeName: z.string().nullable(),
  sign: z.enum(['before', 'after']).nullable().describe('A signature beside another task.'),
  openedAt: Instant,
  dueAt: Instant.nullable(),
})
const Timer = z.object({
  id: z.uuid(),
  nodeId: z.string(),
  dueAt: Instant,
  retryAt: Instant.nullable(),
  attempts: z.int(),
  lastError: z.string().nullable(),
})
const NodeTime = z.object({
  nodeId: z.string(),
  done: z.int().describe('Tasks finished here.'),
  open: z.int(),
  totalS: z.number().describe('Seconds from opening to finishing, all of them together.'),
})
/** A case as it stands. */
export const Instance = InstanceRow.extend({
  parentInstanceId: z.uuid().nullable(),
  newestVersion: Version,
  tokens: z.array(Token),
  tasks: z.array(OpenTask),
  timers: z.array(Timer),
  messages: z.array(z.object({ nodeId: z.string(), kind: z.enum(['message', 'signal']), name: z.string() })),
  visited: z.record(z.string(), z.int()).describe('How often each node was left and each flow taken.'),
  times: z.array(NodeTime),
  varNames: z.array(z.string()).describe('Names only: values may say of persons what is not for administrators.'),
})

const Administered = z.object({
  id: z.uuid(),
  rev: z.int(),
  status: InstanceStatus,
  version: Version,
  nodes: z.array(z.string()),
  cancelled: z.array(z.object({ taskId: z.uuid(), nodeId: z.string() })),
})
const instance = { id: z.uuid() }
const act = { ...instance, commandId: CommandId, reason: Reason }
const TokenId = z.uuid().optional().describe('Absent: the one that stands still.')
const NodeMap = z
  .record(NodeId, NodeId)
  .default({})
  .describe('Node of the target for a node of the present version; absent: the same id.')

/** A verb of casework on a task. */
export const CaseworkVerb = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.enum(['claim', 'release']) }),
  z.strictObject({ verb: z.enum(['transfer', 'delegate']), to: AccountId, reason: Reason }),
  z.strictObject({ verb: z.literal('give_back'), words: Reason }),
  z.strictObject({
    verb: z.literal('add_sign'),
    when: z.enum(['before', 'after']),
    to: z
      .string()
      .min(1)
      .max(200)
      .describe('An account; of an activity with many instances an element of its collection.'),
    reason: Reason,
  }),
  z.strictObject({ verb: z.literal('sign'), agrees: z.boolean(), words: Reason }),
  z.strictObject({ verb: z.literal('drop_sign'), signId: z.uuid(), reason: Reason }),
  z.strictObject({
    verb: z.literal('return'),
    toNodeId: NodeId,
    also: z.array(z.uuid()).max(200).default([]).describe('Tokens beside its own way that are cancelled too.'),
    reason: Reason,
  }),
  z.strictObject({ verb: z.literal('take_back'), reason: Reason }),
  z.strictObject({ verb: z.literal('urge'), words: Reason }),
  z.strictObject({ verb: z.enum(['suspend', 'resume', 'terminate']), reason: Reason }),
])

const tags = ['processes']
const post = (path: `/${string}`, summary: string) => oc.route({ method: 'POST', path, summary, tags })

/** The public face of running processes: administrators act, auditors read, and whose task it is does casework. */
export const processContract = {
  list: oc
    .route({ method: 'GET', path: '/processes', summary: '流程定义与版本', tags })
    .input(listInput({}))
    .output(listOutput(ProcessVersion)),
  get: oc
    .route({ method: 'GET', path: '/processes/{key}/{version}', summary: '某版本的图', tags })
    .input(z.object({ key: Key, version: Version }))
    .output(
      ProcessVersion.omit({ counts: true }).extend({
        xml: z.string(),
        nodes: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            kind: z.string(),
            parent: z.string().nullable(),
            state: z.string().nullable(),
          }),
        ),
        flows: z.array(z.object({ id: z.string(), name: z.string(), source: z.string(), target: z.string() })),
      }),
    ),
  instances: oc
    .route({ method: 'GET', path: '/process-instances', summary: '流程实例', tags })
    .input(InstanceQuery)
    .output(listOutput(InstanceRow)),
  instance: oc
    .route({ method: 'GET', path: '/process-instances/{id}', summary: '实例现状', tags })
    .input(z.object(instance))
    .output(Instance),
  retry: post('/process-instances/{id}/retries', '重试')
    .input(z.strictObject({ ...act, tokenId: TokenId }))
    .output(Administered),
  skip: post('/process-instances/{id}/skips', '跳过(说明理由)')
    .input(z.strictObject({ ...act, tokenId: TokenId, vars: z.record(z.string().max(100), z.json()).default({}) }))
    .output(Administered),
  suspend: post('/process-instances/{id}/suspensions', '挂起').input(z.strictObject(act)).output(Administered),
  resume: post('/process-instances/{id}/resumptions', '恢复').input(z.strictObject(act)).output(Administered),
  terminate: post('/process-instances/{id}/terminations', '终止').input(z.strictObject(act)).output(Administered),
  migrate: post('/process-instances/{id}/migrations', '迁移到另一版本')
    .input(z.strictObject({ ...act, toVersion: Version, nodeMap: NodeMap }))
    .output(Administered),
  previewMigration: post('/process-instances/{id}/migration-previews', '试迁移(不写入)')
    .input(z.strictObject({ ...instance, toVersion: Version, nodeMap: NodeMap }))
    .output(
      z.object({
        fromVersion: Version,
        toVersion: Version,
        tokens: z.array(
          z.object({ tokenId: z.uuid(), from: z.string(), to: z.string(), waits: z.boolean().describe('At a join.') }),
        ),
        armed: z.array(z.string()).describe('Events waited for from then on.'),
        dropped: z.array(z.string()).describe('Events no longer waited for.'),
      }),
    ),
  casework: post('/process-tasks/{id}/casework', '领取、转办、委派、加签、减签、退回、撤回、催办等')
    .input(z.strictObject({ id: z.uuid(), commandId: CommandId, act: CaseworkVerb }))
    .output(
      z.object({
        instanceId: z.uuid(),
        rev: z.int(),
        taskId: z.uuid().nullable().describe('The task or signature that it made.'),
        cancelled: z.array(z.object({ taskId: z.uuid(), nodeId: z.string() })),
      }),
    ),
}
