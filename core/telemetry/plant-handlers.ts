import { implement } from '@orpc/server'
import { newId, runCommand, type CommandReused, type Tx } from '@tingzhou/db'
import {
  commandProblems,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { findParty } from '@tingzhou/parties'
import { reader, visiblePoint } from './asked.ts'
import { checkFormula } from './formula-check.ts'
import { formulaProblems } from './formula-rows.ts'
import { plantContract } from './plant-contract.ts'
import { historyIdOf, notePlant } from './plant-deed.ts'
import { moveNode, retireNode, setNode, type NodeError } from './plant-node.ts'
import { resetPoint, retirePoint, setPoint, type PointError } from './plant-point.ts'
import { setProfile, type ProfileError } from './plant-profile.ts'
import { findPlantNode, findProfile, listNodePoints, listNodes, listProfiles } from './plant-view.ts'
import { addNode, type PlantError } from './plant.ts'
import { trailOf, type Keeper } from './trail.ts'
import './texts.ts'

const area = 'telemetry'

/** How refusals about places travel; who makes a device known meets them too. */
export const plantProblems = {
  parent_not_found: { status: 422, area, field: 'parentId' },
  profile_not_found: { status: 422, area, field: 'profileKey' },
  level_not_below: { status: 422, area, field: 'level' },
  segment_malformed: { status: 422, area, field: 'segment' },
  code_taken: { status: 409, area, field: 'segment', valueIn: 'code', rule: 'unique' },
} satisfies ProblemTable<PlantError>

type OwnerMissing = { readonly kind: 'owner_not_found'; readonly partyId: string }
type Refusal = PlantError | NodeError | PointError | ProfileError | OwnerMissing
type Added = { readonly id: string; readonly code: string }

const problems = {
  ...commandProblems,
  ...plantProblems,
  ...formulaProblems,
  not_found: { status: 404 },
  owner_not_found: { status: 422, area, field: 'partyId' },
  node_retired: { status: 409, area, field: 'id', valueIn: 'code', rule: 'in use' },
  node_not_empty: { status: 409, area, field: 'id', valueIn: 'code', rule: 'nothing in use in it' },
  too_many_below: { status: 422, area, field: 'id', valueIn: 'count' },
  resolution_malformed: { status: 422, area, field: 'resolution' },
  template_fixed: { status: 422, area },
  range_crossed: { status: 422, area },
  unit_unconfirmed: { status: 422, area },
  key_taken: { status: 409, area, field: 'key', rule: 'unique' },
  too_many_profiles: { status: 422, area, field: 'key', valueIn: 'count' },
  point_retired: { status: 409, area, field: 'point', valueIn: 'code', rule: 'in use' },
  point_in_use: { status: 409, area, field: 'point', valueIn: 'code', rule: 'out of use' },
  not_counted: { status: 422, area },
  not_of_type: { status: 422, area, field: 'point', valueIn: 'code', rule: 'an entry of the type' },
} satisfies ProblemTable<Refusal | CommandReused>

const os = implement(plantContract).$context<RequestContext>()

/** A place in the reader's reach. @throws ProblemError 404 */
async function visibleNode(context: RequestContext, id: string) {
  const found = await findPlantNode(context.deps, reader(context), id)
  if (found) return found
  throw problem({ kind: 'not_found', status: 404, field: 'id', value: id })
}

/**
 * Runs a command of who keeps the plant; whoever holds points in memory here reads what it changed.
 * @throws ProblemError 401, 403, and what the command refuses
 */
async function keep<T>(
  context: RequestContext,
  { commandId, ...input }: { readonly commandId: string },
  name: string,
  body: (tx: Tx, who: Keeper, now: EpochMs) => Promise<Result<T, Refusal>>,
): Promise<T> {
  const actor = requireRole(requireActor(context), 'admin', 'dispatcher')
  const { deps } = context
  const command = { commandId, actorId: actor.accountId, name: `telemetry.${name}`, input }
  const done = await runCommand(deps, command, (tx) => body(tx, actor, deps.telemetry.clock()))
  const answer = unwrap(done, problems)
  await deps.telemetry.catalog.refresh()
  return answer
}

const hasReadings = ({ deps: { telemetry } }: RequestContext, point: number): boolean =>
  (telemetry.last.sample(point) ?? telemetry.last.fix(point)) !== undefined

type Asked = { readonly point: number; readonly rev: number; readonly reason: string | null }
const askOf = (context: RequestContext, { point, rev, reason }: Asked) => ({
  rev,
  reason,
  isMeasured: hasReadings(context, point),
})

/** Places from the site down to the equipment, types of equipment, and points. */
export const plantHandlers = {
  plantNodes: os.plantNodes.handler(({ context, input }) => listNodes(context.deps, reader(context), input)),
  plantNode: os.plantNode.handler(({ context, input }) => visibleNode(context, input.id)),
  addPlantNode: os.addPlantNode.handler(({ context, input }) => {
    const { zoneId } = context.deps
    const { commandId: _, ...wish } = input
    return keep(context, input, 'add_plant_node', async (tx, who, now): Promise<Result<Added, Refusal>> => {
      const { partyId } = wish
      const owner = partyId === null ? null : await findParty(tx, zoneId, partyId)
      if (partyId !== null && owner?.kind !== 'enterprise') return err({ kind: 'owner_not_found', partyId })
      const id = newId()
      const added = await addNode(tx, zoneId, { ...wish, id })
      if (!added.ok) return added
      const { level, name, profileKey } = wish
      await notePlant(tx, zoneId, { kind: 'plant_node', id }, who, now, {
        verb: 'add',
        data: { code: added.value, level, name, profileKey },
      })
      return ok({ id, code: added.value })
    })
  }),
  setPlantNode: os.setPlantNode.handler(({ context, input }) =>
    keep(context, input, 'set_plant_node', (tx, who, now) =>
      setNode(tx, context.deps.zoneId, input.id, input, input.rev, who, now),
    ),
  ),
  movePlantNode: os.movePlantNode.handler(({ context, input }) =>
    keep(context, input, 'move_plant_node', (tx, who, now) =>
      moveNode(tx, context.deps.zoneId, input.id, input, input.rev, who, now),
    ),
  ),
  retirePlantNode: os.retirePlantNode.handler(({ context, input }) =>
    keep(context, input, 'retire_plant_node', (tx, who, now) =>
      retireNode(tx, context.deps.zoneId, input.id, input.reason, input.rev, who, now),
    ),
  ),
  plantNodeTrail: os.plantNodeTrail.handler(async ({ context, input: { id, ...page } }) => {
    await visibleNode(context, id)
    return trailOf(context.deps, historyIdOf(context.deps.zoneId, { kind: 'plant_node', id }), page)
  }),
  nodePoints: os.nodePoints.handler(async ({ context, input }) => {
    await visibleNode(context, input.id)
    return listNodePoints(context.deps, input)
  }),
  setPoint: os.setPoint.handler(({ context, input }) =>
    keep(context, input, 'set_point', (tx, who, now) =>
      setPoint(tx, context.deps.zoneId, input.point, input, askOf(context, input), who, now),
    ),
  ),
  checkFormula: os.checkFormula.handler(async ({ context, input: { formula, point } }) => {
    requireRole(requireActor(context), 'admin', 'dispatcher')
    const of = point === null ? null : await visiblePoint(context, point)
    return { value: unwrap(await checkFormula(context.deps, formula, of), problems) }
  }),
  resetPoint: os.resetPoint.handler(({ context, input }) =>
    keep(context, input, 'reset_point', (tx, who, now) =>
      resetPoint(tx, context.deps.zoneId, input.point, askOf(context, input), who, now),
    ),
  ),
  retirePoint: os.retirePoint.handler(({ context, input }) =>
    keep(context, input, 'retire_point', (tx, who, now) =>
      retirePoint(tx, context.deps.zoneId, input.point, { ...input, isInUse: false }, who, now),
    ),
  ),
  restorePoint: os.restorePoint.handler(({ context, input }) =>
    keep(context, input, 'restore_point', (tx, who, now) =>
      retirePoint(tx, context.deps.zoneId, input.point, { ...input, isInUse: true }, who, now),
    ),
  ),
  pointTrail: os.pointTrail.handler(async ({ context, input: { point, ...page } }) => {
    await visiblePoint(context, point)
    return trailOf(context.deps, historyIdOf(context.deps.zoneId, { kind: 'point', point }), page)
  }),
  profiles: os.profiles.handler(async ({ context }) => {
    reader(context)
    return { rows: await listProfiles(context.deps) }
  }),
  profile: os.profile.handler(async ({ context, input: { key } }) => {
    reader(context)
    const found = await findProfile(context.deps, key)
    if (!found) throw problem({ kind: 'not_found', status: 404, field: 'key', value: key })
    return found
  }),
  setProfile: os.setProfile.handler(({ context, input }) => {
    const { key, name, points, rev, reason } = input
    const isMeasured = (point: number) => hasReadings(context, point)
    return keep(context, input, 'set_profile', (tx, who, now) =>
      setProfile(tx, context.deps.zoneId, { key, name, points }, { rev, reason, isMeasured }, who, now),
    )
  }),
  profileTrail: os.profileTrail.handler(({ context, input: { key, ...page } }) => {
    requireRole(requireActor(context), 'admin', 'auditor', 'dispatcher', 'supervisor')
    return trailOf(context.deps, historyIdOf(context.deps.zoneId, { kind: 'equipment_profile', key }), page)
  }),
}
