import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { instantOf } from '@tingzhou/calendar'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { localDate } from '@tingzhou/kernel'
import { orphansIn } from '@tingzhou/process/testing'
import { findApplication } from './application-view.ts'
import { moveApplication } from './application-moves.ts'
import { findCampaign } from './campaign-view.ts'
import { keepHonour } from './honour.ts'
import { honourStatistics, listHonours } from './honour-view.ts'
import { listOf, readList, recomputeCampaign } from './list-store.ts'
import { reviewZone } from './testing.ts'

const start = instantOf(localDate('2026-03-02'), '10:00')
const day = (date: string, time: '00:00' | '09:00' | '14:00' = '09:00') => instantOf(localDate(date), time)

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

type Zone = Awaited<ReturnType<typeof reviewZone>>

const listed = async (zone: Zone) => {
  const { list_version: version } = await zone.campaign()
  const stored = await readList(test.db, zone.zoneId, zone.campaignId, version)
  return stored ? listOf(stored).rows : []
}
const recomputed = async (zone: Zone) => {
  const { list_version: listVersion } = await zone.campaign()
  return recomputeCampaign(test.db, zone.zoneId, { id: zone.campaignId, listVersion })
}
const kindOf = (result: { readonly ok: boolean; readonly error?: { readonly kind: string } }) =>
  result.ok ? 'ok' : result.error?.kind

describe('the whole loop', () => {
  it('goes from the application to the prize, with an objection that changes the list', async () => {
    const zone = await reviewZone(test.database, start, {
      modelMax: 2,
      goodMax: 1,
      prize: {
        poolFen: 10_000_01,
        leaderPct: 30,
        tiers: [
          { award: 'model', places: 2, weight: 3 },
          { award: 'good', places: 1, weight: 1 },
        ],
      },
    })
    const { people } = zone
    const best = await zone.enter({ team: '合成一班' })
    const next = await zone.enter({ team: '合成二班' })
    const other = await zone.enter(
      { team: '合成三班', enterpriseId: zone.enterprises.paper, departmentId: null },
      people.otherFirm,
    )
    expect(await zone.through(best, 96, 88, 84, 84)).toBe('scored')
    expect(await zone.through(next, 90, 90, 90, 90)).toBe('scored')
    expect(await zone.through(other, 99, 80, 80, 81)).toBe('scored')
    expect(await zone.row(best)).toMatchObject({ composite_centi: 8_760, prefecture_centi: 8_400 })
    expect(await zone.row(other)).toMatchObject({ prefecture_centi: 8_050, composite_centi: 8_405 })

    expect(await zone.run(people.office, 'close')).toBe('ranked')
    expect((await listed(zone)).map(({ no, award, prizeFen }) => [no, award, prizeFen])).toEqual([
      ['2026-002', 'model', 428_572],
      ['2026-001', 'model', 428_572],
      ['2026-003', 'good', 142_857],
    ])
    expect(await recomputed(zone)).toMatchObject({ same: true, version: 1 })
    const before = await findCampaign({ deps: zone.deps, actor: people.firm }, zone.campaignId)
    expect(before?.list).toBeNull()

    expect(await zone.run(people.office, 'publicise')).toBe('publicised')
    const { publicity_until: until } = await zone.campaign()
    expect(until).toBe(day('2026-03-09', '00:00') + 19.5 * 3_600_000)
    expect(await zone.run(people.otherFirm, 'object', { applicationId: next, words: '该班组发生过责任事故' })).toBe(
      'publicised',
    )
    const detail = await findCampaign({ deps: zone.deps, actor: people.office }, zone.campaignId)
    const objectionId = detail?.objections[0]?.id
    expect(
      await zone.run(people.office, 'decide_objection', {
        objectionId,
        outcome: 'upheld',
        effect: 'exclude',
        vetoItem: 'accident',
        adjustCenti: null,
        decision: '经查属实',
      }),
    ).toBe('publicised')
    expect((await listed(zone)).map(({ no, award, why }) => [no, award, why])).toEqual([
      ['2026-001', 'model', 'model'],
      ['2026-003', 'good', 'good'],
      ['2026-002', null, 'vetoed'],
    ])
    expect(await recomputed(zone)).toMatchObject({ same: true, version: 2 })

    await zone.moveTo(day('2026-03-10'))
    expect((await zone.campaign()).state).toBe('publicity_over')
    expect(kindOf(await zone.tryRun(people.firm, 'object', { applicationId: best, words: '过期' }))).toBe(
      'objection_late',
    )
    expect(kindOf(await zone.tryRun(people.otherOffice, 'confirm'))).toBe('not_allowed')
    expect(await zone.run(people.leader, 'publicise_again')).toBe('publicised')
    await zone.moveTo(day('2026-03-20'))
    expect(await zone.run(people.leader, 'confirm')).toBe('confirmed')
    expect(kindOf(await zone.tryRun(people.office, 'pay', { voucher: 'A-1', paidFen: 10_000_00 }))).toBe('prize_sum')
    expect(await zone.run(people.office, 'pay', { voucher: 'A-1', paidFen: 10_000_01 })).toBe('paid')

    const register = await listHonours({ deps: zone.deps, actor: people.firm }, { limit: 50 })
    expect(register.rows.map(({ team, award, stand, paid, validTo }) => [team, award, stand, paid, validTo])).toEqual([
      ['合成一班', 'model', 'valid', true, '2029-03-20'],
      ['合成三班', 'good', 'valid', true, '2029-03-20'],
    ])
    expect(register.rows.reduce((sum, { prizeFen }) => sum + prizeFen, 0)).toBe(10_000_01)
    expect(await honourStatistics({ deps: zone.deps, actor: people.firm })).toMatchObject({
      rounds: 1,
      models: 1,
      goods: 1,
      paidFen: 10_000_01,
    })
    expect(await recomputed(zone)).toMatchObject({ same: true, version: 2 })
    expect(await orphansIn(test.db, zone.zoneId)).toEqual([])
    expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
  })

  it('shows when what is stored was changed behind its back', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.through(id, 96, 88, 84, 84)
    await zone.run(zone.people.office, 'close')
    expect(await recomputed(zone)).toMatchObject({ same: true })

    await test.db
      .updateTable('review_score')
      .set({ marks: JSON.stringify(zone.marks(85)) })
      .where('application_id', '=', id)
      .where('reviewer_id', '=', zone.people.first.accountId)
      .execute()

    expect(await recomputed(zone)).toMatchObject({ same: false })
  })
})

