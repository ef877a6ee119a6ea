import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Input } from '@tingzhou/bpmn'
import type { EpochMs } from '@tingzhou/kernel'
import type { Vars, Verb } from '@tingzhou/process'
import { enter, type Books } from './books.ts'
import type { Command, Sight } from './commands.ts'
import { pickVars, stable, type Offer } from './hosts.ts'
import type { Answer, Seat } from './processes.ts'
import { people, type Kind } from './world.ts'

/** What a worker is given: its process, its own chance, the drawings, the books and the shared list of open cases. */
export type WorkerTools = {
  readonly seat: Seat
  readonly random: () => number
  readonly clock: () => EpochMs
  readonly kinds: readonly Kind[]
  readonly books: Books
  readonly cases: { open: readonly { readonly id: string; readonly status: string }[] }
  readonly until: () => boolean
}

const openMax = 80
const ownShare = 0.6
const [repeatShare, reuseShare, staleShare] = [0.06, 0.01, 0.04]
const downMs = 100

/** Asks for one command after the other until the time is over; a command under way at a kill is asked for again. */
export async function work(tools: WorkerTools): Promise<void> {
  const { seat, books, until } = tools
  let pending: Command | null = null
  let counted: Command | null = null
  while (!until()) {
    try {
      const command: Command | null = pending ?? (await decide(tools))
      if (!command) continue
      pending = command
      const answer = await seat.ask(command)
      pending = null
      enter(books, command, answer)
    } catch {
      if (pending && pending !== counted) books.underWay++
      counted = pending
      await sleep(downMs)
    }
  }
}

const pick = <T>(random: () => number, from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]

async function decide(tools: WorkerTools): Promise<Command | null> {
  const { seat, random, books, cases, kinds, clock } = tools
  const chance = random()
  if (chance < repeatShare + reuseShare) {
    const old = pick(random, books.acknowledged.slice(-2_000))
    if (old) await (chance < repeatShare ? repeat(seat, books, old) : reuse(seat, books, old))
    return null
  }
  const accountId = pick(random, people) ?? ''
  if (random() < (cases.open.length < openMax ? 0.2 : 0.04)) {
    const own = random() < ownShare
    const kind = pick(
      random,
      kinds.filter(({ key }) => key.startsWith('soak-') === own),
    )
    return kind
      ? { op: 'start', commandId: randomUUID(), accountId, key: kind.key, vars: startVars(kind.offer, random, clock()) }
      : null
  }
  const one = pick(random, cases.open)
  if (!one) return sleep(downMs).then(() => null)
  const sight = (await seat.ask({ op: 'look', instanceId: one.id })).body as Sight | null
  const offer = kinds.find(({ key }) => key === sight?.key)?.offer ?? {}
  return sight ? actOn(sight, accountId, offer, random, clock()) : null
}

/** Asks again for what was acknowledged: the answer must be the same. */
export async function repeat(
  seat: Seat,
  books: Books,
  { command, answer }: { readonly command: Command; readonly answer: Answer },
): Promise<void> {
  const again = await seat.ask(command)
  books.repeats++
  if (stable(again) !== stable(answer))
    books.changed.push(`${JSON.stringify(command)}: ${JSON.stringify(answer)} then ${JSON.stringify(again)}`)
}

/** An id that was used for something else is refused. */
async function reuse(seat: Seat, books: Books, { command }: { readonly command: Command }): Promise<void> {
  const other: Command = {
    op: 'start',
    commandId: command.commandId,
    accountId: command.accountId,
    key: 'soak-gates',
    vars: { reused: true },
  }
  const answer = await seat.ask(other)
  if (answer.status !== 409 || (answer.body as { kind: string }).kind !== 'command_reused')
    books.changed.push(`an id used twice: ${JSON.stringify(answer)}`)
}

const rooms = ['A', 'B', null] as const

const startVars = (offer: Offer, random: () => number, now: EpochMs): Vars => ({
  ...pickVars(offer, random, now, 0.9),
  loud: random() < 0.5,
  quick: random() < 0.5,
  room: pick(random, rooms) ?? null,
  ...pickVars(own, random, now, 0.8),
})

const later = (random: () => number, now: number) => Math.round(now + (1 + random() * 90) * 60_000)
const own: Offer = {
  dueAt: later,
  lateAt: later,
  callLateAt: later,
  people: (random) => Array.from({ length: Math.floor(random() * 5) }, (_, index) => `p${index}`),
}

