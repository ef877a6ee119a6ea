import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { distanceBases, skipReasons } from './distance-basis.ts'
import { crossingCauses, crossingKinds, purposes, scopes } from './geofence-words.ts'

export const CrossingKind = z.enum(crossingKinds)
export const Purpose = z.enum(purposes)
export const Scope = z.enum(scopes)

const Lon = z.number().min(-180).max(180)
const Lat = z.number().min(-90).max(90)
export const Place = z.object({ lon: Lon.describe('WGS-84 degrees.'), lat: Lat.describe('WGS-84 degrees.') })
const Places = z.array(Place).max(2_000).readonly()

/** What a fence encloses. Places outside the region, too many or too few, and sides that cross are refused by name. */
export const Shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('circle'), centre: Place, radiusM: z.number().describe('20 to 100,000 m.') }),
  z.object({
    kind: z.literal('polygon'),
    rings: z.array(Places).min(1).max(20).readonly().describe('The border, then holes; at most 500 places in all.'),
  }),
  z.object({
    kind: z.literal('corridor'),
    line: Places,
    halfWidthM: z.number().describe('Everything this near to the line: 10 to 20,000 m.'),
  }),
])

const Name = z.string().trim().min(1).max(60)
const PointId = z.coerce.number().int().min(1).max(16_777_215)
const Wish = z.object({
  name: Name,
  purpose: Purpose.default('other'),
  shape: Shape,
  validFrom: Instant.nullable().default(null),
  validUntil: Instant.nullable().default(null),
  scope: Scope.default('all').describe('Which vehicles: all, those of one enterprise, or chosen ones.'),
  partyId: z.string().min(1).max(100).nullable().default(null).describe('The enterprise of scope party.'),
  points: z.array(z.int().min(1).max(16_777_215)).max(500).default([]).describe('Position points of scope chosen.'),
  tellsEntry: z.boolean().default(true),
  tellsExit: z.boolean().default(true),
  dwellS: z
    .int()
    .min(60)
    .max(2_592_000)
    .nullable()
    .default(null)
    .describe('Tells of a stay that lasts this long, seconds.'),
  speedLimitKmh: z
    .number()
    .min(5)
    .max(150)
    .nullable()
    .default(null)
    .describe('Tells of a vehicle that is faster inside.'),
  marginM: z.int().min(0).max(1_000).default(30).describe('A vehicle has left when it is this far outside, metres.'),
  confirmS: z.int().min(0).max(300).default(0).describe('An entry or exit counts after this long, seconds.'),
})

export const Geofence = z.object({
  id: z.uuid(),
  version: z.int(),
  changedAt: Instant,
  removedAt: Instant.nullable(),
  name: z.string(),
  purpose: Purpose,
  shape: Shape,
  validFrom: Instant.nullable(),
  validUntil: Instant.nullable(),
  scope: Scope,
  partyId: z.string().nullable(),
  partyName: z.string().nullable(),
  points: z.array(z.int()),
  tellsEntry: z.boolean(),
  tellsExit: z.boolean(),
  dwellS: z.int().nullable(),
  speedLimitKmh: z.number().nullable(),
  marginM: z.int(),
  confirmS: z.int(),
  actorName: z.string().describe('Who made this version.'),
})
const Version = z.object({ version: z.int(), fromAt: Instant, name: z.string(), actorName: z.string() })
const GeofenceDetail = Geofence.extend({
  versions: z.array(Version),
  vehicles: z.array(z.object({ point: z.int(), name: z.string() })),
})
const Written = z.object({ id: z.uuid(), version: z.int() })

export const Crossing = z.object({
  id: z.uuid(),
  point: z.int(),
  vehicle: z.string(),
  fenceId: z.uuid(),
  version: z.int().describe('Of the fence, as it was then.'),
  fenceName: z.string(),
  purpose: Purpose,
  kind: CrossingKind,
  at: Instant.describe('By the clock of the device.'),
  knownAt: Instant.describe('The fix that settled it.'),
  after: Instant.nullable().describe('The border was crossed between this fix and `at`.'),
  enteredAt: Instant.nullable(),
  cause: z.enum(crossingCauses),
  lonDeg: z.number(),
  latDeg: z.number(),
  speedKmh: z.number(),
  late: z.boolean().describe('Found out from fixes that came later than newer ones.'),
  notedAt: Instant,
})

const YesNo = z.enum(['0', '1'])

export const GeofenceQuery = listInput({
  purpose: Purpose.optional(),
  removed: YesNo.optional().describe('1: those that were removed instead.'),
})
const crossingFilters = {
  fence: z.uuid().optional(),
  point: PointId.optional(),
  device: z.uuid().optional(),
  kind: CrossingKind.optional(),
  late: YesNo.optional(),
  from: z.coerce.number().int().min(0).max(253_402_300_799_999).optional().describe('Milliseconds since the epoch.'),
  to: z.coerce.number().int().min(0).max(253_402_300_799_999).optional(),
}
export const CrossingQuery = listInput(crossingFilters)