describe('the prefecture', () => {
  it('asks a third reviewer when two are more than 10 points apart; the median counts', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    expect(await zone.through(id, 96, 88, 80, 90.01)).toBe('prefecture')
    const scored = await test.db
      .selectFrom('review_score')
      .select('reviewer_id')
      .where('application_id', '=', id)
      .where('level', '=', 'prefecture')
      .execute()
    expect(new Set(scored.map((one) => one.reviewer_id)).size).toBe(2)
    const third = await zone.askedReviewer(id)
    expect(scored.map((one) => one.reviewer_id)).not.toContain(third.accountId)

    await zone.score(id, third, 89)

    expect(await zone.row(id)).toMatchObject({ state: 'scored', prefecture_centi: 8_900 })
  })

  it('a panel that is too small for the team is told when the county recommends it', async () => {
    const zone = await reviewZone(test.database, start, { reviewers: 4 })
    const id = await zone.enter()
    await zone.submit(id)
    await zone.score(id, zone.people.county, 88)

    expect(await zone.tryMove(id, zone.people.lead, 'decide', { outcome: 'accept', reason: '' })).toMatchObject({
      error: { kind: 'panel_too_small', eligible: 3, needed: 4 },
    })
  })

  it('is content with two exactly 10 points apart', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()

    expect(await zone.through(id, 96, 88, 80, 90)).toBe('scored')
    expect(await zone.row(id)).toMatchObject({ prefecture_centi: 8_500 })
  })

  it('replaces a reviewer who steps back', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.through(id, 96, 88)
    const stepping = await zone.askedReviewer(id)
    await zone.move(id, stepping, 'recuse', { reason: '亲属在该班组' })
    await zone.score(id, await zone.askedReviewer(id), 84)
    expect((await zone.row(id)).state).toBe('prefecture')
    expect(kindOf(await zone.tryMove(id, stepping, 'score', { marks: zone.marks(84), reasons: zone.reasons }))).toBe(
      'recused',
    )

    await zone.score(id, await zone.askedReviewer(id), 85)

    expect(await zone.row(id)).toMatchObject({ state: 'scored', prefecture_centi: 8_450 })
  })

  it('a veto marked by a reviewer rules the team out, with the record', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.through(id, 96, 88, 84)
    await zone.score(id, await zone.askedReviewer(id), 84, { marks: { ...zone.marks(84), accident: 1 } })

    expect(await zone.row(id)).toMatchObject({ state: 'vetoed', vetoes: ['accident'] })
  })

  it('hides the other score until the own one is given, and both from the enterprise', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.through(id, 96, 88)
    const first = await zone.askedReviewer(id)
    await zone.score(id, first, 84)
    const second = await zone.askedReviewer(id)
    const seen = async (actor: typeof second) => {
      const view = await findApplication({ deps: zone.deps, actor }, id)
      return [view?.scores.length, view?.scoresHidden, view?.countyCenti]
    }

    expect(await seen(second)).toEqual([0, 2, null])
    expect(await seen(first)).toEqual([2, 0, null])
    expect(await seen(zone.people.firm)).toEqual([0, 2, null])

    await zone.score(id, second, 85)

    expect(await seen(second)).toEqual([3, 0, 8_800])
    expect(await seen(zone.people.firm)).toEqual([0, 3, null])
    await zone.run(zone.people.office, 'close')
    await zone.run(zone.people.office, 'publicise')
    const open = await findApplication({ deps: zone.deps, actor: zone.people.firm }, id)
    expect(open?.scores.map(({ reviewer, totalCenti }) => [reviewer, totalCenti])).toEqual([
      [null, 8_800],
      [null, 8_400],
      [null, 8_500],
    ])
  })
})

