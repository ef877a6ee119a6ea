import { randomUUID } from 'node:crypto'
import { addDays, addWorkingTime, dayKind, instantOf, localDateOf } from '@tingzhou/calendar'
import { epochMs, type EpochMs, type LocalDate } from '@tingzhou/kernel'
import { leadUsername } from './accounts.ts'
import { Refused } from './api.ts'
import { commandIdOf } from './command-id.ts'
import texts from './data/agenda.json' with { type: 'json' }
import type { Firm } from './firms.ts'
import { pickCategory, writeNeed } from './need.ts'
import { follow, type Office } from './office.ts'
import type { Planned } from './queue.ts'
import { randomOf, type Random } from './random.ts'
import { areaPlans } from './zone.ts'
import { say } from './words.ts'

const dayMs = 86_400_000

/** What beside needs is on the zone's agenda: a campaign, a meeting, mandates. */
export function agendaOf(office: Office, began: EpochMs, present: EpochMs): readonly Planned[] {
  const day = (share: number, time: string): EpochMs =>
    workTime(office, epochMs(began + Math.round(((present - began) * share) / dayMs) * dayMs), time)
  let meeting: { id: string; rev: number } | null = null
  return [
    { at: day(0.1, '10:20'), run: () => startCampaign(office, began, present) },
    {
      at: day(0.3, '10:40'),
      run: async () => {
        meeting = await announceMeeting(office, 0, localDateOf(day(0.45, '16:30')))
      },
    },
    { at: day(0.45, '18:00'), run: async () => (meeting ? holdMeeting(office, meeting) : undefined) },
    {
      at: day(0.97, '11:00'),
      run: async () => void (await announceMeeting(office, 1, workDay(office, epochMs(present + 6 * dayMs)))),
    },
    { at: day(0.35, '11:10'), run: () => openMandate(office, 0, true, present) },
    { at: day(0.8, '11:30'), run: () => openMandate(office, 1, false, present) },
    { at: day(0.97, '12:10'), run: () => planVisits(office, present) },
  ]
}

/** That day, or the next on which people work. */
function workDay(office: Office, at: EpochMs): LocalDate {
  for (let date = localDateOf(at); ; date = addDays(date, 1)) {
    const kind = dayKind(office.world.calendar, date)
    if (!kind.ok || kind.value === 'work') return date
  }
}

const workTime = (office: Office, at: EpochMs, time: string): EpochMs => instantOf(workDay(office, at), time)

async function startCampaign(office: Office, began: EpochMs, present: EpochMs): Promise<void> {
  const { api } = await office.people.get('supervisor')
  await api.needs.campaigns.create({
    commandId: commandIdOf(office.world.seed, 'campaign'),
    name: texts.campaign.name,
    description: texts.campaign.description,
    from: localDateOf(epochMs(began + dayMs)),
    to: localDateOf(epochMs(present + 20 * dayMs)),
    cadreIds: visitors.map((username) => office.people.accountIdOf(username)),
    synthetic: true,
  })
}

/** The campaign that runs, to which visits belong. */
async function findCampaign(office: Office): Promise<string | null> {
  const { rows } = await office.people.machine.api.needs.campaigns.list({ state: 'open', limit: 1 })
  return rows[0]?.id ?? null
}

const visitors = ['visitor', 'sim.visitor', ...areaPlans.map((_, i) => `sim.lead${i + 1}`)]

/** The visits of a day: each is planned in the morning, made, and recorded with what it found. */
export function visitsOf(office: Office, date: LocalDate, perDay: number): readonly Planned[] {
  const kind = dayKind(office.world.calendar, date)
  if (!kind.ok || kind.value !== 'work') return []
  const random = randomOf(office.world.seed, 'visits', date)
  const count = Math.floor(perDay) + (random.chance(perDay % 1) ? 1 : 0)
  return Array.from({ length: count }, (_, i): Planned => {
    const at = addWorkingTime(office.world.calendar, instantOf(date, '00:00'), random.int(1_800, 24_000))
    return {
      at: at.ok ? at.value : instantOf(date, '11:00'),
      run: () => visit(office, randomOf(office.world.seed, 'visit', date, i), date),
    }
  })
}

async function visit(office: Office, random: Random, date: LocalDate): Promise<void> {
  const firm = random.chance(0.5) ? random.pick(office.firms) : null
  const plan = firm?.plan ?? random.pick(office.register.enterprises)
  // What a person of the simulation finds is told apart from what a visitor of the demo writes.
  const finds = firm !== null && random.chance(0.4)
  const walker = finds || random.chance(0.5) ? 'sim.visitor' : 'visitor'
  const username = random.chance(0.5) ? walker : leadUsername(plan.area.code, true)
  const { api, accountId } = await office.people.get(username)
  const planned = await api.needs.visits.plan({
    commandId: randomUUID(),
    enterpriseId: office.register.enterpriseId(plan.uscc),
    campaignId: random.chance(0.7) ? await findCampaign(office) : null,
    date,
    form: random.weighted([
      ['on_site', 70],
      ['phone', 15],
      ['seminar', 10],
      ['video', 5],
    ] as const),
    visitorIds: [accountId],
    purpose: say(random, 'visitPurpose'),
    synthetic: true,
  })
  // What a visit finds becomes a need of a firm that can be asked afterwards.
  const findings = finds ? [findingOf(random, firm)] : []
  const { appeals } = await api.needs.visits.report({
    id: planned.id,
    rev: planned.rev,
    commandId: randomUUID(),
    summary: say(random, 'visitSummary'),
    metWith: plan.contactName,
    findings,
  })
  for (const { id } of appeals) await follow(office, id)
}

