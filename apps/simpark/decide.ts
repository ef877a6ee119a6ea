import { addDays, addWorkingTime, dayKind, instantOf, localDateOf, type Calendar } from '@tingzhou/calendar'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Case, Detail, MoveWish, Step, Who } from './case.ts'
import type { Hold } from './holds.ts'
import { randomOf, type Random } from './random.ts'
import { say, sayContact, sayReply, sayReturn, type ReplyResult } from './words.ts'

/** What deciding needs to know of the world. */
export type World = {
  readonly seed: string
  readonly calendar: Calendar
  /** 1: office time; more: time runs so many times faster and the office never closes. */
  readonly speed: number
  /** Where a case is left for a visitor of the demo; null: nowhere. */
  readonly holdOf: (key: string) => Hold | null
  /** Since when the zone lives in the present. */
  readonly present: EpochMs
  /** How long, counted from the present, a case that is left for a visitor is left. */
  readonly holdMs: number
  /** Departments that have officers beside their head. */
  readonly officersOf: (departmentId: string) => readonly string[]
}

const minute = 60
const hour = 3_600
const dayMs = 86_400_000
// Office hours of a day.
const officeDaySeconds = 8 * 3_600

// Shares out of 1 of what goes otherwise than it should. Own guesses of an office's life.
const odds = {
  lateIntake: 0.04,
  lateSign: 0.05,
  lateContact: 0.03,
  astray: 0.06,
  astrayAgain: 0.15,
  wrongReturn: 0.025,
  assigned: 0.6,
  asks: 0.13,
  answersQuestion: 0.85,
  extends: 0.07,
  extensionGranted: 0.75,
  late: 0.075,
  overrules: 0.1,
  urges: 0.05,
  notes: 0.05,
  supervises: 0.025,
  withdraws: 0.02,
  rejected: 0.06,
  gateActs: 0.6,
  unreached: 0.12,
  notSolved: 0.08,
  stubborn: 0.02,
  partly: 0.1,
  ratesLater: 0.3,
  reviews: 0.025,
} as const

/**
 * What happens next to a case and when; null when nobody of the simulation has anything to do with it any more.
 * The same case in the same state gives the same answer, so that a restart changes nothing. Pure.
 */
export function decide(world: World, subject: Case): Step | null {
  const { detail } = subject
  const hold = world.holdOf(subject.key)
  const step = decideFreely(world, subject, hold)
  if (!step || !hold || !isAt(hold, detail) || step.does.kind === 'look') return step
  const until = epochMs(Math.max(subject.since, world.present) + world.holdMs)
  return step.at >= until ? step : { at: until, does: step.does }
}

/** Whether the case has come to the place where it is left. */
function isAt(hold: Hold, detail: Detail): boolean {
  const { state, nextStep } = detail
  switch (hold) {
    case 'assist':
      return state === 'handling' && detail.assists.some((assist) => assist.state === 'open')
    case 'extension':
      return state === 'handling' && detail.extensions.some((extension) => extension.state === 'asked')
    case 'replied':
      return state === 'replied' && nextStep === 'quality'
    case 'list':
    case 'strike_off':
      return nextStep === hold
    case 'callback':
      return state === 'callback' && nextStep === 'callback'
    case 'handling':
      return state === 'handling' && detail.assists.every((assist) => assist.state !== 'open')
    case 'registered':
    case 'dispatched':
    case 'signed':
    case 'returned':
    case 'waiting':
      return state === hold
  }
}

function decideFreely(world: World, subject: Case, hold: Hold | null): Step | null {
  switch (subject.detail.state) {
    case 'registered':
      return whenRegistered(world, subject, hold)
    case 'dispatched':
      return whenDispatched(world, subject, hold)
    case 'returned':
      return inOffice(world, subject, 'judge', 20 * minute, 3 * hour, { kind: 'judge' })
    case 'signed':
      return whenSigned(world, subject)
    case 'handling':
      return whenHandling(world, subject, hold)
    case 'waiting':
      return whenWaiting(world, subject)
    case 'replied':
      return whenReplied(world, subject)
    case 'callback':
      return whenCallback(world, subject, hold)
    case 'closed':
      return whenClosed(world, subject)
    // A follower gets its own callback once its leader is closed; a parent closes with its children.
    case 'merged':
    case 'split':
      return { at: later(subject.since, (2 * dayMs) / Math.max(1, world.speed)), does: { kind: 'look' } }
    case 'draft':
    case 'declined':
    case 'archived':
    case 'withdrawn':
      return null
  }
}

