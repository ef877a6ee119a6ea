import { implement } from '@orpc/server'
import { problem, requireActor, type RequestContext } from '@tingzhou/http'
import { hasRole, partiesOf } from '@tingzhou/parties'
import { catalogueContract } from './catalogue-contract.ts'
import { catalogueDepartments, listOneThings, listServiceItems, oneThingRow } from './catalogue.ts'
import { departmentOf, departmentsByCode } from './department.ts'
import { publishedOneThing } from './one-thing-store.ts'
import { planView } from './plan-view.ts'
import { planOf } from './plan.ts'
import { outOfReach, readerOf } from './reader.ts'

const os = implement(catalogueContract).$context<RequestContext>()

export const catalogueHandlers = os.router({
  oneThings: os.oneThings.handler(async ({ context, input }) => listOneThings(readerOf(context), input)),
  guide: os.guide.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    const { db, zoneId } = reader.deps
    const stored = await publishedOneThing(db, reader.deps, input.code)
    if (!stored) return outOfReach(input.code, 'code')
    const { body } = stored
    const known = await departmentsByCode(db, zoneId, [body.lead, ...body.items.map(({ department }) => department)])
    return {
      ...oneThingRow(reader, stored, departmentOf(known, body.lead)),
      body,
      departments: [...known.values()],
    }
  }),
  plan: os.plan.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    const actor = requireActor(context)
    const { enterpriseId } = input
    // What the register knows of a firm is shown to the firm and to those who serve it.
    if (
      enterpriseId !== null &&
      !partiesOf(actor, 'enterprise').includes(enterpriseId) &&
      !hasRole(actor, 'window_officer')
    )
      throw problem({
        kind: 'not_for_applicant',
        status: 403,
        area: 'services',
        field: 'enterpriseId',
        value: enterpriseId,
      })
    const stored = await publishedOneThing(reader.deps.db, reader.deps, input.code)
    if (!stored) return outOfReach(input.code, 'code')
    const window = hasRole(actor, 'window_officer')
    const planned = await planOf(reader.deps.db, reader.deps, stored, input.answers, {
      applicationId: null,
      enterpriseId,
      applicantAccount: enterpriseId === null && !window ? actor.accountId : null,
      values: {},
      consents: [],
    })
    return planView(planned, context.lang)
  }),
  items: os.items.handler(async ({ context, input }) => listServiceItems(readerOf(context), input)),
  departments: os.departments.handler(async ({ context }) => catalogueDepartments(readerOf(context))),
})
