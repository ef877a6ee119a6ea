import type { RoleGrant } from '@tingzhou/parties'
import type { Answer, Client, TestServer } from '@tingzhou/server/testing'

const api = '/api/v1'

/** A small zone behind real HTTP: two areas, three departments, two enterprises, one person a role. */
export async function httpZone(server: TestServer) {
  const admin = await server.actor([{ role: 'admin', partyId: null }], { name: '管理员' })
  const create = async (client: Client, path: string, body: object): Promise<string> => {
    const answer = await client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body.id
  }
  const east = await create(admin, '/areas', { code: 'E', name: '东片区' })
  const west = await create(admin, '/areas', { code: 'W', name: '西片区' })
  const power = await create(admin, '/departments', { code: 'power', name: '供电服务站' })
  const fire = await create(admin, '/departments', { code: 'safety', name: '安全环保局' })
  const water = await create(admin, '/departments', { code: 'construction', name: '建设局' })
  const mill = await create(admin, '/enterprises', { name: '合成甲面粉厂', areaId: east })
  const paper = await create(admin, '/enterprises', { name: '合成乙纸业', areaId: west })
  const person = (name: string, ...roles: RoleGrant[]) => server.actor(roles, { name })
  const people = {
    admin,
    firm: await person('厂方甲', { role: 'enterprise', partyId: mill }),
    otherFirm: await person('厂方乙', { role: 'enterprise', partyId: paper }),
    dispatcher: await person('派单员', { role: 'dispatcher', partyId: null }),
    supervisor: await person('督办员', { role: 'supervisor', partyId: null }),
    auditor: await person('审计员', { role: 'auditor', partyId: null }),
    lead: await person('东片负责人', { role: 'area_lead', partyId: east }),
    otherLead: await person('西片负责人', { role: 'area_lead', partyId: west }),
    head: await person('供电站站长', { role: 'dept_head', partyId: power }),
    officer: await person('供电站干事', { role: 'dept_officer', partyId: power }),
    colleague: await person('供电站同事', { role: 'dept_officer', partyId: power }),
    helper: await person('安环干事', { role: 'dept_officer', partyId: fire }),
    outsider: await person('建设局局长', { role: 'dept_head', partyId: water }),
    caller: await person('回访员', { role: 'callback_agent', partyId: null }),
  }
  const raise = (over: object = {}, client: Client = people.firm): Promise<string> =>
    create(client, '/appeals', {
      title: '二号车间频繁停电',
      text: '最近一周每天下午停电两次，磨粉机停机。',
      nature: 'help',
      category: '0402',
      ...over,
    })
  const read = async (id: string, client: Client = people.dispatcher) => (await client.get(`${api}/appeals/${id}`)).body
  /** Makes a move on the present revision, as it is. */
  const tryMove = async (id: string, client: Client, move: string, input: object = {}): Promise<Answer> =>
    client.post(`${api}/appeals/${id}/moves`, {
      move: { commandId: crypto.randomUUID(), rev: (await read(id)).rev, move, ...input },
    })
  const move = async (id: string, client: Client, name: string, input: object = {}): Promise<string> => {
    const answer = await tryMove(id, client, name, input)
    if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
    return answer.body.state
  }
  /** Dispatches to the power station, which signs and makes its first contact. */
  const workUp = async (id: string, words = '已联系', assistantIds: string[] = []) => {
    await move(id, people.dispatcher, 'dispatch', { ownerId: power, assistantIds, note: words })
    await move(id, people.officer, 'sign')
    return move(id, people.officer, 'contact', { channel: 'phone', words })
  }
  const reply = (id: string, text = '已说明') =>
    move(id, people.officer, 'reply', { result: 'explained', text, measures: text, fileIds: [] })
  return {
    people,
    areas: { east, west },
    departments: { power, fire, water },
    enterprises: { mill, paper },
    create,
    raise,
    read,
    move,
    tryMove,
    workUp,
    reply,
  }
}
