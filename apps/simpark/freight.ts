import { identityCheck } from '@tingzhou/uscc'
import { inLots } from './accounts.ts'
import { Refused, type Api } from './api.ts'
import type { Watch, Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/freight.json' with { type: 'json' }
import { identityOf } from './fleet/identity.ts'
import { noise, noiseBetween } from './fleet/noise.ts'

const together = 4
const pageSize = 200
const longTerm = '2999-12-31'
const dayMs = 86_400_000

type FreightApi = Pick<Api, 'freight'>

/**
 * Enters the trucks of the fleet into the freight register: carriers with thirty trucks each, a driver a truck, their papers; and the
 * account that the platform pays from, unless somebody has named one.
 * Safe to repeat: what is entered already stays, what a kill left half done is finished.
 * @param now  instant from which the days of papers are counted
 * @returns trucks that were not in the register before, or not whole
 */
export async function enterFreight(
  { options, people }: Pick<Zone, 'options' | 'people'>,
  watch: Pick<Watch, 'onRefused'>,
  now: number = Date.now(),
): Promise<number> {
  const { api } = people.machine
  await namePayer(api, options.seed)
  const whole = await wholePlates(api)
  const missing = Array.from({ length: options.trucks }, (_, id) => id).filter((id) => !whole.has(identityOf(id).plate))
  const carriers = new Map<number, Promise<string>>()
  const carrierOf = (id: number): Promise<string> => {
    const number = Math.floor(id / data.trucksPerCarrier)
    const known = carriers.get(number) ?? enterCarrier(api, options.seed, number, now)
    carriers.set(number, known)
    return known
  }
  await inLots(missing, together, async (id) => {
    try {
      await enterTruck(api, options.seed, id, await carrierOf(id), now)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      watch.onRefused(`freight ${identityOf(id).plate}`, error)
    }
  })
  return missing.length
}

async function namePayer({ freight }: FreightApi, seed: string): Promise<void> {
  const { payer } = await freight.bank.payer()
  if (payer) return
  await freight.bank.setPayer({
    commandId: commandIdOf(seed, 'freight payer'),
    holder: data.platform,
    bankCode: 'ICBK',
    // Digits that no bank issues.
    accountNumber: '9990000000999999',
    rev: 0,
    why: data.payerWhy,
  })
}

/** Plates whose vehicle has its papers; they are entered last. */
async function wholePlates({ freight }: FreightApi): Promise<ReadonlySet<string>> {
  const plates = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await freight.vehicles.list({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) })
    for (const { plate, stand } of page.rows) if (stand !== 'missing') plates.add(plate)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return plates
}

async function enterCarrier({ freight }: FreightApi, seed: string, number: number, now: number): Promise<string> {
  const { id } = await freight.carriers.create({
    commandId: commandIdOf(seed, 'freight carrier', number),
    kind: 'person',
    name: data.carrier.replace('{n}', String(number + 1)),
    idNumber: identityNumber(1960, number),
    roadLicence: `650000${String(900_000 + number)}`,
    synthetic: true,
  })
  const enter = paperOf({ freight }, seed, { subject: 'carrier', subjectId: id }, now)
  await enter('carrier_identity_card', longTerm)
  await enter('road_transport_licence', dayAfter(now, 400))
  await freight.carriers.addPayee({
    id,
    commandId: commandIdOf(seed, 'freight payee', number),
    holder: data.carrier.replace('{n}', String(number + 1)),
    bankCode: 'ABOC',
    // Digits that no bank issues.
    accountNumber: `9990000000${String(number).padStart(6, '0')}`,
  })
  return id
}

async function enterTruck(
  { freight }: FreightApi,
  seed: string,
  id: number,
  carrierId: string,
  now: number,
): Promise<void> {
  const { plate } = identityOf(id)
  const vehicle = await freight.vehicles.create({
    ...data.vehicle,
    commandId: commandIdOf(seed, 'freight vehicle', plate),
    carrierId,
    plate,
    transportPermit: `650000${String(100_000 + id)}`,
    synthetic: true,
  })
  const driver = await freight.drivers.create({
    commandId: commandIdOf(seed, 'freight driver', plate),
    carrierId,
    vehicleId: vehicle.id,
    name: data.driver.replace('{n}', String(id + 1)),
    idNumber: identityNumber(1970, id),
    phone: `999${String(id + 1).padStart(8, '0')}`,
    licenceClass: 'A2',
    licenceIssuer: data.issuer,
    licenceFrom: '2020-01-01',
    licenceTo: longTerm,
    qualification: `990000${String(id + 1).padStart(6, '0')}`,
    synthetic: true,
  })
  const ofDriver = paperOf({ freight }, seed, { subject: 'driver', subjectId: driver.id }, now)
  await ofDriver('identity_card', longTerm)
  await ofDriver('driving_licence', longTerm)
  await ofDriver('qualification', endOf(id, 61, now))
  const ofVehicle = paperOf({ freight }, seed, { subject: 'vehicle', subjectId: vehicle.id }, now)
  await ofVehicle('compulsory_insurance', endOf(id, 62, now))
  await ofVehicle('transport_permit', dayAfter(now, 500))
  await ofVehicle('vehicle_licence', endOf(id, 63, now))
}

/** Enters papers of one holder; one that an earlier run has entered, with the days of then, stays. */
function paperOf(
  { freight }: FreightApi,
  seed: string,
  holder: { readonly subject: 'carrier' | 'driver' | 'vehicle'; readonly subjectId: string },
  now: number,
) {
  return async (kind: string, validTo: string): Promise<void> => {
    try {
      await freight.papers.add({
        ...holder,
        commandId: commandIdOf(seed, 'freight paper', holder.subjectId, kind),
        kind,
        paperNumber: `SIM-${kind.toUpperCase().slice(0, 20)}`,
        issuer: data.issuer,
        validFrom: dayAfter(now, -400),
        validTo,
      })
    } catch (error) {
      if (!(error instanceof Refused) || error.kind !== 'command_reused') throw error
    }
  }
}

/** The last day of a paper: most end within a year, a few soon, a very few are over. */
function endOf(id: number, salt: number, now: number): string {
  const share = noise(id, salt)
  if (share < data.overShare) return dayAfter(now, -5)
  const [from, to] = share < data.overShare + data.endsSoonShare ? ([1, 29] as const) : ([40, 360] as const)
  return dayAfter(now, Math.round(noiseBetween(from, to, id, salt + 10)))
}

// The zone's clock is eight hours ahead of UTC.
const dayAfter = (now: number, days: number): string =>
  new Date(now + 8 * 3_600_000 + days * dayMs).toISOString().slice(0, 10)

/** An identity number that nobody has: no place begins with 999. */
function identityNumber(firstYear: number, n: number): string {
  const digits = `999000${firstYear + Math.floor(n / 1_000)}0101${String(n % 1_000).padStart(3, '0')}`
  return digits + identityCheck(digits)
}
