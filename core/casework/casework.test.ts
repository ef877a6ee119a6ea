import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { partiesThatReach } from '@tingzhou/access'
import { readHistory, verifyHistory } from '@tingzhou/audit'
import { createCalendarStore } from '@tingzhou/calendar'
import { flushBatch, newId, openDatabase, repoRoot, type Db } from '@tingzhou/db'
import { prepareImage, testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { createDefinitionStore, feed, loadInstance, makeVerb } from '@tingzhou/process'
import { orphansIn } from '@tingzhou/process/testing'
import { closeDossier, columnValue } from './close.ts'
import { openDossier } from './dossier.ts'
import { caseHost, runtimeOf } from './host.ts'
import { makeMove, offerMoves } from './move.ts'
import { caseNotices } from './notices.ts'
import { messageCase } from './told.ts'
import { drawingOf, readTrail } from './trail.ts'
import { loanKind, loanMovable, loanPlay, loanTables, moveLoan, standOf, type LoanMove } from './testing-loan.ts'
import { loanZone } from './testing-loan-zone.ts'

// Monday, 2 March 2026, 10:00 in the zone.
const start = epochMs(1_772_416_800_000)
const dayMs = 86_400_000

let test: TestDatabase
let zone: Awaited<ReturnType<typeof loanZone>>
beforeAll(async () => {
  test = await testDatabase()
  await test.database.exec(loanTables)
})
beforeEach(async () => {
  zone = await loanZone(test.database, start)
})
afterAll(() => test.database.close())

const lend = { move: 'lend', days: 5 } as const
const eventsOf = (db: Db, zoneId: string, objectId: string) =>
  db
    .selectFrom('outbox')
    .select(['type', 'data', 'to_parties as to'])
    .where('zone_id', '=', zoneId)
    .where('object_id', '=', objectId)
    .where('type', 'like', 'lending.%')
    .orderBy('seq')
    .execute()
const linesOf = async (id: string) =>
  (await readHistory(test.db, zone.zoneId, id)).map(({ verb, data, public: isPublic }) => ({ verb, data, isPublic }))

describe('a step', () => {
  it('writes row, process, history, events and reach of a new case', async () => {
    const id = await zone.ask()

    expect(await zone.row(id)).toMatchObject({ state: 'asked', rev: 1, next_step: 'answer', terms: { days: 0 } })
    expect(await linesOf(id)).toEqual([{ verb: 'ask', data: { from: null, to: 'asked' }, isPublic: true }])
    expect(await eventsOf(test.db, zone.zoneId, id)).toEqual([
      { type: 'lending.loan_moved', data: { tool: 'drill', state: 'asked' }, to: Object.values(zone.parties) },
    ])
    const ways = await partiesThatReach(test.db, zone.zoneId, 'loan', id)
    expect(ways.toSorted((a, b) => (a.relation < b.relation ? -1 : 1))).toEqual([
      { partyId: zone.parties.firmId, relation: 'enterprise' },
      { partyId: zone.parties.lenderId, relation: 'pool' },
    ])
  })

  it('changes only what differs, raises the revision by one, and says from which state to which', async () => {
    const id = await zone.ask()

    const moved = await zone.move(id, zone.people.lender, lend)

    expect(moved).toEqual({ id, state: 'lent', rev: 2 })
    expect(await zone.row(id)).toMatchObject({
      terms: { days: 5 },
      due_at: start + 5 * dayMs,
      next_step: 'give_back',
      updated_by: zone.people.lender.accountId,
    })
    expect((await linesOf(id)).at(-1)).toEqual({
      verb: 'lend',
      data: { days: 5, from: 'asked', to: 'lent' },
      isPublic: true,
    })
  })

  it('of a timer is the zone’s own, at its node', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.lender, lend)

    await zone.moveTo(epochMs(start + 6 * dayMs))

    const reminded = (await readHistory(test.db, zone.zoneId, id)).at(-1)
    expect(reminded).toMatchObject({ verb: 'remind', actorId: 'system', node: 'late', at: start + 5 * dayMs, data: {} })
    expect(await zone.row(id)).toMatchObject({ state: 'lent', updated_by: 'system', rev: 3 })
  })

  it('keeps what stands beside the row, read under its lock', async () => {
    for (const tool of ['drill', 'saw']) await zone.move(await zone.ask(tool), zone.people.lender, lend)
    const third = await zone.ask('ladder')

    expect(await zone.tryMove(third, zone.people.lender, lend)).toEqual({
      ok: false,
      error: { kind: 'too_many', openLoans: 2, rule: 'at most 2' },
    })
    await zone.move(third, zone.people.firm, { move: 'note', words: 'we come at noon' })

    const notes = await test.db.selectFrom('casework_loan_note').select('words').where('loan_id', '=', third).execute()
    expect(notes).toEqual([{ words: 'we come at noon' }])
    expect((await linesOf(third)).map(({ verb }) => verb)).toEqual(['ask', 'note'])
  })

  it('names for whom somebody speaks, and hides a line that is not for applicants', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.counter, { move: 'note', words: 'by telephone' })
    await zone.move(id, zone.people.lender, { move: 'decline', words: 'in use' })

    const all = await readTrail(test.db, zone.zoneId, id)
    const open = await readTrail(test.db, zone.zoneId, id, { publicOnly: true })
    expect(all.rows.map(({ verb, onBehalfOf }) => [verb, onBehalfOf])).toEqual([
      ['ask', null],
      ['note', zone.parties.firmId],
      ['decline', null],
    ])
    expect(all.rows.at(-1)).toMatchObject({ reason: 'in use', from: 'asked', to: 'declined', actor: 'dept_officer' })
    expect(open.rows.map(({ verb }) => verb)).toEqual(['ask', 'note'])
    expect((await readTrail(test.db, zone.zoneId, id, { limit: 2 })).next).toBe(2)
  })

  it('keeps who did a task, and takes the state of a case that is stopped from outside', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.lender, lend)
    await test.db.transaction().execute(async (tx) => {
      const dossier = await openDossier(tx, zone.deps, loanKind, id, { by: 'event', type: 'test' })
      assert(dossier?.instanceId, 'the loan has a process')
      const host = caseHost(zone.deps, loanPlay)
      await feed(tx, runtimeOf(zone.deps), host, dossier, dossier.instanceId, () => ({
        kind: 'terminate',
        reason: 'a mistake',
      }))
      await flushBatch(tx, dossier.batch)
    })

    const tasks = await test.db
      .selectFrom('process_task')
      .select(['node_id', 'closed_by'])
      .where('business_id', '=', id)
      .where('state', '=', 'done')
      .execute()
    expect(tasks).toEqual([{ node_id: 'answer', closed_by: zone.people.lender.accountId }])
    expect(await zone.row(id)).toMatchObject({ state: 'declined', next_step: null })
    expect((await linesOf(id)).at(-1)).toMatchObject({ verb: 'stopped', data: { from: 'lent', to: 'declined' } })
    expect(await orphansIn(test.db, zone.zoneId)).toEqual([])
  })
})

