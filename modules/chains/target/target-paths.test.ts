import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Choice } from '@tingzhou/bpmn'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { caseZone, cleanWalk, dueAtOf, nameOfChoice, shippedDefinition, walkPaths } from '@tingzhou/casework/testing'
import { flushBatch, newBatch, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { loadCatalogue } from '../catalogue/load.ts'
import '../reach.ts'
import { makeMove } from './moves.ts'
import { openTarget } from './open.ts'
import { targetHost } from './process.ts'
import type { Move, MoveName } from './target-contract.ts'
import { ownerIn } from './testing.ts'
import { workingStates } from './words.ts'

// A Monday at ten in Beijing.
const start = epochMs(Date.UTC(2026, 2, 2, 2))
const hour = 3_600_000

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

it('every path of a target is run on rows by the moves of its people, and leaves nothing behind', async () => {
  const definition = await shippedDefinition('modules/chains/processes/target.bpmn')
  const clocks = { dueAt: start + 40 * hour, remindAt: start + 10 * hour, stepAt: start + 20 * hour }

  const report = await walkPaths(test.db, {
    definition,
    now: start,
    start: [{ outcome: null, parkedFrom: null, ...clocks, lateAt: start + 41 * hour, lookAt: start + 30 * hour }],
    // What every move says of where it began.
    choices: Object.fromEntries(workingStates.map((state) => [`at_${state}`, [{ parkedFrom: state }]])),
    begin,
    act,
    // The real days of steps and deadlines are later than those of the path: on the way to one another may ring.
    mayRepeat: (flow) => /^f_(?:remind|step_due|late|tell_owner|look|look_again)_/.test(flow),
  })

  expect(report).toEqual(cleanWalk)
}, 300_000)

/** A zone with the catalogue; a target opened by hand. */
async function begin() {
  const cases = await caseZone(test.database, start, (ports) => [targetHost(ports)])
  const { zoneId, deps, now } = cases
  const { db } = test
  await loadCatalogue(db, zoneId, now())
  const ownerId = await ownerIn(db, zoneId, 'chain_officer', now())
  const officer: Actor = {
    accountId: ownerId,
    name: 'officer',
    kind: 'person',
    lang: 'zh-CN',
    memberships: [{ role: 'chain_officer', partyId: null }],
  }
  const day = (days: number) => addDays(localDateOf(now()), days)
  const objectId = await db.transaction().execute(async (tx) => {
    const batch = newBatch()
    const wish = { lineKey: null, chain: 'C13', product: 'P1301', ownerId, deadline: day(30), goal: '', firmId: null }
    const opened = await openTarget(tx, deps, officer, { ...wish, step: 'S', stepDay: day(3), synthetic: true }, batch)
    assert(opened.ok, `a target is opened: ${JSON.stringify(opened)}`)
    await flushBatch(tx, batch)
    return opened.value.id
  })
  const firmId = newId()
  await db
    .insertInto('chain_outside')
    .values({
      zone_id: zoneId,
      id: firmId,
      name: '合成区外企业',
      country: 'CN',
      lon: null,
      lat: null,
      industry: null,
      synthetic: true,
      created_at: new Date(now()) as never,
      created_by: 'test',
      updated_at: new Date(now()) as never,
      updated_by: 'test',
    })
    .execute()
  const move = async (name: MoveName, fields: object = {}) => {
    const { rev } = await db
      .selectFrom('chain_target')
      .select('rev')
      .where('zone_id', '=', zoneId)
      .where('id', '=', objectId)
      .executeTakeFirstOrThrow()
    // The test writes the fields of the move that it names.
    const asked = { commandId: newId(), rev, move: name, ...fields } as unknown as Move
    const made = await makeMove(deps, officer, objectId, asked)
    assert(made.ok, `${name}: ${JSON.stringify(made)}`)
  }
  return { zone: cases, zoneId, objectKind: 'chain_target', objectId, firmId, day, move }
}

type Walker = Awaited<ReturnType<typeof begin>>

/** Does what the path says: by a move, or by time. */
async function act(walker: Walker, choice: Choice): Promise<void> {
  if (choice.kind === 'timer') {
    const due = await dueAtOf(test.db, walker, choice.nodeId)
    // It has rung on the way to a later one.
    if (due !== null) await walker.zone.moveTo(due)
    return
  }
  const known = moves[nameOfChoice(choice)] ?? common[outcomeOf(choice)]
  assert(known, `somebody does ${nameOfChoice(choice)}`)
  const [name, fields] = known
  await walker.move(name, fields(walker))
}

const outcomeOf = (choice: Choice): string => nameOfChoice(choice).split(' ').at(-1) ?? ''

type Known = readonly [move: MoveName, fields: (walker: Walker) => object]
const proved = ({ day }: Walker) => ({ day: day(0), words: '', fileIds: [], step: 'S', stepDay: day(3) })

/** Which move does what the path says. */
const moves: Readonly<Record<string, Known>> = {
  'complete at_idea contact': ['contact', (walker) => ({ ...proved(walker), whom: 'W', firmId: null })],
  'complete at_contacted visit': ['visit', (walker) => ({ ...proved(walker), whom: 'W' })],
  'complete at_visited sign': ['sign', (walker) => ({ ...proved(walker), firmId: walker.firmId, amountFen: 1 })],
  'complete at_signed start': ['start', (walker) => ({ ...proved(walker), site: 'P' })],
  'complete at_started produce': ['produce', (walker) => ({ ...proved(walker), capacity: 1 })],
}
const common: Readonly<Record<string, Known>> = {
  park: ['park', ({ day }) => ({ reason: '停', lookDay: day(1) })],
  resume: ['resume', ({ day }) => ({ reason: '行', deadline: day(30), step: 'S', stepDay: day(3) })],
  drop: ['drop', () => ({ reason: '不做' })],
}