function findingOf(random: Random, firm: Firm) {
  const { road, area, chain } = firm.plan
  const need = writeNeed(random, pickCategory(random), { road, area: area.name, product: chain.product })
  const { title, text, nature, category, wanted } = need
  return { title, text, nature: nature === 'praise' ? ('suggestion' as const) : nature, category, wanted }
}

/** Visits of the next days, for whoever plays the visitor. */
async function planVisits(office: Office, present: EpochMs): Promise<void> {
  const random = randomOf(office.world.seed, 'planned visits')
  const { api, accountId } = await office.people.get('visitor')
  const campaignId = await findCampaign(office)
  for (let i = 0; i < 5; i++)
    await api.needs.visits.plan({
      commandId: randomUUID(),
      enterpriseId: office.register.enterpriseId(random.pick(office.firms).plan.uscc),
      campaignId,
      date: workDay(office, epochMs(present + (1 + i) * dayMs)),
      form: 'on_site',
      visitorIds: [accountId],
      purpose: say(random, 'visitPurpose'),
      synthetic: true,
    })
}

async function announceMeeting(office: Office, n: number, date: LocalDate): Promise<{ id: string; rev: number }> {
  const { people, register, world, firms } = office
  const area = areaPlans[n % areaPlans.length] ?? areaPlans[0]
  const guests = firms.filter((firm) => firm.plan.area === area).slice(0, 8)
  const { api, accountId } = await people.get(`lead${n + 1}`)
  return api.needs.meetings.announce({
    commandId: commandIdOf(world.seed, 'meeting', n),
    title: texts.meetings[n]?.title ?? '',
    date,
    time: '16:30',
    place: texts.meetings[n]?.place ?? '',
    areaId: register.areaId(area?.code ?? ''),
    hostId: accountId,
    enterpriseIds: guests.map(({ plan }) => register.enterpriseId(plan.uscc)),
    departmentIds: ['construction', 'commerce', 'human_resources', 'finance'].map((code) =>
      register.departmentId(code),
    ),
    items: (texts.meetings[n]?.items ?? []).map(({ title, text }, i) => ({
      title,
      text,
      enterpriseId: guests[i] ? register.enterpriseId(guests[i].plan.uscc) : null,
    })),
    synthetic: true,
  })
}

async function holdMeeting(office: Office, meeting: { id: string; rev: number }): Promise<void> {
  const { api } = await office.people.get('sim.lead1')
  const before = await api.needs.meetings.get({ id: meeting.id })
  const ownerId = office.register.departmentId('construction')
  await api.needs.meetings.hold({
    id: meeting.id,
    rev: before.rev,
    commandId: randomUUID(),
    minutes: texts.minutes,
    outcomes: before.items.map((item, i) => ({
      itemId: item.id,
      state: i === 0 ? 'settled' : 'open',
      outcome: texts.outcomes[i % texts.outcomes.length] ?? '',
      ownerId: i === 0 ? null : ownerId,
      due: i === 0 ? null : workDay(office, epochMs(office.now() + (10 + i * 9) * dayMs)),
    })),
  })
  const { items } = await api.needs.meetings.get({ id: meeting.id })
  for (const [i, item] of items.entries()) {
    if (i === 0 || i > 2 || !item.enterprise) continue
    const category = texts.meetings[0]?.items[i]?.category ?? null
    const raised = await api.needs.meetings.raise({
      id: meeting.id,
      itemId: item.id,
      rev: item.rev,
      commandId: randomUUID(),
      nature: 'help',
      category,
    })
    await follow(office, raised.id)
  }
}

/** A guide acts for a firm: offered, entrusted, begun; the older one is finished. */
async function openMandate(office: Office, n: number, finishes: boolean, present: EpochMs): Promise<void> {
  const { people, register, world, firms } = office
  const firm = firms[n]
  if (!firm) return
  const guide = await people.get('guide')
  const enterprise = await people.get(firm.username)
  const words = texts.mandates[n % texts.mandates.length]
  if (!words) return
  const offered = await guide.api.needs.mandates.offer({
    commandId: commandIdOf(world.seed, 'mandate', n),
    enterpriseId: register.enterpriseId(firm.plan.uscc),
    guideId: guide.accountId,
    intake: {
      matter: words.matter,
      details: words.details,
      contactName: firm.plan.contactName,
      contactPhone: firm.plan.phone,
    },
    synthetic: true,
  })
  const { id } = offered
  const from = localDateOf(office.now())
  const to = localDateOf(epochMs(present + 25 * dayMs))
  const form = { scope: words.scope, from, to, signatory: firm.plan.contactName, freeAndVoluntary: true } as const
  const accepted = await enterprise.api.needs.mandates.move({
    id,
    move: { move: 'accept', commandId: randomUUID(), rev: offered.rev, form },
  })
  const started = await guide.api.needs.mandates.move({
    id,
    move: { move: 'start', commandId: randomUUID(), rev: accepted.rev },
  })
  if (!finishes) return
  const at = workTime(office, epochMs(office.now() + 6 * dayMs), '17:00')
  office.queue.add({
    at,
    run: async () => {
      await guide.api.needs.mandates.move({
        id,
        move: {
          move: 'finish',
          commandId: randomUUID(),
          rev: started.rev,
          form: { results: words.results, handedOver: [] },
        },
      })
    },
  })
}

/** Runs something of the agenda; a refusal spoils it, not the day. */
export async function attempt(office: Office, what: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    office.onRefused(what, error)
  }
}
