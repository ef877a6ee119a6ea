import { commandIdOf } from './command-id.ts'
import { headUsername, inLots, leadUsername } from './accounts.ts'
import articles from './data/articles.json' with { type: 'json' }
import { Refused } from './api.ts'
import type { People } from './people.ts'
import type { Register } from './register.ts'
import { areaPlans, chainPlans, departmentPlans, officeOfArea } from './zone.ts'

/** Who leads what, who gets which needs, what is known already. Safe to repeat. */
export async function settleRules(people: People, register: Register, seed: string): Promise<void> {
  await appointLeads(people, register, seed)
  await assignOffices(people, register, seed)
  await publishRouting(people, seed)
  await writeArticles(people, register, seed)
  await nameLeaders(people, register, seed)
}

async function appointLeads(people: People, register: Register, seed: string): Promise<void> {
  const { api } = people.machine
  for (const { code, rev, id } of (await api.registry.areas.list({})).rows)
    await api.registry.areas.change({
      id,
      rev,
      commandId: commandIdOf(seed, 'lead', code, rev),
      leadAccountId: people.accountIdOf(leadUsername(code, false)),
      deputyAccountId: people.accountIdOf(leadUsername(code, true)),
    })
  const fallback = register.departmentId(officeOfArea.get(areaPlans[0]?.code ?? '') ?? '')
  const { rows } = await api.registry.departments.list({})
  await inLots(rows, 4, ({ code, id, rev }) =>
    api.registry.departments.change({
      id,
      rev,
      commandId: commandIdOf(seed, 'head', code, rev),
      headAccountIds: [people.accountIdOf(headUsername(code))],
      ...(id === fallback ? {} : { fallbackDepartmentId: fallback }),
    }),
  )
}

async function assignOffices(people: People, register: Register, seed: string): Promise<void> {
  const { api } = people.machine
  for (const { code } of areaPlans)
    await api.needs.routing.setOffice({
      commandId: commandIdOf(seed, 'office', code),
      areaId: register.areaId(code),
      departmentId: register.departmentId(officeOfArea.get(code) ?? ''),
    })
  const offices = [{ name: null, office: 'chain_office' }, ...chainPlans]
  for (const { name, office } of offices)
    await api.needs.routing.setOffice({
      commandId: commandIdOf(seed, 'chain', name ?? '*'),
      chain: name,
      departmentId: register.departmentId(office),
    })
}

async function publishRouting(people: People, seed: string): Promise<void> {
  const { api } = people.machine
  const { published } = await api.needs.routing.list()
  if (published !== null) return
  const draft = await api.needs.routing.draft({ commandId: commandIdOf(seed, 'routing'), from: 'default' })
  const { faults } = await api.needs.routing.get({ version: draft.version })
  if (faults.length > 0) throw new Error(`the default rules cannot be published: ${JSON.stringify(faults.slice(0, 3))}`)
  await api.needs.routing.publish({
    version: draft.version,
    rev: draft.rev,
    commandId: commandIdOf(seed, 'publish'),
  })
}

async function writeArticles(people: People, register: Register, seed: string): Promise<void> {
  const { api } = people.machine
  const codes = new Set(departmentPlans.map(({ code }) => code))
  for (const [i, article] of articles.entries())
    await api.needs.knowledge.create({
      commandId: commandIdOf(seed, 'article', i),
      question: article.question,
      answer: article.answer,
      basis: article.basis,
      category: article.category,
      ownerId: codes.has(article.owner) ? register.departmentId(article.owner) : null,
      synthetic: true,
    })
}

/** The zone's leader is in charge of the lead firms, the guide of a few small ones. */
async function nameLeaders(people: People, register: Register, seed: string): Promise<void> {
  const { api } = people.machine
  const leaderAccountId = people.accountIdOf('leader')
  const leading = register.enterprises.slice(0, chainPlans.length)
  await inLots(leading, 4, async ({ uscc }) => {
    const { id, rev, leaderAccountId: before } = await api.registry.enterprises.get({ id: register.enterpriseId(uscc) })
    if (before !== null) return
    const commandId = commandIdOf(seed, 'leader', uscc, rev)
    await api.registry.enterprises.change({ id, rev, commandId, leaderAccountId }).catch((error: unknown) => {
      // Somebody else wrote at the same moment; a firm without a leader in charge is no harm.
      if (!(error instanceof Refused)) throw error
    })
  })
}