/** One of the things that can be asked about a case as it stands; some of them no longer fit when they arrive. */
function actOn(sight: Sight, accountId: string, offer: Offer, random: () => number, now: EpochMs): Command | null {
  const { instanceId, status } = sight
  const commandId = randomUUID()
  const rev = sight.rev - (random() < staleShare ? 1 : 0)
  const feed = (input: Input): Command => ({ op: 'feed', commandId, accountId, instanceId, rev, input })
  const admin = (verb: Extract<Command, { op: 'admin' }>['verb']): Command => ({
    op: 'admin',
    commandId,
    accountId,
    instanceId,
    verb,
  })
  const reason = 'soak'
  if (status === 'suspended')
    return random() < 0.8 ? admin({ verb: 'resume', reason }) : admin({ verb: 'terminate', reason })
  if (status === 'failed') {
    const token = pick(
      random,
      sight.tokens.filter(({ state }) => state === 'active'),
    )
    if (!token || random() < 0.1) return admin({ verb: 'terminate', reason })
    const tokenId = token.id
    return random() < 0.5
      ? admin({ verb: 'retry', tokenId, reason })
      : admin({ verb: 'skip', tokenId, vars: {}, reason })
  }
  const chance = random()
  if (chance < 0.02) return admin({ verb: 'suspend', reason })
  if (chance < 0.03) return admin({ verb: 'terminate', reason })
  if (chance < 0.09 && sight.key === 'soak-gates') {
    const [from, to] = sight.version === 1 ? ['after', 'after_v2'] : ['after_v2', 'after']
    return admin({ verb: 'migrate', toVersion: 3 - sight.version, nodeMap: { [from]: to }, reason })
  }
  if (chance < 0.16)
    return feed({
      kind: 'set_vars',
      vars: { ...pickVars(offer, random, now, 0.4), ...pickVars(own, random, now, 0.4) },
    })
  if (chance < 0.18) return feed({ kind: 'signal', name: 'alarm', vars: {} })
  const subscription = pick(random, sight.subscriptions)
  if (subscription && chance < 0.27)
    return feed({
      kind: subscription.kind,
      name: subscription.name,
      vars: pickVars(offer, random, now, 0.3),
      ...(subscription.kind === 'message' && subscription.correlationKey !== null
        ? { correlationKey: subscription.correlationKey }
        : {}),
    } as Input)
  const task = pick(
    random,
    sight.tasks.filter(({ state }) => state === 'open' || state === 'held'),
  )
  if (chance < 0.6 || !task) {
    if (task && task.mainTaskId === null)
      return feed({ kind: 'complete', taskId: task.id, vars: answerOf(task.outcomes, offer, random, now) })
  }
  // Now and then something that is over: the rules must say so.
  const target = task ?? (random() < 0.2 ? pick(random, sight.tasks) : undefined)
  if (!target) return null
  const verb = verbOn(sight, target, random)
  const about = sight.tasks.find(({ id }) => id === verb.taskId)
  // Mostly whoever has the task or answered it; else the rules have something to refuse.
  const whose = verb.verb === 'take_back' ? about?.closedBy : about?.assigneeId
  return { op: 'verb', commandId, accountId: whose && random() < 0.8 ? whose : accountId, verb }
}

function answerOf(outcomes: readonly string[], offer: Offer, random: () => number, now: EpochMs): Vars {
  const outcome = pick(random, outcomes)
  return { ...pickVars(offer, random, now, 0.3), ...(outcome === undefined ? {} : { outcome }) }
}

/** A verb of casework on a task. */
function verbOn(sight: Sight, task: Sight['tasks'][number], random: () => number): Verb {
  const taskId = task.id
  const reason = 'soak'
  const to = pick(random, people) ?? ''
  if (task.mainTaskId !== null) return { verb: 'sign', taskId, agrees: random() < 0.7, words: reason }
  if (task.delegatedBy !== null && random() < 0.7) return { verb: 'give_back', taskId, words: reason }
  const answered = sight.tasks.find(({ state, closedBy }) => state === 'done' && closedBy !== null)
  const signs = sight.tasks.filter((other) => other.mainTaskId === taskId && ['open', 'held'].includes(other.state))
  const siblings = sight.tasks.filter((other) => other.nodeId === task.nodeId && other.state === 'open')
  const passed =
    random() < 0.7 ? sight.tasks.filter(({ state }) => state === 'done').map(({ nodeId }) => nodeId) : sight.visited
  const toNodeId = pick(random, passed) ?? 'start'
  const also = random() < 0.2 ? sight.tokens.slice(0, 1).map(({ id }) => id) : []
  const verbs: readonly Verb[] = [
    { verb: 'claim', taskId },
    { verb: 'release', taskId },
    { verb: 'transfer', taskId, to, reason },
    { verb: 'delegate', taskId, to, reason },
    { verb: 'add_sign', taskId, to, when: random() < 0.5 ? 'before' : 'after', reason },
    { verb: 'drop_sign', taskId, signId: (pick(random, signs) ?? pick(random, siblings))?.id ?? taskId, reason },
    { verb: 'return', taskId, toNodeId, also, reason },
    { verb: 'return', taskId, toNodeId, also, reason },
    ...(answered ? [{ verb: 'take_back' as const, taskId: answered.id, reason }] : []),
    { verb: 'urge', taskId, words: reason },
    { verb: random() < 0.5 ? 'suspend' : 'terminate', taskId, reason },
  ]
  // Mostly what the drawing allows; without a policy that is little.
  const policy = task.policy.length > 0 ? task.policy : ['claim', 'release', 'urge']
  const allowed = random() < 0.9 ? verbs.filter(({ verb }) => policy.includes(verb)) : verbs
  return pick(random, allowed) ?? { verb: 'claim', taskId }
}
