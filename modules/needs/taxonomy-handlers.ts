import { implement } from '@orpc/server'
import type { CommandReused } from '@tingzhou/db'
import { problem, requireActor, requireRole, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import { categoriesContract } from './categories-contract.ts'
import { clockContract } from './clock-contract.ts'
import { changeClockRules, findClockRules, type ClockRuleError } from './clock-rules.ts'
import { command, commonProblems, refuse, ruleReaders, rulingRoles } from './room.ts'
import { addCategory, changeCategory, findCategory, type CategoryError } from './taxonomy.ts'
import './texts.ts'

const problems = {
  ...commonProblems,
  category_exists: refuse(409, 'code'),
  category_parent_missing: refuse(422, 'code'),
  category_has_children: refuse(422, 'retired'),
  category_indispensable: refuse(422, 'retired'),
  category_not_found: refuse(404, 'code'),
  clock_rule_repeated: refuse(422, 'rules'),
  clock_rule_missing: refuse(422, 'rules'),
  clock_rule_too_long: refuse(422, 'amount'),
  clock_rule_out_of_order: refuse(422, 'rules'),
} satisfies ProblemTable<CategoryError | ClockRuleError | CommandReused>

const categoryApi = implement(categoriesContract).$context<RequestContext>()

export const categoryHandlers = categoryApi.router({
  get: categoryApi.get.handler(async ({ context, input }) => {
    requireActor(context)
    const category = await findCategory(context.deps.db, context.deps.zoneId, input.code)
    if (category) return category
    throw problem({
      kind: 'category_not_found',
      status: 404,
      area: 'needs',
      field: 'code',
      value: input.code,
      meta: input,
    })
  }),
  create: categoryApi.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const { commandId: _, ...category } = input
    const added = await command(context, actor, 'add_category', input, (tx) =>
      addCategory(tx, context.deps, actor, category),
    )
    return unwrap(added, problems)
  }),
  change: categoryApi.change.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const { code, rev, why, commandId: _, ...given } = input
    const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const changed = await command(context, actor, 'change_category', input, (tx) =>
      changeCategory(tx, context.deps, actor, { code, rev, why, change }),
    )
    return unwrap(changed, problems)
  }),
})

const clockApi = implement(clockContract).$context<RequestContext>()

export const clockHandlers = clockApi.router({
  get: clockApi.get.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...ruleReaders)
    const found = await findClockRules(context.deps.db, context.deps.zoneId, input.version)
    if (found) return { ...found, rules: [...found.rules] }
    const value = input.version
    throw problem({ kind: 'clock_rules_not_found', status: 404, area: 'needs', field: 'version', value })
  }),
  put: clockApi.put.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const changed = await command(context, actor, 'change_clock_rules', input, (tx) =>
      changeClockRules(tx, context.deps, actor, input),
    )
    const version = unwrap(changed, problems)
    return { ...version, rules: [...version.rules] }
  }),
})
