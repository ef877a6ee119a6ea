import { randomUUID } from 'node:crypto'
import type { LoopZone } from './loops.ts'
import { ask, type ServerProcess } from './server.ts'
import type { Sheet } from './sheet.ts'
import type { BenchZone } from './zone.ts'

/** Sets up, through the public interface, what applications, referrals and the review of teams need. */
export async function setUpLoops(server: ServerProcess, zone: BenchZone): Promise<LoopZone> {
  const make = async <T = { readonly id: string }>(path: string, body: object, key = server.token): Promise<T> => {
    const answer = await ask(server.url, key, 'POST', path, { commandId: randomUUID(), ...body })
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    // The contract's answer to a creation.
    return answer.body as T
  }
  const person = async (name: string, roles: readonly { readonly role: string; readonly partyId: string | null }[]) => {
    const account = await make('/accounts', { username: `bench-${name}`, name, roles, synthetic: true })
    const { key } = await make<{ key: string }>('/api-keys', { accountId: account.id, name: 'bench' })
    return { key, accountId: account.id }
  }
  const department = async (code: string) => (await make('/departments', { code, name: code, synthetic: true })).id
  const market = await department('market_regulation')
  const urban = await department('urban_management')
  const of = async (role: string, partyId: string, name: string) => (await person(name, [{ role, partyId }])).key
  const heads = [await of('dept_head', market, 'market-head'), await of('dept_head', urban, 'urban-head')]
  const officers = [
    await of('dept_officer', market, 'market-officer'),
    await of('dept_officer', urban, 'urban-officer'),
  ]
  await layFacts(make, heads[0] ?? '')

  const institution = async (kind: string, name: string) =>
    (await make('/referral-institutions', { kind, name, synthetic: true })).id
  const home = await institution('care_home', '合成甲养老院')
  const hospital = await institution('hospital', '合成乙医院')
  await make('/referral-agreements', {
    homeId: home,
    hospitalId: hospital,
    priorityUp: 1,
    priorityDown: 1,
    validFrom: '2026-01-01',
    synthetic: true,
  })

  const county = await person('county', [{ role: 'dept_officer', partyId: market }])
  const prefecture = [
    await person('prefecture-1', [{ role: 'dept_officer', partyId: urban }]),
    await person('prefecture-2', [{ role: 'dept_officer', partyId: urban }]),
  ]
  const { sheet } = (await ask(server.url, server.token, 'GET', '/safety/default-sheet')).body as {
    readonly sheet: Sheet
  }
  const campaign = await make(
    '/safety/campaigns',
    campaignOf(
      sheet,
      zone,
      county.accountId,
      prefecture.map(({ accountId }) => accountId),
    ),
    zone.keys.supervisor,
  )
  return {
    home,
    campaignId: campaign.id,
    sheet,
    keys: {
      applicant: (await person('applicant', [])).key,
      window: (await person('window', [{ role: 'window_officer', partyId: null }])).key,
      officers,
      heads,
      nurse: await of('dept_officer', home, 'nurse'),
      doctor: await of('dept_officer', hospital, 'doctor'),
      county: county.key,
      prefecture: prefecture.map(({ key }) => key),
    },
  }
}

/** What the zone's registers know of the applicant. */
async function layFacts(
  make: (path: string, body: object, key: string) => Promise<unknown>,
  key: string,
): Promise<void> {
  const subject = { kind: 'person', idNumber: '999999199003070012' }
  const services = ['service-hall/licence-store/identity-card', 'market-regulation/market-regulation-base/name-check']
  const facts = services.map((service) => ({
    service: `CJ/GOV/${service}/v1`,
    subject,
    value: true,
    asOf: '2025-01-01',
    synthetic: true,
  }))
  await make('/shared-facts', { facts }, key)
}

function campaignOf(sheet: Sheet, { areaId }: BenchZone, county: string, prefecture: readonly string[]) {
  const year = new Date().getUTCFullYear() + 1
  return {
    name: '合成评选',
    year,
    rules: {
      sheet,
      weights: { selfPct: 20, countyPct: 30, prefecturePct: 50 },
      selfDue: `${year}-03-31`,
      countyDue: `${year}-04-15`,
      prefectureDue: `${year}-05-15`,
      modelMax: 20,
      goodMax: 10,
      quotas: [],
      prize: { poolFen: 69_000_000, leaderPct: 30, tiers: [{ award: 'model', places: 20, weight: 3 }] },
    },
    panel: [
      { accountId: county, level: 'county', areaId },
      ...prefecture.map((accountId) => ({ accountId, level: 'prefecture', areaId: null })),
    ],
  }
}