describe('a verb of casework', () => {
  const verb = async (id: string, asked: 'claim' | 'suspend') => {
    const task = await test.db
      .selectFrom('process_task')
      .select('id')
      .where('business_id', '=', id)
      .executeTakeFirstOrThrow()
    const deps = { db: test.db, runtime: runtimeOf(zone.deps), hosts: zone.hosts }
    const ask = asked === 'claim' ? ({ verb: asked } as const) : ({ verb: asked, reason: 'stocktaking' } as const)
    const done = await makeVerb(deps, zone.people.lender, newId(), { ...ask, taskId: task.id })
    assert(done.ok, `${asked}: ${JSON.stringify(done)}`)
  }

  it('brings the row in line, whether or not it moved the process, and stands once in the history', async () => {
    const id = await zone.ask()

    await verb(id, 'claim')
    expect(await zone.row(id)).toMatchObject({ keeper: zone.people.lender.accountId, state: 'asked', rev: 2 })
    await verb(id, 'suspend')

    expect((await zone.row(id)).rev).toBe(3)
    expect((await linesOf(id)).map((line) => line.verb)).toEqual(['ask', 'process.claim', 'process.suspend'])
  })
})

describe('a dossier', () => {
  it('is closed once: what came later would be lost', async () => {
    const id = await zone.ask()

    await expect(
      test.db.transaction().execute(async (tx) => {
        const dossier = await openDossier(tx, zone.deps, loanKind, id, { by: 'event', type: 'test' })
        assert(dossier, 'the loan is there')
        closeDossier(dossier)
        closeDossier(dossier)
      }),
    ).rejects.toThrow(`the dossier of loan ${id} is closed once`)
  })

  it('writes documents as jsonb and instants as timestamps', () => {
    const values = ['terms', 'due_at', 'valid_until', 'period_from', 'rev', 'from'] as const

    const written = values.map((name) => columnValue(name, 1, ['terms']).compile(test.db).sql)

    expect(written).toEqual(['$1::jsonb', ...Array(3).fill('$1::timestamptz'), '$1', '$1'])
    expect(columnValue('terms', null, ['terms']).compile(test.db).sql).toBe('null')
  })
})

