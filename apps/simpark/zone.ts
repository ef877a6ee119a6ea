import data from './data/zone.json' with { type: 'json' }

/** An area 片区 of the invented zone. */
export type AreaPlan = (typeof data.areas)[number] & { readonly polygon: Polygon }
type Polygon = { readonly type: 'Polygon'; readonly coordinates: [number, number][][] }

/** A department, an area's office or a chain's. */
export type DepartmentPlan = { readonly code: string; readonly name: string; readonly parent: string | null }

export type ChainPlan = (typeof data.chains)[number]

// Half the width of an area's square, in degrees: about 1.8 by 2 km, the squares touch.
const halfLon = 0.025
const halfLat = 0.02

/** The four areas: squares side by side in an empty part of the map. */
export const areaPlans: readonly AreaPlan[] = data.areas.map((area) => ({ ...area, polygon: squareAround(area) }))

function squareAround({ lon, lat }: { lon: number; lat: number }): Polygon {
  const [west, east, south, north] = [lon - halfLon, lon + halfLon, lat - halfLat, lat + halfLat]
  const corners: [number, number][] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  return { type: 'Polygon', coordinates: [corners.map(([x, y]) => [round(x), round(y)])] }
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}

/** Departments by the codes that the default routing rules name, then the offices of areas and chains. */
export const departmentPlans: readonly DepartmentPlan[] = [
  ...data.departments.map(([code = '', name = '']) => ({ code, name, parent: null })),
  ...data.areaOffices.map((office) => ({ ...office, parent: null })),
  ...data.chainOffices.map((office) => ({ ...office, parent: 'chain_office' })),
]

/** Which department is the office of an area, by area code. */
export const officeOfArea: ReadonlyMap<string, string> = new Map(
  data.areas.map((area, i) => [area.code, data.areaOffices[i]?.code ?? '']),
)

export const chainPlans: readonly ChainPlan[] = data.chains

/** A place on a road of an area, with its point. */
export function placeIn(area: AreaPlan, share: { along: number; aside: number }, roadNumber: number, door: number) {
  const road = area.roads[roadNumber % area.roads.length] ?? ''
  return {
    road,
    address: `${area.name}${road} ${door} ${data.doorWord}`,
    lon: round(area.lon + (share.along - 0.5) * 2 * halfLon * 0.9),
    lat: round(area.lat + (share.aside - 0.5) * 2 * halfLat * 0.9),
  }
}
