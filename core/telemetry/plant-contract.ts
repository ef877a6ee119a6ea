import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { FixView } from './fix-contract.ts'
import { formulaRule } from './formula.ts'
import { NewPoint } from './ingest-contract.ts'
import { nodeLevels, segmentRule } from './plant-rule.ts'
import { ownFields, pointKinds } from './point.ts'
import { protocols } from './protocol.ts'
import { TrailPage, trailInput } from './trail-contract.ts'
import { PointId } from './trend-contract.ts'

const tags = ['telemetry']
const Name = z.object({ zh: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) })
const Level = z.enum(nodeLevels)
const Segment = z.string().regex(segmentRule).describe('Own part of the code: 1 to 40 capitals, digits, "-".')
const ProfileKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,59}$/)
  .describe('Small letters, digits, "_".')
const Reason = z.string().trim().min(2).max(500).describe('Why; stands in its history.')
const Confirmation = Reason.nullable()
  .default(null)
  .describe('Why readings that are kept are told in another unit from now on; only where that is so.')
const Limit = z.number().min(-1e15).max(1e15).nullable()

/** What a point is computed by. */
const FormulaText = z.object({
  expression: z
    .string()
    .trim()
    .min(1)
    .max(formulaRule.lengthMax)
    .describe('FEEL: arithmetic over the names of the inputs.'),
  inputs: z
    .array(
      z.object({
        name: z.string().regex(formulaRule.name).describe('What the expression calls it.'),
        point: z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9][\w.-]{0,199}$/)
          .describe('Last part of the code of a point of the same equipment, or a whole code.'),
      }),
    )
    .min(1)
    .max(formulaRule.inputsMax)
    .superRefine((inputs, issues) => {
      const seen = new Set<string>()
      for (const [index, { name }] of inputs.entries()) {
        if (seen.has(name)) issues.addIssue({ code: 'custom', message: 'plant.unique', path: [index, 'name'] })
        seen.add(name)
      }
    })
    .readonly(),
})

const says = {
  name: Name,
  unit: z.string().trim().min(1).max(20).nullable().describe('UCUM.'),
  euLow: Limit.describe('Where its values should lie.'),
  euHigh: Limit,
  sampleMs: z.int().min(1).max(2_147_483_647).nullable().describe('How often it is expected, ms.'),
  staleAfterS: z.int().min(1).max(31_536_000).nullable().describe('After how long without a value it is silent, s.'),
  counterMax: z.number().positive().max(1e15).nullable().describe('Where a counter begins again.'),
  rawDays: z
    .int()
    .min(2)
    .max(36_500)
    .nullable()
    .default(null)
    .describe('For how many days its readings are kept, where the zone keeps them longer; null: as long as the zone.'),
  formula: FormulaText.nullable().default(null).describe('What it is computed by; null: it is measured.'),
}
type Range = { readonly euLow: number | null; readonly euHigh: number | null }
const isRange = ({ euLow, euHigh }: Range): boolean => euLow === null || euHigh === null || euLow < euHigh
const rangeRule = { message: 'plant.high_above_low', path: ['euHigh'] }

/** An entry of a type of equipment. */
export const PointEntry = z
  .object({
    key: NewPoint.shape.key,
    kind: z.enum(pointKinds),
    ...says,
    resolution: NewPoint.shape.resolution.unwrap(),
  })
  .refine(isRange, rangeRule)
  .refine(({ kind, counterMax }) => counterMax === null || kind === 'counter', {
    message: 'plant.only_counter',
    path: ['counterMax'],
  })

/** A place in the tree. */
export const NodeRow = z.object({
  id: z.uuid(),
  parentId: z.uuid().nullable(),
  level: Level,
  code: z.string(),
  segment: z.string().describe('The last part of its code.'),
  name: Name,
  profileKey: z.string().nullable(),
  retired: z.boolean(),
  hasChildren: z.boolean().describe('Places in use, in reach, stand in it.'),
  points: z.int().describe('Points of its own that are in use.'),
})

/** What the tree is asked for: what stands in a place, or, with words, whatever fits in all of it. */
export const NodeQuery = listInput({
  parentId: z.uuid().optional().describe('Absent: the topmost in reach.'),
  retired: z.enum(['0', '1']).default('0').describe('1: only what is no longer in use.'),
})