describe('a command', () => {
  it('that is repeated gives the first answer; the same id for another content is refused', async () => {
    const id = await zone.ask()
    const once = { rev: 1, commandId: newId() }

    const first = await zone.tryMove(id, zone.people.lender, lend, once)
    const again = await zone.tryMove(id, zone.people.lender, lend, once)
    const other = await zone.tryMove(id, zone.people.lender, { ...lend, days: 6 }, once)

    expect(first).toEqual({ ok: true, value: { id, state: 'lent', rev: 2 } })
    expect(again).toEqual(first)
    expect(other).toEqual({ ok: false, error: { kind: 'command_reused', commandId: once.commandId } })
    expect((await zone.row(id)).rev).toBe(2)
  })

  it('on an older revision is refused with the present one and the state', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.firm, { move: 'note', words: 'soon' })

    expect(await zone.tryMove(id, zone.people.lender, lend, { rev: 1 })).toEqual({
      ok: false,
      error: { kind: 'stale_revision', expected: 1, actual: 2, state: 'asked' },
    })
  })

  it('is done once by two at once; a move that looks at no revision by both', async () => {
    const id = await zone.ask()

    const answers = await Promise.all([
      zone.tryMove(id, zone.people.lender, lend, { rev: 1 }),
      zone.tryMove(id, zone.people.lender, { move: 'decline', words: 'no' }, { rev: 1 }),
    ])
    const notes = await Promise.all(
      ['a', 'b'].map((words) => zone.tryMove(id, zone.people.firm, { move: 'note', words }, { rev: 1 })),
    )

    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.kind)).toSorted()).toEqual(['ok', 'stale_revision'])
    const isOpen = (await zone.row(id)).state === 'lent'
    expect(notes.map(({ ok }) => ok)).toEqual([isOpen, isOpen])
    expect((await zone.row(id)).rev).toBe(isOpen ? 4 : 2)
    expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
  })

  it('whose rule says no leaves nothing, and may be asked again with the same id', async () => {
    const id = await zone.ask()
    const once = { rev: 1, commandId: newId() }
    const before = await zone.row(id)

    const refused = await zone.tryMove(id, zone.people.lender, { ...lend, days: 31 }, once)

    expect(refused).toMatchObject({ ok: false, error: { kind: 'too_long', field: 'days', value: 31 } })
    expect(await zone.row(id)).toEqual(before)
    expect(await zone.tryMove(id, zone.people.lender, lend, once)).toMatchObject({ ok: true })
  })
})