describe('the county', () => {
  it('returns once, and counts only the marks of the second round', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.submit(id, 96)
    await zone.score(id, zone.people.county, 70)
    expect(await zone.decide(id, 'return')).toBe('returned')
    await zone.submit(id, 95)
    expect(kindOf(await zone.tryMove(id, zone.people.lead, 'decide', { outcome: 'return', reason: '再补' }))).not.toBe(
      'ok',
    )
    await zone.score(id, zone.people.county, 88)
    expect(kindOf(await zone.tryMove(id, zone.people.lead, 'decide', { outcome: 'return', reason: '再补' }))).toBe(
      'returned_before',
    )
    await zone.decide(id, 'accept')
    await zone.score(id, await zone.askedReviewer(id), 84)
    await zone.score(id, await zone.askedReviewer(id), 84)

    expect(await zone.row(id)).toMatchObject({ county_centi: 8_800, self_centi: 9_500, state: 'scored' })
  })

  it('rejects with a reason, never without', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.submit(id)
    await zone.score(id, zone.people.county, 60)
    expect(kindOf(await zone.tryMove(id, zone.people.lead, 'decide', { outcome: 'reject', reason: '' }))).toBe(
      'reason_missing',
    )
    expect(await zone.decide(id, 'reject', '未达初评线')).toBe('rejected')
    expect(await zone.row(id)).toMatchObject({ reason: '未达初评线' })
  })

  it('recommends no more than its quota, also when two are decided at once', async () => {
    const zone = await reviewZone(test.database, start)
    const quotas = [{ areaId: zone.areas.east, max: 1 }]
    await zone.run(zone.people.office, 'change_rules', { rules: { ...zone.rules, quotas }, why: '名额下达' })
    const ids = [await zone.enter({ team: '一班' }), await zone.enter({ team: '二班' })]
    for (const id of ids) {
      await zone.submit(id)
      await zone.score(id, zone.people.county, 88)
    }

    const decided = await Promise.all(
      ids.map((id) => zone.tryMove(id, zone.people.lead, 'decide', { outcome: 'accept', reason: '' })),
    )

    expect(decided.map(kindOf).toSorted()).toEqual(['ok', 'quota_full'])
  })
})

