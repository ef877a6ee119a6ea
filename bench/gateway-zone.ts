import { newId, type Database } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { addDevice, addNode, saveProfile, type PointTemplate, type Protocol } from '@tingzhou/telemetry'

const template = (key: string, kind: PointTemplate['kind']): PointTemplate => ({
  key,
  kind,
  name: { zh: key, en: key },
  unit: null,
  resolution: 0.1,
  euLow: null,
  euHigh: null,
  sampleMs: null,
  staleAfterS: null,
  counterMax: null,
})

/** What devices of a kind are in the bench. */
type Fleet = {
  readonly profileKey: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly point: PointTemplate
  readonly protocol: Protocol
  readonly identityOf: (index: number) => string
  readonly secret: string | null
}

/** The phone of a terminal of the bench. */
export const phoneOf = (index: number): string => `139${String(index).padStart(8, '0')}`

/** Makes trucks with a terminal each. */
export const addTrucks = (database: Database, zoneId: string, count: number): Promise<void> =>
  addFleet(database, zoneId, count, {
    profileKey: 'truck',
    name: { zh: '货车', en: 'Truck' },
    point: template('POS', 'position'),
    protocol: 'jt808',
    identityOf: phoneOf,
    secret: null,
  })

/** The MN of a monitoring station of the bench, and the password of all. */
export const mnOf = (index: number): string => `650100C0FFEE${String(index).padStart(12, '0')}`
export const stationPassword = '654321'

/** Makes monitoring stations with a data logger each. */
export const addStations = (database: Database, zoneId: string, count: number): Promise<void> =>
  addFleet(database, zoneId, count, {
    profileKey: 'station',
    name: { zh: '监测站', en: 'Station' },
    point: { ...template('INTERVAL', 'discrete'), resolution: 1 },
    protocol: 'hj212',
    identityOf: mnOf,
    secret: stationPassword,
  })

async function addFleet({ db }: Database, zoneId: string, count: number, fleet: Fleet): Promise<void> {
  const { profileKey, name, point, protocol, identityOf, secret } = fleet
  const now = epochMs(Date.now())
  await db.transaction().execute(async (tx) => {
    await saveProfile(tx, zoneId, { key: profileKey, name, points: [point] }, now)
    for (let index = 0; index < count; index++) {
      const nodeId = newId()
      const identity = identityOf(index)
      const segment = `T${identity}`
      await addNode(tx, zoneId, {
        id: nodeId,
        parentId: null,
        level: 'equipment',
        segment,
        name,
        profileKey,
        partyId: null,
      })
      const device = { id: newId(), protocol, identity, name: identity, nodeId, secret, settings: {} } as const
      const added = await addDevice(tx, zoneId, device)
      if (!added.ok) throw new Error(`${identity}: ${added.error.kind}`)
    }
  })
}
