import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { Nature, Party, UrgencyClass } from './appeal-contract.ts'
import { CategoryCode, Day, Id, line, Version, Why, words } from './fields.ts'

/** Who gets an order, or helps: a department, or a place that depends on the appeal. */
export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('department'), id: Id }),
  z.object({ kind: z.literal('area_office') }).describe('The office of the appeal’s area.'),
  z.object({ kind: z.literal('chain_office') }).describe('The office 链办 of the enterprise’s chain.'),
])
export type Target = z.infer<typeof Target>

/** Who looks on. */
export const Watcher = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('department'), id: Id }),
  z.object({ kind: z.literal('area_office') }),
  z.object({ kind: z.literal('leader_in_charge') }).describe('The zone leader in charge 包联 of the enterprise.'),
])
export type Watcher = z.infer<typeof Watcher>

const condition = {
  category: CategoryCode.nullable().describe('L1, L2 or null for every category.'),
  areaId: Id.nullable(),
  enterpriseId: Id.nullable(),
  tag: words(30).nullable().describe('A tag of the enterprise, e.g. 链主; not together with enterpriseId.'),
  nature: Nature.nullable(),
  severity: UrgencyClass.nullable(),
  validFrom: Day.nullable(),
  validTo: Day.nullable(),
}
const number = z.int().min(1).max(9999)
const watchers = z.array(Watcher).max(10)

/** One line of a routing table. `assign` rules compete by specificity; every `watch` rule that fits adds its watchers. */
export const Rule = z.discriminatedUnion('effect', [
  z.object({
    effect: z.literal('assign'),
    number,
    ...condition,
    owner: Target,
    assistants: z.array(Target).max(10),
    watchers,
    class: UrgencyClass.nullable().describe('Class given to the order; null keeps the appeal’s.'),
    note: line(300),
  }),
  z.object({ effect: z.literal('watch'), number, ...condition, watchers: watchers.min(1), note: line(300) }),
])
export type Rule = z.infer<typeof Rule>

/** A routing table, without its rules. */
export const RoutingTable = z.object({
  version: z.int(),
  state: z.enum(['draft', 'published', 'retired']),
  note: z.string(),
  rules: z.int(),
  createdAt: Instant,
  createdBy: z.string(),
  publishedAt: Instant.nullable(),
  publishedBy: z.string().nullable(),
  rev: Rev,
})

/** What of an appeal decides its way. */
export const RoutingFacts = z.object({
  category: z
    .string()
    .regex(/^\d{4}$/)
    .nullable(),
  areaId: Id.nullable().default(null),
  enterpriseId: Id.nullable().default(null),
  tags: z.array(words(30)).max(30).default([]).describe('Taken from the register when enterpriseId is given.'),
  nature: Nature.nullable().default(null),
  severity: UrgencyClass.nullable().default(null),
})

/** Who would get it, and why. */
export const RouteAnswer = z.object({
  ruleNumber: z.int().nullable(),
  ruleVersion: z.int(),
  owner: Party.nullable().describe('null: the dispatcher’s queue.'),
  assistants: z.array(Party),
  watchers: z.array(Party),
  class: UrgencyClass.nullable(),
  specificity: z.int().nullable(),
  why: z.string().describe('In the reader’s language.'),
})

/** Why a table cannot be published: the category that nobody would get. */
export const RoutingFault = z.object({
  kind: z.enum(['no_owner', 'owner_closed', 'owner_missing', 'category_unknown']),
  category: z.string().nullable(),
  area: Party.nullable(),
  ruleNumber: z.int().nullable(),
  owner: Party.nullable(),
})

const tags = ['needs-routing']
const version = Version

export const routingContract = {
  list: oc
    .route({ method: 'GET', path: '/routing-tables', summary: '派单规则表 · Versions of the routing table', tags })
    .output(z.object({ rows: z.array(RoutingTable), published: z.int().nullable() })),
  get: oc
    .route({ method: 'GET', path: '/routing-tables/{version}', summary: '规则表 · One version with its rules', tags })
    .input(z.object({ version }))
    .output(
      RoutingTable.extend({
        rows: z.array(Rule),
        names: z.record(z.string(), z.string()).describe('Names of the departments, areas and enterprises named.'),
        faults: z.array(RoutingFault).describe('What would block publishing now.'),
      }),
    ),
  draft: oc
    .route({
      method: 'POST',
      path: '/routing-tables',
      summary: '起草规则表 · Draft from the published table, another version or the default rules',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        from: z.union([z.literal('published'), z.literal('default'), Version]).default('published'),
        note: line(300).default(''),
      }),
    )
    .output(
      RoutingTable.extend({
        skipped: z
          .array(z.object({ number: z.int(), department: z.string() }))
          .describe('Default rules left out or shortened because the zone has no department with that code.'),
      }),
    ),
  setRules: oc
    .route({ method: 'PUT', path: '/routing-tables/{version}/rules', summary: '修改草稿规则 · Rules of a draft', tags })
    .input(
      z.object({ version, commandId: CommandId, rev: Rev, note: line(300).optional(), rules: z.array(Rule).max(2000) }),
    )
    .output(RoutingTable),
  dryRun: oc
    .route({
      method: 'POST',
      path: '/routing-tables/{version}/dry-runs',
      summary: '试算 · Who would get this? What would change?',
      tags,
    })
    .input(
      z.object({
        version,
        facts: RoutingFacts.nullable().default(null),
        lastAppeals: z.int().min(0).max(1000).default(0).describe('Compare over so many latest appeals.'),
      }),
    )
    .output(
      z.object({
        answer: RouteAnswer.nullable(),
        compared: z.int(),
        againstVersion: z.int().nullable().describe('The published table.'),
        changes: z.array(
          z.object({
            appeal: z.object({ id: Id, no: z.string().nullable(), title: z.string(), category: z.string().nullable() }),
            before: Party.nullable(),
            after: Party.nullable(),
            ruleNumber: z.int().nullable(),
            actual: Party.nullable().describe('Who has or had it.'),
          }),
        ),
      }),
    ),
  publish: oc
    .route({
      method: 'POST',
      path: '/routing-tables/{version}/publication',
      summary: '发布规则表 · Publish the table as a whole',
      tags,
    })
    .input(z.object({ version, commandId: CommandId, rev: Rev, why: Why }))
    .output(RoutingTable),
  offices: oc
    .route({ method: 'GET', path: '/routing-offices', summary: '片区与链办 · Offices of areas and chains', tags })
    .output(
      z.object({
        areas: z.array(z.object({ area: Party, office: Party.nullable(), assigned: z.boolean() })),
        chains: z.array(
          z.object({
            chain: z.string().nullable().describe('null: every other chain.'),
            office: Party.nullable(),
            assigned: z.boolean(),
          }),
        ),
      }),
    ),
  setOffice: oc
    .route({
      method: 'POST',
      path: '/routing-offices',
      summary: '指定办公室 · Assign the office of an area or chain',
      tags,
    })
    .input(
      z.object({
        commandId: CommandId,
        areaId: Id.nullable().default(null),
        chain: words(40).nullable().default(null),
        departmentId: Id.nullable().describe('null takes the assignment back.'),
      }),
    )
    .output(z.object({ office: Party.nullable() })),
}
