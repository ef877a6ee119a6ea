import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessModule } from '@tingzhou/access'
import { calendarModule } from '@tingzhou/calendar'
import { newId } from '@tingzhou/db'
import { filesModule } from '@tingzhou/files'
import { needsModule } from '@tingzhou/needs'
import { createNoticesModule } from '@tingzhou/notices'
import { createProcesses } from '@tingzhou/process'
import { registryModule } from '@tingzhou/registry'
import { searchModule } from '@tingzhou/search'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { servicesModule } from './module.ts'
import { answers, handedIn, licence, values } from './restaurant.fixture.ts'

const api = '/api/v1'

let server: TestServer
beforeAll(async () => {
  const own = [
    accessModule,
    calendarModule,
    filesModule,
    createNoticesModule(),
    searchModule,
    registryModule,
    needsModule,
    servicesModule,
  ]
  server = await startTestServer({ modules: [...own, createProcesses(own)] })
}, 120_000)
afterAll(() => server.close())

async function done(client: Client, method: 'post' | 'patch', path: string, body: object) {
  const answer = await client[method](`${api}${path}`, body)
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

describe('over HTTP', () => {
  it('a restaurant is applied for, accepted, reviewed and its licence verified by anybody', async () => {
    const admin = await server.actor([{ role: 'admin', partyId: null }])
    const department = async (code: string): Promise<string> =>
      (await done(admin, 'post', '/departments', { commandId: newId(), code, name: code })).id
    const market = await department('market_regulation')
    await department('urban_management')
    const applicant = await server.actor([])
    const window = await server.actor([{ role: 'window_officer', partyId: null }])
    const officer = await server.actor([{ role: 'dept_officer', partyId: market }])
    const head = await server.actor([{ role: 'dept_head', partyId: market }])
    const person = { kind: 'person', idNumber: values.legal_rep_id }
    const facts = [
      'service-hall/licence-store/identity-card',
      'market-regulation/market-regulation-base/name-check',
    ].map((service) => ({
      service: `CJ/GOV/${service}/v1`,
      subject: person,
      value: true,
      asOf: '2025-01-01',
      synthetic: true,
    }))
    await done(head, 'post', '/shared-facts', { commandId: newId(), facts })

    expect(
      (await applicant.get(`${api}/one-things?target=enterprise`)).body.map(({ code }: { code: string }) => code),
    ).toContain('restaurant')
    const plan = await done(applicant, 'post', '/one-things/restaurant/plan', { code: 'restaurant', answers })
    expect(plan.clock.days).toBe(13)
    const made = await done(applicant, 'post', '/applications', {
      commandId: newId(),
      oneThing: 'restaurant',
      applicant: { kind: 'enterprise', name: '示例拌面馆' },
      mode: 'window',
    })
    const saved = await done(applicant, 'patch', `/applications/${made.id}`, {
      commandId: newId(),
      rev: made.rev,
      fields: { answers, values, materials: handedIn() },
    })
    const move = async (client: Client, path: string, rev: number, name: string, input: object = {}) =>
      done(client, 'post', `${path}/moves`, { move: { commandId: newId(), rev, move: name, ...input } })
    const submitted = await move(applicant, `/applications/${made.id}`, saved.rev, 'submit')
    expect((await window.get(`${api}/judgement-reasons`)).body.length).toBeGreaterThan(0)
    const found = (await window.get(`${api}/applications/${made.id}`)).body.materials.filter(
      ({ standing }: { standing: string }) => standing === 'unjudged',
    )
    const judgements = found.map(({ code, mark }: { code: string; mark: string }) => ({
      material: code,
      mark,
      qualified: true,
    }))
    const judged = await move(window, `/applications/${made.id}`, submitted.rev, 'judge_materials', { judgements })
    await move(window, `/applications/${made.id}`, judged.rev, 'accept')
    await server.relay.settle()

    const waiting = (await officer.get(`${api}/item-cases?waiting=true&limit=10`)).body
    expect(waiting.rows.map(({ code }: { code: string }) => code)).toEqual([licence])
    const [item] = waiting.rows
    const passed = await move(officer, `/item-cases/${item.id}`, item.rev, 'pass_review', { opinion: '齐全' })
    await move(head, `/item-cases/${item.id}`, passed.rev, 'approve')
    const detail = (await applicant.get(`${api}/applications/${made.id}`)).body
    const face = await server.anyone().get(`${api}/public/certificates/${detail.certificates[0].no}`)
    expect(face).toMatchObject({ status: 200, body: { state: 'valid', holder: '示例拌面馆' } })

    const { id: certificateId } = detail.certificates[0]
    for (const [lang, type] of [
      ['en', 'Individual business'],
      ['zh-CN', '个体工商户'],
    ] as const) {
      const shown = await applicant.send('GET', `${api}/certificates/${certificateId}`, { lang })
      expect(shown.body.lines.map(({ value }: { value: string }) => value)).toContain(type)
    }
    const held = detail.materials.find(({ code }: { code: string }) => code === 'rep_id_card')
    expect(held).toMatchObject({
      source: 'CJ/GOV/service-hall/licence-store/identity-card/v1',
      sourceName: { en: expect.stringContaining('Store of e-licences: ') },
    })
    const asked = (await applicant.get(`${api}/data-requests?applicationId=${made.id}`)).body.rows
    expect(asked.map(({ serviceName }: { serviceName: unknown }) => serviceName)).not.toContain(null)

    expect((await window.get(`${api}/applications?states[]=running&mine=false`)).body.rows).toHaveLength(1)
    expect((await window.get(`${api}/applications/export.xlsx`)).status).toBe(200)
    expect((await window.get(`${api}/applications/counts`)).body.byState).toEqual([{ state: 'running', n: 1 }])
    expect((await admin.get(`${api}/service-measures?from=2020-01-01&to=2100-01-01`)).status).toBe(200)
  }, 120_000)

  it('refuses in the language of the reader, naming field and rule', async () => {
    const applicant = await server.actor([], { lang: 'en' })
    const made = await done(applicant, 'post', '/applications', {
      commandId: newId(),
      oneThing: 'restaurant',
      applicant: { kind: 'enterprise', name: '示例拌面馆' },
    })
    const refused = await applicant.send('POST', `${api}/applications/${made.id}/moves`, {
      body: { move: { commandId: newId(), rev: made.rev, move: 'submit' } },
      lang: 'en',
    })
    expect(refused).toMatchObject({
      status: 422,
      body: { kind: 'draft_incomplete', title: 'The application is not complete' },
    })
  })

  it('names what a refusal speaks of, in the language of the reader', async () => {
    const applicant = await server.actor([])
    const window = await server.actor([{ role: 'window_officer', partyId: null }])
    const promised = 'r_health_certificates'
    const made = await done(applicant, 'post', '/applications', {
      commandId: newId(),
      oneThing: 'restaurant',
      applicant: { kind: 'enterprise', name: '示例拌面馆' },
      mode: 'window',
      fields: {
        answers,
        values,
        materials: handedIn([promised]),
        promise: { workingDays: 3, signedBy: '示例', agreed: true },
      },
    })
    const move = (client: Client, rev: number, name: string, lang: 'en' | 'zh-CN') =>
      client.send('POST', `${api}/applications/${made.id}/moves`, {
        body: { move: { commandId: newId(), rev, move: name } },
        lang,
      })
    const sent = await move(applicant, made.rev, 'submit', 'en')
    expect(sent.status).toBe(200)

    for (const [lang, name] of [
      ['en', 'Health certificates of staff'],
      ['zh-CN', '从业人员健康证明'],
    ] as const) {
      const refused = await move(window, sent.body.rev, 'accept', lang)
      expect(refused).toMatchObject({ status: 422, body: { kind: 'materials_missing' } })
      expect(refused.body.detail).toContain(name)
      expect(refused.body.detail).not.toContain(promised)
      expect(refused.body).toMatchObject({ meta: { materials: [promised] }, errors: [{ field: 'materials' }] })
    }
  })

  it('refuses a day that the calendar does not have, by name', async () => {
    const supervisor = await server.actor([{ role: 'supervisor', partyId: null }])
    for (const [path, field] of [
      ['/applications?receivedFrom=2026-02-31', 'receivedFrom'],
      ['/service-measures?from=2026-02-01&to=2026-02-31', 'to'],
    ] as const)
      expect(await supervisor.get(`${api}${path}`)).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  })

  it('lets nobody in who is not signed in, and knows no certificate that was guessed', async () => {
    expect((await server.anyone().get(`${api}/applications`)).status).toBe(401)
    expect((await server.anyone().get(`${api}/public/certificates/ZZ00`)).status).toBe(404)
  })
})
