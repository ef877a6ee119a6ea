import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Answers } from './catalogue-contract.ts'
import { Department, Id, Instant, prose, Words } from './contract-parts.ts'
import { OneThing } from './one-thing.ts'

const tags = ['services']
const code = z.string().max(60)

export const VersionRow = z.object({
  id: Id,
  code: z.string(),
  version: z.int(),
  name: Words,
  state: z.enum(['draft', 'published', 'retired']),
  processKey: z.string(),
  sha256: z.string(),
  editedAt: Instant,
  editedBy: z.string(),
  publishedAt: Instant.nullable(),
  publishedBy: z.string().nullable(),
  why: z.string().nullable(),
  applications: z.int().describe('applications that run on it'),
  rev: z.int(),
})

/** What is wrong, where: a path into the one-thing, or an element and line of the drawing. */
export const EditorComplaint = z.object({
  part: z.enum(['one_thing', 'drawing', 'department']),
  kind: z.string().describe('key under services.complaint.'),
  at: z.string(),
  value: z.unknown(),
  message: z.string(),
})

export const Change = z.object({
  path: z.string(),
  kind: z.enum(['added', 'removed', 'changed']),
  before: z.unknown(),
  after: z.unknown(),
})

/** What would happen, walked in memory on the same engine: nothing is written. */
export const DryRun = z.object({
  complaints: z.array(EditorComplaint),
  problems: z.array(z.object({ field: z.string(), value: z.unknown(), rule: z.string() })),
  items: z.array(
    z.object({
      code: z.string(),
      name: Words,
      department: Department,
      outcome: z.enum(['approve', 'manual']),
      table: z.string().nullable(),
      days: z.int(),
    }),
  ),
  clock: z.object({ days: z.int(), sumDays: z.int(), path: z.array(z.string()) }).nullable(),
  drawings: z
    .array(
      z.object({
        item: z.string(),
        key: z.string(),
        paths: z.array(z.object({ nodes: z.array(z.string()), ended: z.string().nullable() })),
        missed: z.array(z.string()).describe('flows that no path takes'),
        refused: z.array(z.string()).describe('moves that the engine refused'),
      }),
    )
    .describe('every path of the drawings that items have of their own'),
  trace: z.array(z.object({ process: z.string(), node: z.string() })).describe('visited nodes, in order'),
  ended: z.boolean(),
})

export const editorContract = {
  versions: oc
    .route({ method: 'GET', path: '/one-thing-versions', summary: '一件事版本 · Versions and drafts', tags })
    .input(z.object({ code: code.optional() }))
    .output(z.array(VersionRow)),
  version: oc
    .route({
      method: 'GET',
      path: '/one-thing-versions/{id}',
      summary: '一件事版本 · One version with its drawing',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(
      VersionRow.extend({
        body: z.unknown().describe('a draft may be incomplete; a published version is a OneThing'),
        xml: z.string().nullable().describe('its own drawing; null: the ordinary one'),
      }),
    ),
  draft: oc
    .route({
      method: 'POST',
      path: '/one-thing-versions',
      summary: '新建草案 · Begin a draft from the newest version, or a new one-thing',
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: Id, code: OneThing.shape.code, body: z.unknown().optional() }))
    .output(z.object({ id: Id, rev: z.int() })),
  save: oc
    .route({ method: 'PATCH', path: '/one-thing-versions/{id}', summary: '保存草案 · Save a draft', tags })
    .input(
      z.object({
        id: Id,
        commandId: Id,
        rev: z.int(),
        body: z.unknown(),
        xml: z.string().max(1_000_000).nullable().optional(),
      }),
    )
    .output(z.object({ id: Id, rev: z.int() })),
  drawings: oc
    .route({
      method: 'GET',
      path: '/one-thing-versions/{id}/drawings',
      summary: '事项流程图 · Drawings that its items have of their own',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(
      z.array(
        z.object({
          key: z.string(),
          xml: z.string(),
          sha256: z.string(),
          processVersion: z.int().nullable().describe('null: a draft'),
          items: z.array(z.string()).describe('codes of the items that run on it'),
        }),
      ),
    ),
  saveDrawing: oc
    .route({
      method: 'PUT',
      path: '/one-thing-versions/{id}/drawings/{key}',
      summary: '保存事项流程图 · Save a drawing with a draft; null takes it out',
      tags,
    })
    .input(
      z.object({
        id: Id,
        key: z.string().max(100),
        commandId: Id,
        rev: z.int(),
        xml: z.string().min(1).max(1_000_000).nullable(),
      }),
    )
    .output(z.object({ id: Id, rev: z.int() })),
  check: oc
    .route({
      method: 'GET',
      path: '/one-thing-versions/{id}/complaints',
      summary: '检查草案 · Everything wrong with it',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(z.array(EditorComplaint)),
  dryRun: oc
    .route({ method: 'POST', path: '/one-thing-versions/{id}/dry-run', summary: '试运行 · Walk it in memory', tags })
    .input(
      z.object({
        id: Id,
        answers: Answers,
        values: z.record(z.string(), z.unknown()).default({}),
        tolerant: z.boolean().default(false),
      }),
    )
    .output(DryRun),
  diff: oc
    .route({
      method: 'GET',
      path: '/one-thing-versions/{id}/diff',
      summary: '差异 · Against the published version',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(z.object({ against: z.int().nullable(), changes: z.array(Change) })),
  publish: oc
    .route({
      method: 'POST',
      path: '/one-thing-versions/{id}/publication',
      summary: '发布 · Publish a draft; cases that run keep their version',
      tags,
    })
    .input(z.object({ id: Id, commandId: Id, rev: z.int(), why: prose(500) }))
    .output(z.object({ id: Id, version: z.int(), rev: z.int() })),
  retire: oc
    .route({
      method: 'POST',
      path: '/one-thing-versions/{id}/retirement',
      summary: '停用 · Retire the published version',
      tags,
    })
    .input(z.object({ id: Id, commandId: Id, rev: z.int(), why: prose(500) }))
    .output(z.object({ id: Id, rev: z.int() })),
  remove: oc
    .route({ method: 'DELETE', path: '/one-thing-versions/{id}', summary: '删除草案 · Throw a draft away', tags })
    .input(z.object({ id: Id, commandId: Id, rev: z.int() }))
    .output(z.object({ id: Id })),
}
