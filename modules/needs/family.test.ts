import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantOf } from '@tingzhou/calendar'
import { epochMs, localDate } from '@tingzhou/kernel'
import { problemOf, startTestServer, type TestServer } from '@tingzhou/server/testing'
import { httpZone } from './testing-http.ts'
import screen from './web/locales/zh-CN.json' with { type: 'json' }

const dayMs = 86_400_000
let server: TestServer
let zone: Awaited<ReturnType<typeof httpZone>>
let now: number = instantOf(localDate('2026-03-02'), '10:00')

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await httpZone(server)
})
afterAll(() => server.close())

const merge = (id: string, leaderId: string) =>
  zone.tryMove(id, zone.people.dispatcher, 'merge', { leaderId, reason: '同一停电事件' })
const callBack = (id: string, solved: string, rating: number) =>
  zone.move(id, zone.people.caller, 'callback', { reached: true, contacted: true, solved, rating, words: '' })
const close = async (id: string) => {
  await zone.move(id, zone.people.lead, 'pass_reply', { words: '' })
  await callBack(id, 'yes', 5)
  await zone.move(id, zone.people.lead, 'strike_off', { words: '' })
  await server.relay.settle()
}

describe('merged appeals', () => {
  it('each get the leader’s reply and a callback of their own', async () => {
    const { people } = zone
    const leader = await zone.raise({ title: '主单' })
    const followers = [
      await zone.raise({ title: '甲的从单' }),
      await zone.raise({ title: '乙的从单' }, people.otherFirm),
    ]
    for (const id of followers)
      expect(await merge(id, leader)).toMatchObject({ status: 200, body: { state: 'merged' } })
    await zone.workUp(leader)
    await zone.reply(leader, '线路已修复')
    await server.relay.settle()

    for (const id of followers)
      expect(await zone.read(id)).toMatchObject({ state: 'merged', replies: [{ text: '线路已修复' }] })
    expect((await zone.read(followers[1] ?? '', people.otherFirm)).replies).toHaveLength(1)

    await close(leader)
    for (const id of followers) expect(await zone.read(id)).toMatchObject({ state: 'callback', closingNo: null })
    expect(await callBack(followers[0] ?? '', 'yes', 4)).toBe('callback')
    expect(await zone.move(followers[0] ?? '', people.lead, 'strike_off', { words: '' })).toBe('closed')
    // What was not solved for one goes on for this one alone.
    expect(await callBack(followers[1] ?? '', 'no', 1)).toBe('registered')
    expect(await zone.read(leader)).toMatchObject({ state: 'closed' })
  })

  it('get every reply of a leader that went round again', async () => {
    const leader = await zone.raise()
    const follower = await zone.raise()
    await merge(follower, leader)
    await zone.workUp(leader)
    await zone.reply(leader, '第一次')
    await server.relay.settle()
    await zone.move(leader, zone.people.lead, 'reject_reply', { reason: '未说明原因' })
    now += 3_600_000
    await zone.reply(leader, '第二次')
    await server.relay.settle()

    expect((await zone.read(follower)).replies.map(({ text }: { text: string }) => text)).toEqual(['第一次', '第二次'])
  })

  it('are taken apart until the leader is closed, each with its own clock and receipt', async () => {
    const leader = await zone.raise()
    const follower = await zone.raise()
    const { receivedAt, clock } = await zone.read(follower)
    await merge(follower, leader)
    expect((await zone.read(follower)).clock).toBeNull()
    now += dayMs / 2
    expect(await zone.move(follower, zone.people.dispatcher, 'unmerge', { reason: '并非同一事件' })).toBe('registered')

    expect(await zone.read(follower)).toMatchObject({ receivedAt, mergedInto: null, clock: { dueAt: clock.dueAt } })
    await merge(follower, leader)
    await zone.workUp(leader)
    await zone.reply(leader)
    await close(leader)
    expect(await zone.tryMove(follower, zone.people.dispatcher, 'unmerge', { reason: '太晚了' })).toMatchObject({
      status: 409,
      body: { kind: 'not_in_state' },
    })
  })

  it('are refused in the words of an appeal, whatever others call a state of theirs', async () => {
    const id = await zone.raise()
    const { power } = zone.departments
    await zone.move(id, zone.people.dispatcher, 'dispatch', { ownerId: power, assistantIds: [], note: '' })
    await zone.move(id, zone.people.officer, 'sign')
    const { status, body } = await zone.tryMove(id, zone.people.officer, 'sign')
    expect([status, body.detail]).toEqual([409, expect.stringContaining(`“${screen.state.signed}”`)])
  })

  it('hang on an open appeal that hangs on none itself', async () => {
    const [leader, follower, third] = [await zone.raise(), await zone.raise(), await zone.raise()]
    await merge(follower, leader)
    await zone.move(third, zone.people.firm, 'withdraw', { reason: '已解决' })
    const last = await zone.raise()

    for (const [target, rule] of [
      [last, 'another appeal'],
      [follower, 'an open appeal that is not merged itself'],
      [third, 'an open appeal that is not merged itself'],
      [crypto.randomUUID(), 'an existing appeal'],
    ] as const)
      expect(problemOf(await merge(last, target))).toMatchObject({
        status: 422,
        kind: 'bad_leader',
        errors: [{ field: 'leaderId', value: target, rule }],
      })
    expect(await zone.read(last)).toMatchObject({ state: 'registered', mergedInto: null })
    expect(problemOf(await merge(leader, last))).toMatchObject({
      kind: 'bad_leader',
      errors: [{ rule: 'merged only when no other appeal hangs on this one' }],
    })
  })
})