/** Dice of a case in its round, for one question. */
const dice = (world: World, { key, detail }: Case, question: string): Random =>
  randomOf(world.seed, key, question, detail.orders.length, detail.callbacks.length)

const later = (from: EpochMs, ms: number): EpochMs => epochMs(Math.round(from + ms))

/** When somebody gets to it: so many seconds of office time after `from`. */
function soon(world: World, from: EpochMs, seconds: number): EpochMs {
  if (world.speed > 1) return later(from, (seconds * 1_000) / world.speed)
  const at = addWorkingTime(world.calendar, from, seconds)
  return at.ok ? at.value : later(from, seconds * 3_000)
}

/** A point between two instants, moved into office hours. */
function between(world: World, from: EpochMs, to: EpochMs, share: number): EpochMs {
  const span = (to - from) * share
  if (world.speed > 1) return later(from, span / world.speed)
  const at = addWorkingTime(world.calendar, later(from, span), 60)
  return at.ok && at.value > from ? at.value : later(from, Math.max(span, 60_000))
}

function inOffice(
  world: World,
  subject: Case,
  question: string,
  leastSeconds: number,
  mostSeconds: number,
  does: Step['does'],
): Step {
  const seconds = dice(world, subject, `when ${question}`).int(leastSeconds, mostSeconds)
  return { at: soonFor(world, subject, seconds), does }
}

// Danger and supply are worked on day and night, and faster.
const haste = { P0: 16, P1: 6 } as const

function soonFor(world: World, { detail, since }: Case, seconds: number): EpochMs {
  if (detail.class !== 'P0' && detail.class !== 'P1') return soon(world, since, seconds)
  return later(since, (seconds * 1_000) / haste[detail.class] / Math.max(1, world.speed))
}

const act = (who: Who, move: MoveWish, evidence = false): Step['does'] => ({ kind: 'move', who, move, evidence })

const orderOf = ({ detail }: Case) => detail.orders.toSorted((a, b) => a.round - b.round).at(-1)

function whenRegistered(world: World, subject: Case, hold: Hold | null): Step {
  const random = dice(world, subject, 'intake')
  const { enterprise } = subject.detail
  if (enterprise && !hold && random.chance(odds.withdraws))
    return inOffice(
      world,
      subject,
      'withdraw',
      10 * minute,
      40 * minute,
      act(firm(subject), {
        move: 'withdraw',
        reason: say(random, 'withdraw'),
      }),
    )
  const late = !hold && random.chance(odds.lateIntake)
  return late
    ? inOffice(world, subject, 'late intake', 8.5 * hour, 12 * hour, { kind: 'intake' })
    : inOffice(world, subject, 'intake', 6 * minute, 100 * minute, { kind: 'intake' })
}

const firm = ({ detail }: Case): Who => ({ role: 'firm', enterpriseId: detail.enterprise?.id ?? '' })

/** Who of the owner acts: the officer who has it, else the head. */
function ownerOf(world: World, subject: Case): Who {
  const order = orderOf(subject)
  const departmentId = order?.owner.id ?? ''
  const officers = world.officersOf(departmentId)
  return order?.assignee && officers.includes(order.assignee.id)
    ? { role: 'officer', departmentId }
    : { role: 'head', departmentId }
}

const headOf = (subject: Case): Who => ({ role: 'head', departmentId: orderOf(subject)?.owner.id ?? '' })