const Degrees = (limit: number) => z.coerce.number().min(-limit).max(limit)
const Key = z.string().trim().min(1).max(80)
export const DistanceQuery = z.object({
  fromLon: Degrees(180),
  fromLat: Degrees(90),
  toLon: Degrees(180),
  toLat: Degrees(90),
  fromKey: Key.optional().describe('What contracts call the place; the cell of a grid of 0.01 degrees when left out.'),
  toKey: Key.optional(),
  at: z.coerce.number().int().min(0).max(253_402_300_799_999).optional().describe('When; now when left out.'),
})
export const Distance = z.object({
  distanceM: z.int(),
  durationS: z.int().nullable(),
  basis: z.enum(distanceBases).describe('What the figure rests on.'),
  source: z
    .string()
    .describe(
      'Number of the contract (empty for those who may not list contracts), name of the service, count of trips, name of the road graph.',
    ),
  fromSnapM: z.int().nullable().describe('From the place to the road that was reckoned with.'),
  toSnapM: z.int().nullable(),
  skipped: z
    .array(z.object({ basis: z.enum(distanceBases), reason: z.enum(skipReasons) }))
    .describe('Better bases that could not be used, and why.'),
})
const AgreedDistance = z.object({
  id: z.uuid(),
  fromKey: z.string(),
  toKey: z.string(),
  distanceM: z.int(),
  contractNo: z.string(),
  validFrom: Instant.nullable(),
  validUntil: Instant.nullable(),
  actorName: z.string(),
  createdAt: Instant,
})

const tags = ['geography']

/** The routes of fences, of what vehicles did to them, and of distances. */
export const geographyContract = {
  geofences: oc
    .route({ method: 'GET', path: '/geofences', summary: '电子围栏清单 · Fences by name', tags })
    .input(GeofenceQuery)
    .output(listOutput(Geofence)),
  geofencesShown: oc
    .route({
      method: 'GET',
      path: '/geofences/shown',
      summary: '地图范围内的围栏 · Fences that touch a part of the map',
      tags,
    })
    .input(z.object({ west: Degrees(180), south: Degrees(90), east: Degrees(180), north: Degrees(90) }))
    .output(z.object({ rows: z.array(Geofence), total: z.int().describe('At most 1,000 of these are in `rows`.') })),
  geofence: oc
    .route({ method: 'GET', path: '/geofences/{id}', summary: '围栏详情 · One fence with its versions', tags })
    .input(z.object({ id: z.uuid() }))
    .output(GeofenceDetail),
  addGeofence: oc
    .route({ method: 'POST', path: '/geofences', summary: '新建围栏 · Makes a fence', tags, successStatus: 201 })
    .input(Wish.extend({ commandId: CommandId }))
    .output(Written),
  changeGeofence: oc
    .route({
      method: 'POST',
      path: '/geofences/{id}/versions',
      summary: '修改围栏 · Makes its next version',
      tags,
      successStatus: 201,
    })
    .input(Wish.extend({ id: z.uuid(), commandId: CommandId, rev: Rev.describe('The version as last read.') }))
    .output(Written),
  removeGeofence: oc
    .route({
      method: 'POST',
      path: '/geofences/{id}/removal',
      summary: '移除围栏 · Ends a fence; its events stay',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: z.uuid(), commandId: CommandId, rev: Rev }))
    .output(Written),
  crossings: oc
    .route({ method: 'GET', path: '/geofence-events', summary: '围栏事件 · What vehicles did, newest first', tags })
    .input(CrossingQuery)
    .output(listOutput(Crossing)),
  exportCrossings: oc
    .route({
      method: 'GET',
      path: '/geofence-events/export.xlsx',
      summary: '导出围栏事件 · The list as a workbook',
      tags,
    })
    .input(z.object({ ...crossingFilters, q: z.string().max(200).optional(), sort: z.string().max(60).optional() }))
    .output(z.file()),
  distance: oc
    .route({
      method: 'GET',
      path: '/distances',
      summary: '里程 · How far it is, and what the figure rests on',
      description:
        'In this order: a distance agreed in a contract, a routing service, the median of driven trips, the bundled road graph, the great circle times 1.25.',
      tags,
    })
    .input(DistanceQuery)
    .output(Distance),
  agreedDistances: oc
    .route({ method: 'GET', path: '/agreed-distances', summary: '合同里程 · Distances agreed in contracts', tags })
    .input(listInput({ fromKey: Key.optional(), toKey: Key.optional() }))
    .output(listOutput(AgreedDistance)),
  agreeDistance: oc
    .route({
      method: 'POST',
      path: '/agreed-distances',
      summary: '登记合同里程 · Notes a distance of a contract',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        fromKey: Key,
        toKey: Key,
        distanceM: z.int().min(1).max(20_000_000),
        contractNo: z.string().trim().min(1).max(60),
        validFrom: Instant.nullable().default(null),
        validUntil: Instant.nullable().default(null),
      }),
    )
    .output(z.object({ id: z.uuid() })),
  endAgreedDistance: oc
    .route({
      method: 'POST',
      path: '/agreed-distances/{id}/removal',
      summary: '移除合同里程 · No longer counts',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: z.uuid(), commandId: CommandId }))
    .output(z.object({ id: z.uuid() })),
}
