import { inLots } from '../accounts.ts'
import { Refused, type Api } from '../api.ts'
import { commandIdOf } from '../command-id.ts'
import { identityOf, type Identity } from './identity.ts'

export const profileKey = 'truck'
const pageSize = 200
const together = 4

/**
 * Makes the terminals of a fleet known to the platform. Safe to repeat: those that are known stay as they are.
 * @param onRefused  told of a truck that the platform does not want
 * @returns the identities that the platform knows
 */
export async function enrol(
  api: Pick<Api, 'telemetry'>,
  seed: string,
  count: number,
  onRefused: (what: string, error: Refused) => void,
): Promise<readonly Identity[]> {
  const known = await knownPhones(api)
  const all = Array.from({ length: count }, (_, id) => identityOf(id))
  const refused = new Set<Identity>()
  await inLots(
    all.filter(({ phone }) => !known.has(phone)),
    together,
    async (identity) => {
      try {
        await enrolOne(api, seed, identity)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        // Somebody else made it known meanwhile.
        if (error.kind === 'identity_taken') return
        refused.add(identity)
        onRefused(`truck ${identity.plate}`, error)
      }
    },
  )
  return all.filter((identity) => !refused.has(identity))
}

async function knownPhones({ telemetry }: Pick<Api, 'telemetry'>): Promise<ReadonlySet<string>> {
  const phones = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await telemetry.devices({
      protocol: 'jt808',
      state: 'active',
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const { identity } of page.rows) phones.add(identity)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return phones
}

async function enrolOne({ telemetry }: Pick<Api, 'telemetry'>, seed: string, identity: Identity): Promise<void> {
  const { phone, plate, segment } = identity
  await telemetry.addDevice({
    commandId: commandIdOf(seed, 'truck', phone),
    protocol: 'jt808',
    identity: phone,
    name: plate,
    profileKey,
    segment,
  })
}