function whenDispatched(world: World, subject: Case, hold: Hold | null): Step {
  const random = dice(world, subject, 'sign')
  const order = orderOf(subject)
  const mayReturn = order?.returnUntil != null && order.ruleNumber === null
  const astray = goesAstray(world, subject.key, order?.round ?? 1)
  const unwilling = !hold && order?.round === 1 && random.chance(odds.wrongReturn)
  if ((mayReturn && astray) || (order?.returnUntil != null && unwilling)) {
    const step = inOffice(
      world,
      subject,
      'return',
      15 * minute,
      90 * minute,
      act(headOf(subject), {
        move: 'return',
        ...sayReturn(random),
      }),
    )
    if (step.at < (order?.returnUntil ?? 0)) return step
  }
  const sign = act(headOf(subject), { move: 'sign' })
  const late = !hold && random.chance(odds.lateSign)
  return late
    ? inOffice(world, subject, 'late sign', 4.5 * hour, 7 * hour, sign)
    : inOffice(world, subject, 'sign', 8 * minute, 150 * minute, sign)
}

/**
 * Whether a case is first sent to a department that it does not belong to, and, the second time, given back once more.
 * @param round  of the order
 */
export function goesAstray(world: Pick<World, 'seed' | 'holdOf'>, key: string, round: number): boolean {
  if (round === 1 && world.holdOf(key) === 'returned') return true
  return round <= 2 && randomOf(world.seed, key, 'astray', round).chance(round === 1 ? odds.astray : odds.astrayAgain)
}

function whenSigned(world: World, subject: Case): Step {
  const random = dice(world, subject, 'contact')
  const order = orderOf(subject)
  const officers = world.officersOf(order?.owner.id ?? '')
  const [accountId] = officers
  if (order && !order.assignee && accountId !== undefined && random.chance(odds.assigned))
    return inOffice(
      world,
      subject,
      'assign',
      5 * minute,
      40 * minute,
      act(headOf(subject), {
        move: 'assign',
        accountId,
        reason: say(random, 'assign'),
      }),
    )
  const contact = act(ownerOf(world, subject), { move: 'contact', ...sayContact(random) })
  return random.chance(odds.lateContact)
    ? inOffice(world, subject, 'late contact', 9 * hour, 14 * hour, contact)
    : inOffice(world, subject, 'contact', 20 * minute, 4 * hour, contact)
}

function whenHandling(world: World, subject: Case, hold: Hold | null): Step {
  const { detail } = subject
  if (detail.nextStep === 'meeting') {
    const move = { move: 'hold_meeting', minutes: say(dice(world, subject, 'meeting'), 'meeting') } as const
    return inOffice(world, subject, 'meeting', 5 * hour, 14 * hour, act({ role: 'supervisor' }, move))
  }
  const steps = [
    ...assistSteps(world, subject),
    ...supervisionSteps(world, subject),
    ...extensionSteps(world, subject, hold),
    ...asideSteps(world, subject),
    mainStep(world, subject, hold),
  ]
  return steps.reduce((first, step) => (step.at < first.at ? step : first))
}

function assistSteps(world: World, subject: Case): Step[] {
  return subject.detail.assists
    .filter((assist) => assist.state === 'open')
    .map((assist) => {
      const random = dice(world, subject, `assist ${assist.department.name}`)
      const who: Who = { role: 'head', departmentId: assist.department.id }
      const overruled = random.chance(odds.overrules)
      const does = overruled
        ? act(ownerOf(world, subject), { move: 'overrule', assistId: assist.id, reason: say(random, 'overrule') })
        : act(who, { move: 'opinion', assistId: assist.id, text: say(random, 'opinion'), fileIds: [] })
      const seconds = overruled ? random.int(10 * hour, 16 * hour) : random.int(1 * hour, 9 * hour)
      return { at: soon(world, subject.since, seconds), does }
    })
}