describe('late levels', () => {
  it('remind on the due day and close three days later', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    const reminders = async () =>
      (await test.db.selectFrom('history').select('verb').where('object_id', '=', id).execute()).filter(
        ({ verb }) => verb === 'remind',
      ).length

    await zone.moveTo(day('2026-04-01', '00:00'))
    expect([await reminders(), (await zone.row(id)).state]).toEqual([1, 'draft'])
    await zone.moveTo(day('2026-04-03'))
    expect((await zone.row(id)).state).toBe('draft')
    await zone.moveTo(day('2026-04-04', '00:00'))

    expect((await zone.row(id)).state).toBe('lapsed')
    expect(kindOf(await zone.tryApply({ team: '迟到班' }))).toBe('level_closed')
  })

  it('the prefecture closes with what it has, when it has enough; the campaign ranks by itself', async () => {
    const zone = await reviewZone(test.database, start)
    const scored = await zone.enter({ team: '一班' })
    const unscored = await zone.enter({ team: '二班' })
    await zone.through(scored, 96, 88, 84, 84)
    await zone.through(unscored, 96, 88, 84)

    await zone.moveTo(day('2026-05-20'))

    expect((await zone.row(unscored)).state).toBe('lapsed')
    expect((await zone.campaign()).state).toBe('ranked')
    expect((await listed(zone)).map(({ id }) => id)).toEqual([scored])
  })
})

