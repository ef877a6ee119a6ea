import { randomUUID } from 'node:crypto'
import type { Case, MoveWish } from './case.ts'
import { goesAstray } from './decide.ts'
import type { Office } from './office.ts'
import { randomOf, type Random } from './random.ts'
import { areaPlans, officeOfArea } from './zone.ts'
import { say, sayDecline, sayReply, secondMatter } from './words.ts'

const odds = { answers: 0.65, declines: 0.025, splits: 0.025 } as const
// From here on two texts are the same matter.
const sameMatter = 0.8
const unclassified = '1199'
// Others lead nobody any more, or follow somebody themselves.
const mergeable = new Set<string>(['registered', 'dispatched', 'signed', 'handling', 'waiting'])

type Suggestions = Awaited<
  ReturnType<Awaited<ReturnType<Office['people']['get']>>['api']['needs']['appeals']['suggestions']>
>

/** The dispatcher registers a need: category and class put right, then merged, answered, declined, split or sent on. */
export async function intake(office: Office, subject: Case): Promise<void> {
  const { api } = await office.people.get('dispatcher')
  const { id, nature } = subject.detail
  const random = randomOf(office.world.seed, subject.key, 'dispatcher')
  let suggestions = await api.needs.appeals.suggestions({ id })
  const category =
    office.meant.get(subject.key) ?? subject.detail.category ?? suggestions.categories[0]?.code ?? unclassified
  const urgency = classOf(random, category, nature)
  let { rev } = subject.detail
  if (category !== subject.detail.category || urgency !== subject.detail.class) {
    const { areaId, sensitive } = { areaId: subject.detail.area?.id ?? null, sensitive: subject.detail.sensitive }
    const moved = await api.needs.appeals.move({
      id,
      move: { move: 'classify', commandId: randomUUID(), rev, category, nature, class: urgency, areaId, sensitive },
    })
    rev = moved.rev
    if (category !== subject.detail.category) suggestions = await api.needs.appeals.suggestions({ id })
  }
  const move = choose(office, subject, random, category, suggestions)
  await api.needs.appeals.move({ id, move: { ...move, commandId: randomUUID(), rev } })
}

function classOf(random: Random, category: string, nature: Case['detail']['nature']): Case['detail']['class'] {
  if (category === '0902') return 'P0'
  if (nature === 'consult') return 'P4'
  if (/^040[2-6]/.test(category) && (nature === 'report' || nature === 'complaint')) return 'P1'
  return /^(02|0106|0604|0801|0504)/.test(category) && random.chance(0.5) ? 'P3' : 'P2'
}

function choose(office: Office, subject: Case, random: Random, category: string, suggestions: Suggestions): MoveWish {
  const { detail, key } = subject
  const held = office.world.holdOf(key) !== null
  const [likely] = suggestions.duplicates
  if (!held && likely && likely.score >= sameMatter && mergeable.has(likely.state))
    return { move: 'merge', leaderId: likely.id, reason: say(random, 'merge') }
  const [article] = suggestions.articles
  if (!held && detail.nature === 'consult' && article && article.score > 0.2 && random.chance(odds.answers))
    return { move: 'answer', articleId: article.id, text: sayReply(random, 'explained', detail.title) }
  if (!held && detail.nature === 'complaint' && !category.startsWith('04') && random.chance(odds.declines * 3))
    return { move: 'decline', ...sayDecline(random) }
  if (!held && detail.parent === null && detail.nature !== 'praise' && random.chance(odds.splits))
    return {
      move: 'split',
      parts: [
        { title: detail.title, text: detail.text, category },
        { title: secondMatter, text: `${secondMatter}: ${detail.text}`.slice(0, 4_000), category },
      ],
    }
  return sendOn(office, subject, suggestions)
}

function sendOn(office: Office, subject: Case, { routing }: Suggestions): MoveWish {
  const { key, detail } = subject
  const proper = routing?.owner?.id ?? fallbackOf(office, subject)
  const assistantIds = (routing?.assistants ?? []).map(({ id }) => id).filter((id) => id !== proper)
  const urgency = routing?.class ? { class: routing.class } : {}
  if (detail.class !== 'P0' && goesAstray(office.world, key, 1))
    return {
      move: 'dispatch',
      ownerId: otherThan(office, key, proper),
      assistantIds: [],
      note: '',
      ruleNumber: null,
      ruleVersion: null,
    }
  return {
    move: 'dispatch',
    ownerId: proper,
    assistantIds,
    note: '',
    ruleNumber: routing?.ruleNumber ?? null,
    ruleVersion: routing?.ruleVersion ?? null,
    ...urgency,
  }
}

const fallbackOf = ({ register }: Office, { detail }: Case): string => {
  const area = areaPlans.find(({ code }) => register.areaId(code) === detail.area?.id)
  return register.departmentId(officeOfArea.get(area?.code ?? areaPlans[0]?.code ?? '') ?? '')
}

// Departments to which a need is sent by mistake: those whose names sound like everything.
const mistaken = ['service_hall', 'commerce', 'development_reform', 'construction', 'human_resources']

function otherThan({ register, world }: Office, key: string, proper: string): string {
  const others = mistaken.map((code) => register.departmentId(code)).filter((id) => id !== proper)
  return randomOf(world.seed, key, 'mistaken').pick(others)
}

/** The dispatcher judges a return: to the right department, or back to the one that gave it away; twice given away, all decide. */
export async function judge(office: Office, subject: Case): Promise<void> {
  const { api } = await office.people.get('dispatcher')
  const { id, rev, nextStep } = subject.detail
  const random = randomOf(office.world.seed, subject.key, 'judge', subject.detail.orders.length)
  const { routing } = await api.needs.appeals.suggestions({ id })
  const proper = routing?.owner?.id ?? fallbackOf(office, subject)
  const order = subject.detail.orders.toSorted((a, b) => a.round - b.round).at(-1)
  const move: MoveWish =
    nextStep === 'joint'
      ? { move: 'decide_jointly', ownerId: proper, minutes: say(random, 'joint') }
      : order?.owner.id === proper && order.ruleNumber !== null
        ? { move: 'refuse_return', reason: say(random, 'refuse') }
        : { move: 'accept_return', ownerId: proper, assistantIds: [], note: say(random, 'accept') }
  await api.needs.appeals.move({ id, move: { ...move, commandId: randomUUID(), rev } })
}
