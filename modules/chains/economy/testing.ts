import { randomUUID } from 'node:crypto'
import { epochMs } from '@tingzhou/kernel'
import type { Role } from '@tingzhou/parties'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'

const api = '/api/v1'
/** 2026-11-22 12:26 in Beijing. */
export const testNow = Date.UTC(2026, 10, 22, 4, 26)

/** A zone with four firms of the register and one outside, and everybody who has to do with chains. */
export type ChainZone = Awaited<ReturnType<typeof enterZone>>

/** Sends commands; each has an id of its own. */
export const post = (client: Client, path: string, body: object = {}) =>
  client.post(`${api}${path}`, { commandId: randomUUID(), ...body })
export const patch = (client: Client, path: string, body: object = {}) =>
  client.patch(`${api}${path}`, { commandId: randomUUID(), ...body })
export const read = (client: Client, path: string) => client.get(`${api}${path}`)

/** The id of what a command made. @throws Error when it was refused */
export async function created(client: Client, path: string, body: object): Promise<string> {
  const answer = await post(client, path, body)
  if (answer.status > 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.id
}

/** Starts a server with such a zone; close it in `afterAll`. */
export async function startChainZone() {
  let now = testNow
  const server = await startTestServer({ clock: () => epochMs(now) })
  return { server, zone: await enterZone(server), setNow: (moved: number) => (now = moved) }
}

async function enterZone(server: TestServer) {
  const firm = (name: string, point: object | null = null) =>
    created(server.machine, '/enterprises', { name, point, synthetic: true })
  const mill = await firm('合成面粉厂', { lon: 87.3, lat: 44.0 })
  const bakery = await firm('合成挂面厂', { lon: 87.6, lat: 44.2 })
  const twin = await firm('合成面粉二厂', { lon: 87.31, lat: 44.01 })
  const stranger = await firm('合成别家')
  const outside = await created(server.machine, '/chain-outside-firms', {
    name: '合成区外纸厂',
    country: 'CN',
    place: '河南',
    lonDeg: 113.6,
    latDeg: 34.7,
    industry: '2221',
    synthetic: true,
  })
  const role = (name: Role, partyId: string | null = null) => server.actor([{ role: name, partyId }], { name })
  return {
    mill,
    bakery,
    twin,
    stranger,
    outside,
    role,
    officer: await role('chain_officer'),
    leader: await role('leader'),
    ofMill: await role('enterprise', mill),
    ofBakery: await role('enterprise', bakery),
    ofStranger: await role('enterprise', stranger),
  }
}

const [flour, pulp] = ['P1702', 'P1301']
/** Wheat flour, and wood pulp, both by the tonne. */
export const goods = { flour, pulp }

export const positionOf = (firmId: string, over: object = {}) => ({
  firmId,
  productCode: flour,
  role: 'produce',
  year: 2025,
  capacity: 120_000,
  output: 95_000,
  asOf: '2025-12-31',
  synthetic: true,
  ...over,
})

export const linkOf = (sellerId: string, buyerId: string, over: object = {}) => ({
  sellerId,
  buyerId,
  productCode: flour,
  year: 2025,
  volume: 1_234,
  priceFen: 420_000,
  distanceKm: 30,
  asOf: '2025-12-31',
  synthetic: true,
  ...over,
})