describe('bad input', () => {
  it('two reviewers of one seat at once: one score counts', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.through(id, 96, 88)
    const reviewer = await zone.askedReviewer(id)
    const { rev } = await zone.row(id)
    const give = (points: number) =>
      moveApplication(zone.deps, reviewer, id, {
        commandId: newId(),
        rev,
        move: 'score',
        marks: zone.marks(points),
        reasons: zone.reasons,
        words: '',
        fileIds: [],
      })

    const both = await Promise.all([give(84), give(60)])

    expect(both.map(kindOf).toSorted()).toEqual(['ok', 'stale_revision'])
    expect(
      (await test.db.selectFrom('review_score').select('id').where('reviewer_id', '=', reviewer.accountId).execute())
        .length,
    ).toBe(1)
    expect(kindOf(await zone.tryMove(id, reviewer, 'score', { marks: zone.marks(84), reasons: zone.reasons }))).toBe(
      'scored_already',
    )
  })

  it('two different reviewers at once: the second is told that the row moved, and then both count', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.through(id, 96, 88)
    const asked = await test.db
      .selectFrom('process_task')
      .select('assignee_id')
      .where('business_id', '=', id)
      .where('state', '=', 'open')
      .execute()
    const reviewers = [zone.people.first, zone.people.second, zone.people.third].filter(({ accountId }) =>
      asked.some((task) => task.assignee_id === accountId),
    )
    const results = await Promise.all(
      reviewers.map((reviewer) =>
        zone.tryMove(id, reviewer, 'score', { marks: zone.marks(84), reasons: zone.reasons, words: '' }),
      ),
    )
    const late = reviewers[results.findIndex((result) => !result.ok)]
    if (late) await zone.score(id, late, 84)

    expect(await zone.row(id)).toMatchObject({ state: 'scored', prefecture_centi: 8_400 })
  })

  it.each([
    ['over the maximum', { kyt: 1_201 }, 'mark_out_of_range'],
    ['under nothing', { kyt: -1 }, 'mark_out_of_range'],
    ['for an item that is not on the sheet', { bonus: 1 }, 'mark_unknown'],
    ['half a finding', { pre_shift: 0.5 }, 'mark_out_of_range'],
  ])('a mark %s is refused and changes nothing', async (_claim, over, kind) => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    const before = await zone.row(id)

    const refused = await zone.tryMove(id, zone.people.firm, 'submit', {
      marks: { ...zone.marks(96), ...over },
      words: '',
    })

    expect(kindOf(refused)).toBe(kind)
    expect(await zone.row(id)).toEqual(before)
  })

  it('a mark that differs from the self-evaluation needs a reason', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.submit(id, 96)

    const refused = await zone.tryMove(id, zone.people.county, 'score', {
      marks: zone.marks(88),
      reasons: {},
      words: '',
    })

    expect(refused).toMatchObject({ error: { kind: 'reason_missing', field: 'reasons.duty_list' } })
  })

  it('a reviewer of the own department, of another county or from outside is refused', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter({ departmentId: zone.departments.power })
    await zone.run(zone.people.office, 'set_panel', {
      panel: [
        ...zone.panel,
        { accountId: zone.people.county2.accountId, level: 'county', areaId: zone.areas.east, departmentId: null },
      ],
    })
    await zone.submit(id)
    const input = { marks: zone.marks(88), reasons: zone.reasons, words: '' }

    expect(kindOf(await zone.tryMove(id, zone.people.county, 'score', input))).toBe('own_department')
    expect(kindOf(await zone.tryMove(id, zone.people.west, 'score', input))).toBe('not_allowed')
    expect(kindOf(await zone.tryMove(id, zone.people.firm, 'score', input))).toBe('not_allowed')
    expect(kindOf(await zone.tryMove(id, zone.people.westLead, 'decide', { outcome: 'accept', reason: '' }))).toBe(
      'not_allowed',
    )
    expect(await zone.score(id, zone.people.county2, 88)).toBe('county')
  })

  it('the own department’s reviewer is never given a team', async () => {
    const zone = await reviewZone(test.database, start)
    for (const team of ['一班', '二班', '三班']) {
      const id = await zone.enter({ team })
      await zone.through(id, 96, 88, 84, 84)
    }

    const given = await test.db
      .selectFrom('reach')
      .select('object_id')
      .where('zone_id', '=', zone.zoneId)
      .where('party_id', '=', zone.people.own.accountId)
      .execute()

    expect(given).toEqual([])
  })

  it('an unknown department, a county that is none and a team that applied already are refused by name', async () => {
    const zone = await reviewZone(test.database, start)
    await zone.enter()

    expect(await zone.tryApply({ team: '乙班', departmentId: zone.areas.east })).toMatchObject({
      error: { kind: 'unknown_party', field: 'departmentId' },
    })
    expect(await zone.tryApply()).toMatchObject({ error: { kind: 'team_applied', no: '2026-001' } })
    expect(kindOf(await zone.tryApply({ team: '乙班' }, zone.people.otherFirm))).toBe('not_allowed')
    expect(await zone.startOne({ quotas: [{ areaId: zone.departments.power, max: 1 }] })).toMatchObject({
      error: { kind: 'unknown_party', field: 'rules.quotas' },
    })
    expect(await zone.startOne({}, [...zone.panel, ...zone.panel.slice(0, 1)])).toMatchObject({
      error: { kind: 'panel_repeated' },
    })
  })

  it('an objection after the deadline is refused, also before the timer has fired', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.through(id, 96, 88, 84, 84)
    await zone.run(zone.people.office, 'close')
    await zone.run(zone.people.office, 'publicise')
    const { publicity_until: until } = await zone.campaign()
    const late = { ...zone.deps, clock: () => until ?? start }

    const { rev } = await zone.campaign()
    const { moveCampaign } = await import('./campaign-moves.ts')
    const refused = await moveCampaign(late, zone.people.firm, zone.campaignId, {
      commandId: newId(),
      rev,
      move: 'object',
      applicationId: id,
      words: '迟到的异议',
    })

    expect(kindOf(refused)).toBe('objection_late')
    expect((await zone.campaign()).state).toBe('publicised')
  })

  it('an objection decided by whoever raised it, without an effect, or out of 0 to 100 is refused', async () => {
    const zone = await reviewZone(test.database, start)
    const { people } = zone
    const id = await zone.enter()
    await zone.through(id, 96, 88, 84, 84)
    await zone.run(people.office, 'close')
    await zone.run(people.office, 'publicise')
    await zone.run(people.office, 'object', { applicationId: id, words: '分数有误' })
    const detail = await findCampaign({ deps: zone.deps, actor: people.office }, zone.campaignId)
    const decision = { objectionId: detail?.objections[0]?.id, outcome: 'upheld', decision: '更正', vetoItem: null }
    const decide = (actor: typeof people.office, over: object) =>
      zone.tryRun(actor, 'decide_objection', { ...decision, effect: null, adjustCenti: null, ...over })

    expect(kindOf(await decide(people.office, {}))).toBe('not_allowed')
    expect(kindOf(await decide(people.otherOffice, {}))).toBe('effect_missing')
    expect(kindOf(await decide(people.otherOffice, { effect: 'exclude', vetoItem: 'kyt' }))).toBe('unknown_veto')
    expect(await decide(people.otherOffice, { effect: 'adjust', adjustCenti: 1_601 })).toMatchObject({
      error: { kind: 'adjust_out_of_range', max: 16 },
    })
    expect(kindOf(await decide(people.otherOffice, { effect: 'adjust', adjustCenti: 400 }))).toBe('ok')
    expect((await listed(zone))[0]).toMatchObject({ prefectureCenti: 8_800, compositeCenti: 8_960 })
    expect(await recomputed(zone)).toMatchObject({ same: true })
  })

  it('publicity waits for an objection that is still open when its days are over', async () => {
    const zone = await reviewZone(test.database, start)
    const { people } = zone
    const id = await zone.enter()
    await zone.through(id, 96, 88, 84, 84)
    await zone.run(people.office, 'close')
    await zone.run(people.office, 'publicise')
    await zone.run(people.firm, 'object', { applicationId: id, words: '请复核' })
    await zone.moveTo(day('2026-03-20'))
    expect((await zone.campaign()).state).toBe('publicised')
    const detail = await findCampaign({ deps: zone.deps, actor: people.office }, zone.campaignId)

    const state = await zone.run(people.office, 'decide_objection', {
      objectionId: detail?.objections[0]?.id,
      outcome: 'dismissed',
      decision: '复核无误',
      effect: null,
      vetoItem: null,
      adjustCenti: null,
    })

    expect(state).toBe('publicity_over')
  })

  it('a rule set that changes while applications run: each keeps its own', async () => {
    const zone = await reviewZone(test.database, start)
    const old = await zone.enter({ team: '旧规则班' })
    const weights = { selfPct: 0, countyPct: 0, prefecturePct: 100 }
    await zone.run(zone.people.office, 'change_rules', { rules: { ...zone.rules, weights }, why: '权重调整' })
    const fresh = await zone.enter({ team: '新规则班' })
    await zone.through(old, 96, 88, 84, 84)
    await zone.through(fresh, 96, 88, 84, 84)

    expect(await zone.row(old)).toMatchObject({ rules_version: 1, composite_centi: 8_760 })
    expect(await zone.row(fresh)).toMatchObject({ rules_version: 2, composite_centi: 8_400 })
    await zone.run(zone.people.office, 'close')
    expect(await recomputed(zone)).toMatchObject({ same: true })
  })

  it('says how much time is left by the clock of the zone', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()

    const view = await findApplication({ deps: zone.deps, actor: zone.people.firm }, id)

    expect(view?.dueAt).toBeGreaterThan(zone.deps.clock())
    expect(view?.leftSeconds).toBe(Math.round(((view?.dueAt ?? 0) - zone.deps.clock()) / 1_000))
  })

  it('text that looks like a script is kept as the text it is', async () => {
    const zone = await reviewZone(test.database, start)
    const script = '<script>alert(1)</script>'
    const id = await zone.enter({ team: script })
    await zone.move(id, zone.people.firm, 'save', { marks: {}, words: script })

    const view = await findApplication({ deps: zone.deps, actor: zone.people.firm }, id)

    expect([view?.team, view?.self.words]).toEqual([script, script])
  })

  it('an application out of reach is not there', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()

    expect(await findApplication({ deps: zone.deps, actor: zone.people.otherFirm }, id)).toBeNull()
    expect(await findApplication({ deps: zone.deps, actor: zone.people.westLead }, id)).toBeNull()
    expect(await findApplication({ deps: zone.deps, actor: zone.people.lead }, id)).not.toBeNull()
  })

  it('ranking early waits until nothing is under way', async () => {
    const zone = await reviewZone(test.database, start)
    await zone.enter()

    expect(await zone.tryRun(zone.people.office, 'close')).toMatchObject({
      error: { kind: 'applications_running', running: 1 },
    })
  })

  it('a repeat of a command gets the first answer', async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    const { rev } = await zone.row(id)
    const move = { commandId: newId(), rev, move: 'submit' as const, marks: zone.marks(96), words: '', fileIds: [] }
    const once = await moveApplication(zone.deps, zone.people.firm, id, move)

    expect(await moveApplication(zone.deps, zone.people.firm, id, move)).toEqual(once)
    expect((await zone.row(id)).rev).toBe(once.ok ? once.value.rev : 0)
  })
})