describe('a move', () => {
  it('in the wrong state is refused with the states in which it begins', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.lender, lend)

    expect(await zone.tryMove(id, zone.people.lender, lend)).toEqual({
      ok: false,
      error: { kind: 'not_in_state', move: 'lend', state: 'lent', rule: 'asked', states: ['asked'] },
    })
  })

  it('that somebody may not make is refused with the reason; to a stranger the case does not exist', async () => {
    const id = await zone.ask()

    expect(await zone.tryMove(id, zone.people.firm, lend)).toEqual({
      ok: false,
      error: { kind: 'not_allowed', move: 'lend', reason: 'lender_only' },
    })
    for (const nobody of [await zone.tryMove(id, zone.people.stranger, lend), await moveNowhere()])
      expect(nobody).toEqual({ ok: false, error: { kind: 'not_found' } })
    expect((await zone.row(id)).rev).toBe(1)
  })

  const moveNowhere = async () => {
    const known = await zone.ask()
    const { people, deps } = zone
    return moveLoan(
      deps,
      people.lender,
      known.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
      {
        ...lend,
        rev: 1,
        commandId: newId(),
      },
    )
  }

  it('asks the state first where what somebody is follows from it', async () => {
    const id = await zone.ask()
    const asked = { move: 'give_back', rev: 1, commandId: newId() } as const

    const personFirst = await makeMove(zone.deps, zone.people.lender, loanMovable, id, asked)
    const stateFirst = await makeMove(zone.deps, zone.people.lender, { ...loanMovable, stateFirst: true }, id, asked)

    expect([personFirst, stateFirst].map((one) => !one.ok && one.error.kind)).toEqual(['not_allowed', 'not_in_state'])
  })

  it('may be worded by the module', async () => {
    const id = await zone.ask()
    const worded = {
      ...loanMovable,
      wording: () => ({ kind: 'too_many', openLoans: 0, rule: 'the module’s own words' }) as const,
    }

    const refused = await makeMove(zone.deps, zone.people.firm, worded, id, { ...lend, rev: 1, commandId: newId() })

    expect(refused).toMatchObject({ error: { kind: 'too_many' } })
  })

  it('is offered with a reason when it is not possible', async () => {
    const id = await zone.ask()
    const row = await zone.row(id)
    const offers = (actor: keyof typeof zone.people, shows?: 'all' | 'here', nodes = ['answer']) =>
      Object.fromEntries(
        offerMoves(
          { ...loanMovable, ...(shows ? { shows } : {}) },
          standOf(zone.people[actor], row),
          row,
          new Set(nodes),
        ).map(({ move, reason }) => [move, reason]),
      )

    expect(offers('lender')).toEqual({ lend: null, decline: null, extend: 'not_in_state', note: null })
    expect(offers('firm')).toEqual({
      lend: 'lender_only',
      decline: 'lender_only',
      give_back: 'not_in_state',
      note: null,
    })
    expect(offers('firm', 'here')).toEqual({ lend: 'lender_only', decline: 'lender_only', note: null })
    expect(offers('lender', 'all')).toMatchObject({ give_back: 'firm_only', extend: 'not_in_state' })
    expect(offers('lender', 'here', [])).toEqual({ lend: 'not_reached', decline: 'not_reached', note: null })
  })

  it('that only sets variables moves the timer with them', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.lender, lend)
    await zone.move(id, zone.people.lender, { move: 'extend', days: 9 })

    expect((await zone.row(id)).due_at).toBe(start + 9 * dayMs)
    await zone.moveTo(epochMs(start + 8 * dayMs))
    expect((await linesOf(id)).map(({ verb }) => verb)).toEqual(['ask', 'lend', 'extend'])
  })
})

describe('a message', () => {
  const lose = (id: string) =>
    test.db.transaction().execute((tx) =>
      messageCase(tx, zone.deps, loanPlay, id, { name: 'lost', from: 'lending.tool_lost' }, (dossier) => {
        dossier.said.push({ verb: 'lost' })
        return {}
      }),
    )

  it('moves the case that waits for it', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.lender, lend)

    expect(await lose(id)).toBe('heard')
    expect(await zone.row(id)).toMatchObject({ state: 'lost', due_at: null })
    expect((await linesOf(id)).at(-1)).toMatchObject({ verb: 'lost', data: { from: 'lent', to: 'lost' } })
  })

  it('leaves alone a case that no longer waits, that never did, or that does not exist', async () => {
    const id = await zone.ask()
    expect(await lose(id)).toBe('left_alone')
    await zone.move(id, zone.people.lender, lend)
    await zone.move(id, zone.people.firm, { move: 'give_back' })
    const before = await zone.row(id)

    expect(await lose(id)).toBe('left_alone')
    expect(await lose(newId())).toBe('left_alone')
    expect(await zone.row(id)).toEqual(before)
    expect((await linesOf(id)).map(({ verb }) => verb)).toEqual(['ask', 'lend', 'give_back'])
  })

  it('for a suspended case changes nothing until it goes on', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.lender, lend)
    const set = (status: 'suspended' | 'active') =>
      test.db.updateTable('process_instance').set({ status }).where('business_id', '=', id).execute()
    await set('suspended')

    const before = await zone.row(id)
    expect(await lose(id)).toBe('suspended')
    expect(await zone.row(id)).toEqual(before)
    await set('active')
    expect(await lose(id)).toBe('heard')
  })
})