function supervisionSteps(world: World, subject: Case): Step[] {
  const { detail } = subject
  const open = detail.supervisions.filter((supervision) => supervision.closedAt === null)
  return open.flatMap((supervision): Step[] => {
    const random = dice(world, subject, `supervision ${supervision.level}`)
    if (supervision.answer === null && orderOf(subject)) {
      const text = say(random, 'supervisionAnswer')
      const move = { move: 'answer_supervision', supervisionId: supervision.id, text } as const
      return [
        {
          at: soon(world, supervisionStart(subject, supervision.openedAt), random.int(1 * hour, 5 * hour)),
          does: act(headOf(subject), move),
        },
      ]
    }
    return []
  })
}

const supervisionStart = (subject: Case, openedAt: number): EpochMs => epochMs(Math.max(openedAt, subject.since))

function extensionSteps(world: World, subject: Case, hold: Hold | null): Step[] {
  const { detail } = subject
  const random = dice(world, subject, 'extension')
  const order = orderOf(subject)
  const asked = detail.extensions.find((extension) => extension.state === 'asked')
  if (asked) {
    const approve = random.chance(odds.extensionGranted)
    const reason = say(random, approve ? 'extensionYes' : 'extensionNo')
    const does = act({ role: 'supervisor' }, { move: 'decide_extension', approve, reason })
    return [{ at: soon(world, subject.since, random.int(30 * minute, 5 * hour)), does }]
  }
  const due = order?.dueResultAt ?? null
  if (!order || due === null || order.originalDueResultAt !== due || detail.extensions.length > 0) return []
  if (hold !== 'extension' && !random.chance(odds.extends)) return []
  const until = Math.round(due + (due - order.dispatchedAt) * 0.6)
  const start = epochMs(order.dispatchedAt)
  const at = between(world, start, epochMs(due), hold === 'extension' ? 0.15 : 0.6 + random.next() * 0.25)
  if (at >= due || at < subject.since) return []
  const does = act(ownerOf(world, subject), { move: 'ask_extension', until, reason: say(random, 'extension') })
  return [{ at: epochMs(Math.max(at, subject.since + 60_000)), does }]
}

/** Urging, a note, attention of the supervisor: at most one of them in a round, told by what the case already shows. */
function asideSteps(world: World, subject: Case): Step[] {
  const { detail } = subject
  const random = dice(world, subject, 'aside')
  if (detail.supervisions.length > 0 || !orderOf(subject)) return []
  if (!random.chance(odds.supervises)) return []
  const move = { move: 'supervise', level: 1, reason: say(random, 'supervise') } as const
  return [{ at: soon(world, subject.since, random.int(4 * hour, 10 * hour)), does: act({ role: 'supervisor' }, move) }]
}

/** Asking the applicant, or replying. */
function mainStep(world: World, subject: Case, hold: Hold | null): Step {
  const { detail } = subject
  const random = dice(world, subject, 'work')
  const order = orderOf(subject)
  const paused = detail.segments.some((segment) => segment.kind === 'paused')
  if (!paused && (hold === 'waiting' || (!hold && random.chance(odds.asks))))
    return inOffice(
      world,
      subject,
      'ask',
      40 * minute,
      5 * hour,
      act(ownerOf(world, subject), {
        move: 'ask_applicant',
        question: say(random, 'ask'),
      }),
    )
  const { title } = detail
  const result = resultOf(random, detail, hold)
  const text = sayReply(random, result, title)
  const move: MoveWish = { move: 'reply', result, text, measures: say(random, 'measures'), fileIds: [] }
  const does = act(ownerOf(world, subject), move, result === 'resolved' || random.chance(0.3))
  const openAssist = detail.assists.some((assist) => assist.state === 'open')
  return { at: replyAt(world, subject, order, hold, openAssist), does }
}

