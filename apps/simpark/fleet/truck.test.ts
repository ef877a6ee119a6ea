import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repoRoot } from '@tingzhou/db'
import { createSnapper, haversineM } from '@tingzhou/geo'
import { identityOf } from './identity.ts'
import { alarm, reportOf } from './report.ts'
import { readRoads, sightFrom } from './roads.ts'
import { advance, beginTruck, limitOf, paceMax, restDueS, sightOf, type Truck } from './truck.ts'

const roads = readRoads()
const motion = { roads, stopScale: 1 }
const snapper = createSnapper(roads.graph)
const calm = { isSos: false, areDoorsLocked: false, speedMaxKmh: null }
const someTruck = fc.tuple(fc.nat(1_000), fc.nat(500)).map(([seed, id]) => beginTruck(motion, seed, id))
const dayS = 86_400

describe('a truck on the roads', () => {
  it('stays on the graph and never drives faster than the limit and what a hurried driver adds', () => {
    fc.assert(
      fc.property(someTruck, fc.integer({ min: 1, max: 3 * dayS }), (begun, afterS) => {
        let truck = advance(motion, begun, afterS)
        for (let i = 0; i < 30; i++) {
          truck = advance(motion, truck, 10)
          const near = snapper.nearestRoad(sightOf(roads, truck), 50)
          expect(near?.distanceM ?? Infinity).toBeLessThan(1)
          expect(truck.speedMs).toBeLessThanOrEqual(limitOf(roads, truck) * paceMax + 1e-9)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('counts on its odometer exactly the way that it drove', () => {
    fc.assert(
      fc.property(someTruck, fc.integer({ min: 60, max: 6 * 3_600 }), (begun, forS) => {
        const way = roads.way(begun.from, begun.to)
        const lengthTo = (leg: number) =>
          way.edges.slice(0, leg).reduce((sum, edge) => sum + (roads.graph.distanceM[edge] ?? 0), 0)
        const start = lengthTo(begun.leg) + begun.alongM

        const truck = advance(motion, begun, forS)

        const isOnSameWay = truck.from === begun.from && truck.to === begun.to && truck.trip === begun.trip
        fc.pre(isOnSameWay && (begun.doing.kind !== 'loading' || truck.doing.kind === 'loading'))
        expect(truck.odometerM - begun.odometerM).toBeCloseTo(lengthTo(truck.leg) + truck.alongM - start, 3)
      }),
      { numRuns: 60 },
    )
  })

  it('moves over the map no farther than its odometer says, from report to report', () => {
    let truck = beginTruck(motion, 7, 3)
    for (let i = 0; i < 8_640; i++) {
      const next = advance(motion, truck, 10)
      // The line of an edge is shorter than its road, never longer; the spheres differ by less than 0.6 %.
      const movedM = haversineM(sightOf(roads, truck), sightOf(roads, next))
      expect(movedM).toBeLessThanOrEqual((next.odometerM - truck.odometerM) * 1.006 + 0.01)
      truck = next
    }
    expect(truck.odometerM).toBeGreaterThan(beginTruck(motion, 7, 3).odometerM + 300_000)
  })

  it('neither starts nor stops at once', () => {
    let truck = beginTruck(motion, 5, 11)
    for (let i = 0; i < 10_000; i++) {
      const next = advance(motion, truck, 1)
      const isArrival = next.doing.kind !== 'driving' && truck.doing.kind === 'driving'
      const changeMs = next.speedMs - truck.speedMs
      expect(changeMs).toBeLessThanOrEqual(0.36)
      expect(changeMs).toBeGreaterThanOrEqual(isArrival ? -2 : -0.91)
      truck = next
    }
  })

  it('loads, drives, unloads and rests, and does so the same for the same seed', () => {
    const live = (seed: number, id: number): readonly Truck[] => {
      const seen: Truck[] = []
      let truck = beginTruck(motion, seed, id)
      for (let minute = 0; minute < 3 * 1_440; minute++) seen.push((truck = advance(motion, truck, 60)))
      return seen
    }
    const life = live(3, 8)

    expect(new Set(life.map(({ doing }) => doing.kind))).toEqual(
      new Set(['driving', 'loading', 'unloading', 'resting']),
    )
    expect(live(3, 8)).toEqual(life)
    expect(live(4, 8)).not.toEqual(life)
    const stops = life.filter(({ doing }) => doing.kind !== 'driving')
    expect(stops.every(({ speedMs }) => speedMs === 0)).toBe(true)
    expect(Math.max(...stops.map(({ doing }) => ('leftS' in doing ? doing.leftS : 0)))).toBeLessThanOrEqual(3_600)
  })

  it('rests in time, but for a few drivers who are reported as tired', () => {
    const longest = Array.from({ length: 60 }, (_, id) => {
      let truck = beginTruck(motion, 9, id)
      let most = 0
      for (let i = 0; i < 9 * 12; i++) {
        truck = advance(motion, truck, 300)
        if (truck.doing.kind === 'driving') most = Math.max(most, truck.doing.drivenS)
      }
      return most
    })

    const tired = longest.filter((drivenS) => drivenS > restDueS)
    expect(tired.length).toBeGreaterThan(0)
    expect(tired.length).toBeLessThan(10)
    const late: Truck = { ...beginTruck(motion, 9, 0), doing: { kind: 'driving', drivenS: restDueS + 1 } }
    const { position } = reportOf(roads, late, identityOf(0), calm, 1_000)
    expect(position.alarmBits & alarm.fatigue).toBe(alarm.fatigue)
  })
})

describe('the roads', () => {
  it('lead from every lane to every other', () => {
    for (const { from } of roads.lanes)
      for (const { to } of roads.lanes) if (from !== to) expect(roads.way(to, from).distanceM).toBeGreaterThan(10_000)
  })

  it('look the other way when driven the other way', () => {
    const [changji, hutubi] = ['changji', 'hutubi'].map((id) => roads.graph.findNode(id) ?? -1) as [number, number]
    const [there, back] = [roads.way(changji, hutubi), roads.way(hutubi, changji)]
    const west = sightFrom(roads, there, 0, 10_000)
    const east = sightFrom(roads, back, 0, there.distanceM - 10_000)

    expect(west.lon).toBeCloseTo(east.lon, 9)
    expect(Math.abs(west.headingDeg - east.headingDeg)).toBeCloseTo(180, 1)
    expect(west.headingDeg).toBeGreaterThan(270)
  })

  it('are high and without a network on a pass', () => {
    const [from, to] = ['jinghe', 'khorgos'].map((id) => roads.graph.findNode(id) ?? -1) as [number, number]
    const way = roads.way(from, to)
    const at = (share: number) => sightFrom(roads, way, 0, share * way.distanceM)

    expect(at(0.56)).toMatchObject({ isBlind: true })
    expect(at(0.56).altitudeM).toBeCloseTo(2_100, -1)
    expect(at(0.2).isBlind).toBe(false)
    expect(at(0).altitudeM).toBeCloseTo(320, 0)
  })

  it('begin and end where GeoNames has the places', () => {
    type Place = { properties: { name: string }; geometry: { coordinates: [number, number] } }
    const file = join(repoRoot(), 'apps/simpark/data/geo/xj-places.geojson')
    const places = (JSON.parse(readFileSync(file, 'utf8')) as { features: Place[] }).features
    for (const name of ['Changji', 'Wujiaqu', 'Shihezi', 'Turpan']) {
      const place = places.find(({ properties }) => properties.name === name)
      const node = roads.graph.findNode(name.toLowerCase()) ?? -1
      const [lon, lat] = place?.geometry.coordinates ?? [0, 0]
      expect([
        name,
        Math.round(
          haversineM({ lon, lat }, { lon: roads.graph.lon[node] ?? 0, lat: roads.graph.lat[node] ?? 0 }) / 1_000,
        ),
      ]).toEqual([name, 0])
    }
  })
})
