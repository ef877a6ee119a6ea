import { newId, type Database } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { addDevice, addNode, saveProfile, type PointTemplate } from '@tingzhou/telemetry'

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

/** The phone of a terminal of the bench. */
export const phoneOf = (index: number): string => `139${String(index).padStart(8, '0')}`

/** Makes trucks with a terminal each. */
export async function addTrucks({ db }: Database, zoneId: string, count: number): Promise<void> {
  const name = { zh: '货车', en: 'Truck' }
  const now = epochMs(Date.now())
  await db.transaction().execute(async (tx) => {
    await saveProfile(tx, zoneId, { key: 'truck', name, points: [template('POS', 'position')] }, now)
    for (let index = 0; index < count; index++) {
      const nodeId = newId()
      const segment = `T${phoneOf(index)}`
      await addNode(tx, zoneId, {
        id: nodeId,
        parentId: null,
        level: 'equipment',
        segment,
        name,
        profileKey: 'truck',
        partyId: null,
      })
      const identity = phoneOf(index)
      const device = {
        id: newId(),
        protocol: 'jt808',
        identity,
        name: identity,
        nodeId,
        secret: null,
        settings: {},
      } as const
      await addDevice(tx, zoneId, device)
    }
  })
}