function replyAt(
  world: World,
  subject: Case,
  order: ReturnType<typeof orderOf>,
  hold: Hold | null,
  openAssist: boolean,
): EpochMs {
  const random = dice(world, subject, 'reply')
  const due = order?.dueResultAt ?? null
  const from = subject.since
  const quick = soonFor(world, subject, random.int(30 * minute, 2.5 * hour))
  // With an opinion still open the reply waits for it.
  if (openAssist) return later(soon(world, from, 20 * hour), 5 * dayMs)
  // The quality gate is open for one working day only: such a reply comes on the last one before the present.
  if (hold === 'replied') return epochMs(Math.max(quick, lastAfternoon(world)))
  if (hold || !order || due === null || due <= from) return quick
  const start = epochMs(order.dispatchedAt)
  const share = random.chance(odds.late)
    ? 1.03 + random.next() * 0.3
    : random.weighted([
        [0.08 + random.next() * 0.25, 55],
        [0.3 + random.next() * 0.4, 32],
        [0.7 + random.next() * 0.22, 13],
      ])
  const aroundTheClock = subject.detail.class === 'P0' || subject.detail.class === 'P1'
  const at = aroundTheClock
    ? later(start, ((due - start) * share) / Math.max(1, world.speed))
    : between(world, start, epochMs(due), share)
  return at > quick ? at : quick
}

/** Five in the afternoon of the last workday that had one before the present. */
function lastAfternoon({ calendar, present }: World): EpochMs {
  for (let date = localDateOf(present); ; date = addDays(date, -1)) {
    const at = instantOf(date, '17:00')
    const kind = dayKind(calendar, date)
    if (!kind.ok || (kind.value === 'work' && at < present)) return at
  }
}

function resultOf(random: Random, { nature }: Detail, hold: Hold | null): ReplyResult {
  if (hold === 'list') return 'planned'
  if (nature === 'consult') return random.chance(0.9) ? 'explained' : 'resolved'
  if (nature === 'suggestion')
    return random.weighted([
      ['resolved', 45],
      ['planned', 25],
      ['explained', 30],
    ] as const)
  if (nature === 'praise') return 'explained'
  return random.weighted([
    ['resolved', 78],
    ['partly', 10],
    ['explained', 7],
    ['planned', 5],
  ] as const)
}

function whenWaiting(world: World, subject: Case): Step {
  const random = dice(world, subject, 'supplement')
  if (!subject.detail.enterprise || !random.chance(odds.answersQuestion)) return look(world, subject)
  const text = say(random, 'supplement')
  return inOffice(
    world,
    subject,
    'supplement',
    1 * hour,
    12 * hour,
    act(
      firm(subject),
      {
        move: 'supplement',
        text,
        fileIds: [],
      },
      random.chance(0.4),
    ),
  )
}

/** Nobody acts: what is due next will move the case by itself. */
function look(world: World, { since, detail }: Case): Step {
  const due = detail.clock?.dueAt
  const passes = soon(world, since, officeDaySeconds)
  return { at: later(epochMs(Math.max(due ?? passes, since)), hour * 1_000), does: { kind: 'look' } }
}

function whenReplied(world: World, subject: Case): Step {
  const { detail } = subject
  const random = dice(world, subject, 'gate')
  if (detail.nextStep === 'list') {
    const owner = orderOf(subject)?.owner ?? detail.owner
    const reviewDate = addDays(localDateOf(subject.since), random.int(60, 150))
    return inOffice(
      world,
      subject,
      'list',
      1 * hour,
      6 * hour,
      act(
        { role: 'supervisor' },
        {
          move: 'list_planned',
          plan: say(random, 'plan'),
          ownerId: owner?.id ?? '',
          reviewDate,
        },
      ),
    )
  }
  const gate = leadOf(subject, random)
  const rejectedBefore = detail.replies.some((reply) => reply.rejectedReason !== null)
  if (!rejectedBefore && orderOf(subject) && random.chance(odds.rejected))
    return inOffice(
      world,
      subject,
      'reject',
      30 * minute,
      4 * hour,
      act(gate, {
        move: 'reject_reply',
        reason: say(random, 'reject'),
      }),
    )
  // Otherwise the reply passes by itself after a working day.
  if (!random.chance(odds.gateActs)) return look(world, subject)
  return inOffice(
    world,
    subject,
    'pass',
    20 * minute,
    4 * hour,
    act(gate, { move: 'pass_reply', words: say(random, 'pass') }),
  )
}