/** A point of a place. */
export const NodePoint = z.object({
  point: z.int(),
  code: z.string(),
  key: z.string().nullable().describe('The last part of its code.'),
  kind: z.enum(pointKinds),
  ...says,
  resolution: z.number(),
  profileKey: z.string().nullable().describe('The type that it follows; null: none.'),
  own: z.array(z.enum(ownFields)).describe('What it says itself and its type does not change.'),
  retired: z.boolean(),
  rev: z.int(),
  last: z.object({ at: Instant, value: z.number(), quality: z.int() }).nullable(),
  lastFix: FixView.nullable(),
})

/** Points of a place by code. */
export const NodePointQuery = listInput({ id: z.uuid(), retired: z.enum(['0', '1']).default('0') })

const Revised = z.object({ rev: z.int() })
const ofPoint = { point: PointId, commandId: CommandId, rev: Rev }

/** The routes of the plant: places from the site down to the equipment, types of equipment, points. */
export const plantContract = {
  plantNodes: oc
    .route({ method: 'GET', path: '/plant-nodes', summary: '设备树 · What stands in a place, by code', tags })
    .input(NodeQuery)
    .output(listOutput(NodeRow)),
  plantNode: oc
    .route({ method: 'GET', path: '/plant-nodes/{id}', summary: '节点详情', tags })
    .input(z.object({ id: z.uuid() }))
    .output(
      NodeRow.extend({
        rev: z.int(),
        profile: z.object({ key: z.string(), name: Name }).nullable(),
        owner: z.object({ id: z.string(), name: z.string() }).nullable().describe('Whose members see its values.'),
        path: z
          .array(z.object({ id: z.uuid(), code: z.string(), name: Name, level: Level }))
          .describe('What it stands in, from the top, as far as it is in reach.'),
        devices: z
          .array(
            z.object({
              id: z.uuid(),
              name: z.string(),
              identity: z.string(),
              protocol: z.enum(protocols),
              state: z.enum(['active', 'quarantined', 'retired']),
            }),
          )
          .describe('Built into it; at most 50, those in use first.'),
      }),
    ),
  addPlantNode: oc
    .route({ method: 'POST', path: '/plant-nodes', summary: '新建节点', tags, successStatus: 201 })
    .input(
      z.object({
        commandId: CommandId,
        parentId: z.uuid().nullable(),
        level: Level.describe('Further along than that of what it stands in.'),
        segment: Segment,
        name: Name,
        profileKey: ProfileKey.nullable().default(null).describe('Its type, which gives it its points.'),
        partyId: z
          .string()
          .max(60)
          .nullable()
          .default(null)
          .describe('The enterprise that owns it; null: who owns the parent.'),
      }),
    )
    .output(z.object({ id: z.uuid(), code: z.string() })),
  setPlantNode: oc
    .route({ method: 'PUT', path: '/plant-nodes/{id}', summary: '修改节点', tags })
    .input(z.object({ id: z.uuid(), commandId: CommandId, rev: Rev, name: Name, profileKey: ProfileKey.nullable() }))
    .output(Revised),
  movePlantNode: oc
    .route({
      method: 'POST',
      path: '/plant-nodes/{id}/relocation',
      summary: '移动节点',
      description:
        'Into another place, or to another code. The codes of all below and of their points follow; points keep their numbers and history.',
      tags,
    })
    .input(z.object({ id: z.uuid(), commandId: CommandId, rev: Rev, parentId: z.uuid().nullable(), segment: Segment }))
    .output(z.object({ code: z.string(), rev: z.int(), nodes: z.int().describe('How many moved, itself included.') })),
  retirePlantNode: oc
    .route({
      method: 'POST',
      path: '/plant-nodes/{id}/retirement',
      summary: '停用节点',
      description: 'Only when nothing in use stands in it. Its points go out of use with it; what was measured stays.',
      tags,
    })
    .input(z.object({ id: z.uuid(), commandId: CommandId, rev: Rev, reason: Reason }))
    .output(z.object({ id: z.uuid() })),
  plantNodeTrail: oc
    .route({ method: 'GET', path: '/plant-nodes/{id}/trail', summary: '节点履历', tags })
    .input(z.object({ id: z.uuid(), ...trailInput }))
    .output(TrailPage),
  nodePoints: oc
    .route({ method: 'GET', path: '/plant-nodes/{id}/points', summary: '节点测点', tags })
    .input(NodePointQuery)
    .output(listOutput(NodePoint)),
  setPoint: oc
    .route({
      method: 'PUT',
      path: '/points/{point}',
      summary: '修改测点',
      description: 'What equals its type goes on following the type; the rest it says itself from now on.',
      tags,
    })
    .input(z.object({ ...ofPoint, ...says, reason: Confirmation }).refine(isRange, rangeRule))
    .output(Revised),
  checkFormula: oc
    .route({
      method: 'POST',
      path: '/formula-checks',
      summary: '校验公式',
      description: 'Whether a point can be computed so, and what that gives by the values of now. Keeps nothing.',
      tags,
    })
    .input(
      z.object({
        formula: FormulaText,
        point: PointId.nullable()
          .default(null)
          .describe('The point; null: an entry of a type, whose text alone is checked.'),
      }),
    )
    .output(z.object({ value: z.number().nullable().describe('Null: none by the values of now, or no point.') })),
  resetPoint: oc
    .route({ method: 'POST', path: '/points/{point}/reset', summary: '测点恢复为类型设置', tags })
    .input(z.object({ ...ofPoint, reason: Confirmation }))
    .output(Revised),
  retirePoint: oc
    .route({ method: 'POST', path: '/points/{point}/retirement', summary: '停用测点', tags })
    .input(z.object({ ...ofPoint, reason: Reason }))
    .output(Revised),
  restorePoint: oc
    .route({ method: 'POST', path: '/points/{point}/restoration', summary: '恢复使用测点', tags })
    .input(z.object({ ...ofPoint, reason: Reason }))
    .output(Revised),
  pointTrail: oc
    .route({ method: 'GET', path: '/points/{point}/trail', summary: '测点履历', tags })
    .input(z.object({ point: PointId, ...trailInput }))
    .output(TrailPage),
  profiles: oc
    .route({ method: 'GET', path: '/equipment-profiles', summary: '设备类型', tags })
    .input(z.object({}))
    .output(
      z.object({
        rows: z.array(
          z.object({
            key: z.string(),
            name: Name,
            rev: z.int(),
            points: z.int().describe('Entries.'),
            nodes: z.int().describe('Pieces in use.'),
          }),
        ),
      }),
    ),
  profile: oc
    .route({ method: 'GET', path: '/equipment-profiles/{key}', summary: '设备类型详情', tags })
    .input(z.object({ key: ProfileKey }))
    .output(
      z.object({
        key: z.string(),
        name: Name,
        rev: z.int(),
        updatedAt: Instant,
        nodes: z.int().describe('Pieces in use.'),
        points: z.array(
          z.object({
            key: z.string(),
            kind: z.enum(pointKinds),
            ...says,
            resolution: z.number(),
            made: z.int().describe('Points that follow it: its kind and resolution stay.'),
          }),
        ),
      }),
    ),
  setProfile: oc
    .route({
      method: 'PUT',
      path: '/equipment-profiles/{key}',
      summary: '保存设备类型',
      description:
        "Points that were made from it follow, but for what they say themselves. Their kind and resolution stay; points of entries that are left out go on as their equipment's own.",
      tags,
    })
    .input(
      z.object({
        key: ProfileKey,
        commandId: CommandId,
        rev: z.int().min(0).describe('Revision as last read; 0: a new one.'),
        name: Name,
        points: z
          .array(PointEntry)
          .max(200)
          .superRefine((points, issues) => {
            const seen = new Set<string>()
            for (const [index, { key }] of points.entries()) {
              if (seen.has(key)) issues.addIssue({ code: 'custom', message: 'plant.unique', path: [index, 'key'] })
              seen.add(key)
            }
          }),
        reason: Confirmation,
      }),
    )
    .output(
      z.object({
        rev: z.int(),
        made: z.int().describe('Points made.'),
        changed: z.int().describe('Points that say something else now.'),
        freed: z.int().describe('Points that follow it no longer.'),
      }),
    ),
  profileTrail: oc
    .route({ method: 'GET', path: '/equipment-profiles/{key}/trail', summary: '设备类型履历', tags })
    .input(z.object({ key: ProfileKey, ...trailInput }))
    .output(TrailPage),
}