describe('an honour', () => {
  const honoured = async () => {
    const zone = await reviewZone(test.database, start)
    const id = await zone.enter()
    await zone.through(id, 96, 88, 84, 84)
    await zone.run(zone.people.office, 'close')
    await zone.run(zone.people.office, 'publicise')
    await zone.moveTo(day('2026-03-20'))
    await zone.run(zone.people.leader, 'confirm')
    const read = async () => {
      const page = await listHonours({ deps: zone.deps, actor: zone.people.office }, { limit: 50 })
      const [honour] = page.rows
      if (!honour) throw new Error('the team is honoured')
      return honour
    }
    const keep = (actor: typeof zone.people.office, act: Parameters<typeof keepHonour>[3]) =>
      test.db.transaction().execute((tx) => keepHonour(tx, zone.deps, actor, act))
    return { zone, read, keep }
  }

  it('is checked every year, and withdrawn after a veto event, with its history', async () => {
    const { zone, read, keep } = await honoured()
    const { id } = await read()
    await zone.moveTo(day('2027-03-20'))
    expect((await read()).checkDue).toBe(true)
    expect(kindOf(await keep(zone.people.office, { act: 'check', id, rev: 1, words: '机制运行有效' }))).toBe('ok')
    expect((await read()).checkDue).toBe(false)
    expect(kindOf(await keep(zone.people.firm, { act: 'withdraw', id, rev: 2, reason: '事故' }))).toBe('not_allowed')
    expect(kindOf(await keep(zone.people.office, { act: 'withdraw', id, rev: 1, reason: '事故' }))).toBe(
      'stale_revision',
    )
    expect(kindOf(await keep(zone.people.office, { act: 'withdraw', id, rev: 2, reason: '责任事故' }))).toBe('ok')

    expect(await read()).toMatchObject({ stand: 'withdrawn', withdrawnReason: '责任事故' })
    expect(kindOf(await keep(zone.people.office, { act: 'check', id, rev: 3, words: '' }))).toBe('honour_state')
    const history = await test.db
      .selectFrom('history')
      .select('verb')
      .where('object_id', '=', id)
      .orderBy('seq')
      .execute()
    expect(history.map(({ verb }) => verb)).toEqual(['recheck', 'withdraw_honour'])
  })

  it('lapses by itself after three years', async () => {
    const { zone, read } = await honoured()
    await zone.moveTo(day('2029-03-21'))

    expect((await read()).stand).toBe('expired')
  })
})
