import { randomUUID } from 'node:crypto'
import { ask, type ServerProcess } from './server.ts'

/** People of a small zone, each with a key of their own. */
export type BenchZone = {
  readonly areaId: string
  readonly departmentId: string
  readonly enterpriseId: string
  readonly keys: {
    readonly firm: string
    readonly dispatcher: string
    readonly officer: string
    readonly lead: string
    readonly caller: string
    readonly supervisor: string
  }
}

type Made = { readonly id: string }

/** Sets up an area, a department, an enterprise and their people, through the public interface. */
export async function setUpZone(server: ServerProcess): Promise<BenchZone> {
  const make = async <T = Made>(path: string, body: object): Promise<T> => {
    const answer = await ask(server.url, server.token, 'POST', path, { commandId: randomUUID(), ...body })
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    // The contract's answer to a creation.
    return answer.body as T
  }
  const area = await make('/areas', { code: 'E', name: '东区', synthetic: true })
  const department = await make('/departments', { code: 'power', name: '供电服务站', synthetic: true })
  const enterprise = await make('/enterprises', { name: '合成示例面粉有限公司', areaId: area.id, synthetic: true })
  const person = async (role: string, partyId: string | null): Promise<string> => {
    const account = await make('/accounts', {
      username: `bench-${role.replace('_', '-')}`,
      name: role,
      roles: [{ role, partyId }],
      synthetic: true,
    })
    const { key } = await make<{ key: string }>('/api-keys', { accountId: account.id, name: 'bench' })
    return key
  }
  return {
    areaId: area.id,
    departmentId: department.id,
    enterpriseId: enterprise.id,
    keys: {
      firm: await person('enterprise', enterprise.id),
      dispatcher: await person('dispatcher', null),
      officer: await person('dept_officer', department.id),
      lead: await person('area_lead', area.id),
      caller: await person('callback_agent', null),
      supervisor: await person('supervisor', null),
    },
  }
}

/** What a client sends; the id makes a repeat the same command. */
export type Command = { readonly commandId: string; readonly key: string; readonly path: string; readonly body: object }

/** A need that the enterprise raises. */
export const raiseCommand = (zone: BenchZone): Command => {
  const commandId = randomUUID()
  return {
    commandId,
    key: zone.keys.firm,
    path: '/appeals',
    body: {
      commandId,
      title: '二号车间频繁停电',
      text: '最近一周每天下午停电两次，磨粉机停机。',
      nature: 'help',
      category: '0402',
      wanted: '恢复稳定供电',
      fileIds: [],
    },
  }
}

/** The moves after raising, to the striking off: who makes them and what they say. */
export const loopOf = ({ keys, departmentId }: BenchZone): readonly (readonly [string, object])[] => [
  [keys.dispatcher, { move: 'dispatch', ownerId: departmentId, assistantIds: [], note: '请尽快处理' }],
  [keys.officer, { move: 'sign' }],
  [keys.officer, { move: 'contact', channel: 'phone', words: '已与企业负责人联系' }],
  [keys.officer, { move: 'reply', result: 'explained', text: '已查明原因并说明', measures: '增加巡检', fileIds: [] }],
  [keys.lead, { move: 'pass_reply', words: '' }],
  [keys.caller, { move: 'callback', reached: true, contacted: true, solved: 'yes', rating: 5, words: '满意' }],
  [keys.lead, { move: 'strike_off', words: '' }],
]

/** One move of an appeal as a command. */
export const moveCommand = (id: string, rev: number, [key, move]: readonly [string, object]): Command => {
  const commandId = randomUUID()
  return { commandId, key, path: `/appeals/${id}/moves`, body: { move: { ...move, commandId, rev } } }
}