describe('a split appeal', () => {
  it('gives its children its receipt, and is struck off with the last of them', async () => {
    const { people } = zone
    const id = await zone.raise({ title: '停电又停水' })
    const { receivedAt } = await zone.read(id)
    now += 3_600_000
    await zone.move(id, people.dispatcher, 'split', {
      parts: [
        { title: '停电', text: '每天两次', category: '0402' },
        { title: '停水', text: '水压不足', category: '0403' },
      ],
    })
    const { children } = await zone.read(id)
    expect(children).toHaveLength(2)
    for (const child of children)
      expect(await zone.read(child.id, people.firm)).toMatchObject({
        state: 'registered',
        receivedAt,
        no: expect.stringMatching(/^SQ/),
        parent: { id },
      })

    const [first, second] = children.map((child: { id: string }) => child.id)
    await zone.workUp(first)
    await zone.reply(first)
    await close(first)
    expect(await zone.read(id)).toMatchObject({ state: 'split', closingNo: null })
    await zone.move(second, people.firm, 'withdraw', { reason: '水压已恢复' })
    await server.relay.settle()

    expect(await zone.read(id)).toMatchObject({ state: 'closed', closingNo: expect.stringMatching(/^XH/) })
  })

  it('is not split into a category that does not exist, and nothing is left of it', async () => {
    const id = await zone.raise()

    const refused = await zone.tryMove(id, zone.people.dispatcher, 'split', {
      parts: [
        { title: '甲', text: '甲', category: '0402' },
        { title: '乙', text: '乙', category: '9999' },
      ],
    })

    expect(problemOf(refused)).toMatchObject({ status: 422, errors: [{ field: 'parts.1.category', value: '9999' }] })
    expect(await zone.read(id)).toMatchObject({ state: 'registered', children: [] })
  })
})

describe('a repeated need', () => {
  it('points at the one of the same enterprise and category that was closed within ninety days', async () => {
    const { people } = zone
    const raise = async (category: string, client = people.otherFirm) => {
      const id = await zone.raise({ title: '又断网', category }, client)
      await server.relay.settle()
      return id
    }
    const first = await raise('0407')
    await zone.workUp(first)
    await zone.reply(first)
    await zone.move(first, people.otherLead, 'pass_reply', { words: '' })
    await callBack(first, 'yes', 5)
    await zone.move(first, people.otherLead, 'strike_off', { words: '' })
    now += 10 * dayMs
    const again = await raise('0407')
    const others = [await raise('0403'), await raise('0407', people.firm)]
    const { rev } = await zone.read(again)
    now += 90 * dayMs
    const late = await raise('0407')

    expect(await zone.read(again)).toMatchObject({ repeatOf: { id: first }, rev: 1 })
    expect(rev).toBe(1)
    for (const id of [...others, late]) expect(await zone.read(id)).toMatchObject({ repeatOf: null })
  })
})