function leadOf({ detail }: Case, random: Random): Who {
  return detail.area ? { role: 'lead', areaId: detail.area.id, deputy: random.chance(0.35) } : { role: 'dispatcher' }
}

function whenCallback(world: World, subject: Case, hold: Hold | null): Step {
  const { detail } = subject
  const random = dice(world, subject, 'callback')
  if (detail.nextStep === 'strike_off') {
    const lead = leadOf(subject, random)
    const who: Who = lead.role === 'lead' ? lead : { role: 'supervisor' }
    return inOffice(
      world,
      subject,
      'strike',
      15 * minute,
      4 * hour,
      act(who, {
        move: 'strike_off',
        words: say(random, 'strike'),
      }),
    )
  }
  const who: Who = { role: 'callback' }
  const last = detail.callbacks.toSorted((a, b) => a.at - b.at).at(-1)
  const from = last && !last.reached ? nextHalfDay(epochMs(Math.max(last.at, subject.since))) : subject.since
  const at = soon(world, from, random.int(20 * minute, 3.5 * hour))
  if (hold !== 'strike_off' && random.chance(odds.unreached))
    return { at, does: act(who, { move: 'callback', ...unanswered, words: say(random, 'unreached') }) }
  const solved = solvedOf(world, subject, random, hold)
  const rating = random.chance(0.68) ? ratingOf(random, solved) : null
  const words = say(random, solved === 'no' ? 'callbackNo' : solved === 'partly' ? 'callbackPartly' : 'callbackYes')
  return {
    at,
    does: act(who, { move: 'callback', reached: true, contacted: random.chance(0.97), solved, rating, words }),
  }
}

const unanswered = { reached: false, contacted: null, solved: null, rating: null } as const

/** Attempts are made on different half-days, parted at the noon break. */
function nextHalfDay(from: EpochMs): EpochMs {
  const date = localDateOf(from)
  const noon = instantOf(date, '14:00')
  return from < noon ? noon : instantOf(addDays(date, 1), '00:00')
}

function solvedOf(world: World, subject: Case, random: Random, hold: Hold | null): 'yes' | 'partly' | 'no' {
  if (hold === 'strike_off') return 'yes'
  // A few matters are not solved again and again.
  const stubborn = randomOf(world.seed, subject.key, 'stubborn').chance(odds.stubborn)
  if (stubborn && subject.detail.reopenCount < 3) return 'no'
  const again = subject.detail.reopenCount > 0
  return random.weighted([
    ['yes', 1 - odds.partly - odds.notSolved],
    ['partly', odds.partly],
    ['no', again ? 0.04 : odds.notSolved],
  ] as const)
}

function ratingOf(random: Random, solved: 'yes' | 'partly' | 'no'): number {
  if (solved === 'yes')
    return random.weighted([
      [5, 56],
      [4, 32],
      [3, 9],
      [2, 2],
      [1, 1],
    ] as const)
  if (solved === 'partly')
    return random.weighted([
      [4, 25],
      [3, 50],
      [2, 25],
    ] as const)
  return random.weighted([
    [3, 15],
    [2, 50],
    [1, 35],
  ] as const)
}

function whenClosed(world: World, subject: Case): Step | null {
  const { detail } = subject
  if (!detail.enterprise || detail.planned?.state === 'open') return null
  const random = dice(world, subject, 'after')
  if (detail.reopenCount === 0 && detail.solved !== null && random.chance(odds.reviews))
    return inOffice(
      world,
      subject,
      'review',
      16 * hour,
      48 * hour,
      act(firm(subject), {
        move: 'review',
        facts: say(random, 'review'),
        fileIds: [],
      }),
    )
  if (detail.rating !== null || !random.chance(odds.ratesLater)) return null
  const rating = ratingOf(random, detail.solved ?? 'yes')
  return inOffice(world, subject, 'rate', 1 * hour, 16 * hour, act(firm(subject), { move: 'rate', rating, words: '' }))
}
