import { implement } from '@orpc/server'
import type { CommandReused } from '@tingzhou/db'
import { requireActor, requireRole, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import { changeArea, createArea, findArea, listAreas, type AreaError } from './area.ts'
import {
  changeDepartment,
  createDepartment,
  findDepartment,
  listDepartments,
  type DepartmentError,
} from './department.ts'
import { listIndustries } from './industry.ts'
import { listOfficials } from './official.ts'
import { editingRoles, foundingRoles } from './rights.ts'
import { command, commonProblems, missing, refuse, withNewRoles } from './room.ts'
import { areaContract, departmentContract, industryContract, officialContract } from './zone-contract.ts'

const problems = {
  ...commonProblems,
  code_taken: refuse(409, 'code'),
  not_a_polygon: refuse(422, 'polygon'),
  unknown_account: refuse(422),
  unknown_department: refuse(422),
  department_circle: refuse(422),
} satisfies ProblemTable<AreaError | DepartmentError | CommandReused>

const areas = implement(areaContract).$context<RequestContext>()
export const areaHandlers = areas.router({
  list: areas.list.handler(async ({ context, input }) => {
    requireActor(context)
    return { rows: [...(await listAreas(context.deps.db, context.deps.zoneId, input))] }
  }),
  get: areas.get.handler(async ({ context, input }) => {
    requireActor(context)
    return found(await findArea(context.deps.db, context.deps.zoneId, input.id), input.id)
  }),
  create: areas.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...foundingRoles)
    const { commandId: _commandId, ...entered } = input
    const created = command(context, actor, 'create_area', input, (tx) => createArea(tx, context.deps, actor, entered))
    return withNewRoles(context, unwrap(await created, problems))
  }),
  change: areas.change.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...foundingRoles)
    const { commandId: _commandId, ...entered } = input
    const changed = command(context, actor, 'change_area', input, (tx) => changeArea(tx, context.deps, actor, entered))
    return withNewRoles(context, unwrap(await changed, problems))
  }),
})

const departments = implement(departmentContract).$context<RequestContext>()
export const departmentHandlers = departments.router({
  list: departments.list.handler(async ({ context, input }) => {
    requireActor(context)
    return { rows: [...(await listDepartments(context.deps.db, context.deps.zoneId, input))] }
  }),
  get: departments.get.handler(async ({ context, input }) => {
    requireActor(context)
    return found(await findDepartment(context.deps.db, context.deps.zoneId, input.id), input.id)
  }),
  create: departments.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...foundingRoles)
    const { commandId: _commandId, ...entered } = input
    const created = command(context, actor, 'create_department', input, (tx) =>
      createDepartment(tx, context.deps, actor, entered),
    )
    return withNewRoles(context, unwrap(await created, problems))
  }),
  change: departments.change.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...foundingRoles)
    const { commandId: _commandId, ...entered } = input
    const changed = command(context, actor, 'change_department', input, (tx) =>
      changeDepartment(tx, context.deps, actor, entered),
    )
    return withNewRoles(context, unwrap(await changed, problems))
  }),
})

const industries = implement(industryContract).$context<RequestContext>()
export const industryHandlers = industries.router({
  list: industries.list.handler(async ({ context, input }) => {
    requireActor(context)
    return { rows: [...(await listIndustries(context.deps.db, input))] }
  }),
})

const officials = implement(officialContract).$context<RequestContext>()
export const officialHandlers = officials.router({
  list: officials.list.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...editingRoles, 'area_lead', 'supervisor')
    const rows = await listOfficials(context.deps.db, context.deps.zoneId, input)
    return { rows: rows.map((row) => ({ ...row })) }
  }),
})

function found<T>(row: T | null, id: string): T {
  if (row) return row
  throw missing(id)
}