describe('what people see of a case', () => {
  it('is the drawing with its tokens and the nodes that were passed', async () => {
    const id = await zone.ask()
    await zone.move(id, zone.people.lender, lend)

    const drawing = await drawingOf(test.db, zone.zoneId, 'loan', id)

    expect(drawing).toMatchObject({ key: 'loan', version: 1, active: ['give_back'] })
    expect(drawing?.visited.toSorted()).toEqual(['answer', 'answered', 'start'])
    expect(await drawingOf(test.db, zone.zoneId, 'loan', newId())).toBeNull()
  })

  it('is a notice to each once, and to nobody about what is gone', async () => {
    const id = await zone.ask()
    const { firm, lender } = zone.people
    const handler = caseNotices({
      module: 'lending',
      zoneId: zone.zoneId,
      types: ['lending.loan_moved'],
      about: async (_tx, { objectId }) =>
        objectId === id ? { link: `/loans/${id}`, params: { tool: 'drill' } } : null,
      lines: () => [
        { key: 'asked', to: [lender.accountId, null, lender.accountId], needsMe: true },
        { key: 'sent', to: [firm.accountId], needsMe: false },
      ],
    })
    const tell = (objectId: string) =>
      test.db.transaction().execute((tx) =>
        handler.handle(tx, {
          position: 1,
          type: 'lending.loan_moved',
          objectKind: 'loan',
          objectId,
          at: start,
          data: {},
          to: [],
        }),
      )

    await tell(id)
    await tell(newId())

    const told = await test.db
      .selectFrom('notice')
      .select(['account_id', 'kind', 'needs_me', 'title_key', 'link'])
      .where('zone_id', '=', zone.zoneId)
      .orderBy('kind')
      .execute()
    const link = `/loans/${id}`
    expect(handler).toMatchObject({ name: 'lending.notify', types: ['lending.loan_moved'] })
    expect(told).toEqual([
      { account_id: firm.accountId, kind: 'lending.progress', needs_me: false, title_key: 'lending:sent', link },
      { account_id: lender.accountId, kind: 'lending.to_do', needs_me: true, title_key: 'lending:asked', link },
    ])
  })
})

/** What the killed server was doing. */
type Killed = { readonly zoneId: string; readonly id: string; readonly actor: Actor; readonly move: LoanMove }

describe('a server that is killed between two writes of a move', () => {
  it('leaves the case as it was; the same command is then done once', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-casework-'))
    const script = join(repoRoot(), 'core/casework/testing-killed.ts')
    const server = spawn(process.execPath, ['--import', 'tsx', script, dataDir, await prepareImage(), String(start)], {
      cwd: repoRoot(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said = await new Promise<string>((resolve) => {
      server.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))
      server.once('exit', () => resolve('nothing'))
    })
    // Its first write is done, the row, the process and the history are not.
    server.kill('SIGKILL')
    const { zoneId, id, actor, move } = JSON.parse(said) as Killed

    const { db, close } = await openDatabase({ dataDir })
    const row = await db.selectFrom('casework_loan').select(['state', 'rev', 'instance_id']).executeTakeFirstOrThrow()
    expect(row).toMatchObject({ state: 'asked', rev: 1 })
    expect((await partiesThatReach(db, zoneId, 'loan', id)).map(({ relation }) => relation).toSorted()).toEqual([
      'enterprise',
      'pool',
    ])
    expect((await readHistory(db, zoneId, id)).map(({ verb }) => verb)).toEqual(['ask'])
    expect(await eventsOf(db, zoneId, id)).toHaveLength(1)
    expect(await db.selectFrom('command').select('name').execute()).toEqual([{ name: 'lending.ask' }])
    const instance = await loadInstance(db, zoneId, row.instance_id ?? '')
    expect(instance?.state.tokens.map(({ nodeId }) => nodeId)).toEqual(['answer'])
    expect(await orphansIn(db, zoneId)).toEqual([])
    expect(await verifyHistory(db, zoneId)).toMatchObject({ faults: [] })

    const deps = {
      db,
      zoneId,
      newId,
      clock: () => start,
      calendar: createCalendarStore({ zoneId }),
      definitions: createDefinitionStore(zoneId),
    }
    const again = await moveLoan(deps, actor, id, move)
    expect(again).toEqual({ ok: true, value: { id, state: 'declined', rev: 2 } })
    expect(await moveLoan(deps, actor, id, move)).toEqual(again)
    expect((await readHistory(db, zoneId, id)).map(({ verb }) => verb)).toEqual(['ask', 'decline'])
    await close()
    rmSync(dataDir, { recursive: true, force: true })
  }, 180_000)
})
