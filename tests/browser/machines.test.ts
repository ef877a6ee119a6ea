import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { ModbusTCPServer } from 'jsmodbus'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import english from '../../core/telemetry/web/locales/en.json' with { type: 'json' }
import text from '../../core/telemetry/web/locales/zh-CN.json' with { type: 'json' }
import { desk, faultsInBoth, openStage, fits, phone, seriousFaults, textOf, type Person, type Stage } from './stage.ts'

const lang = 'zh-CN'
const mill = '合成示例磨机'
const pictures = process.env.PICTURES
// As a spreadsheet puts it on the clipboard; the register of the third line is none.
const block = [
  ['位号', '描述', '寄存器类型', '寄存器地址', '数据类型', '单位', '倍率', '下限', '上限'],
  ['I', '主电机电流', '保持寄存器', '0', 'uint16', 'A', '0.1', '', ''],
  ['T', '轴承温度', '输入寄存器', '1', 'int16', 'Cel', '0.1', '', ''],
  ['P', '功率', '保持寄存器', '二', '浮点', 'kW', '', '', ''],
  ['SP', '给料设定', '保持寄存器', '10', 'uint16', '%', '', '0', '80'],
  ['Run', '运行', '线圈', '0', '', '', '', '0', '1'],
]
  .map((line) => line.join('\t'))
  .join('\n')

/** A machine that speaks Modbus TCP: the server of the library, which knows nothing of ours. */
async function openMachine() {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => void sockets.add(socket))
  const memory = new ModbusTCPServer(server, {
    holding: Buffer.alloc(64),
    input: Buffer.alloc(64),
    coils: Buffer.alloc(8),
    discrete: Buffer.alloc(8),
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { memory, port: portOf(server), leave: () => leave(server, sockets) }
}

// A server on TCP has an address of this form.
const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function leave(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  for (const socket of sockets) socket.destroy()
  await closed
}

describe('machines that are called, in the browser', () => {
  let stage: Stage
  let dispatcher: Person
  /** The page of its device. */
  let path: string
  let machine: Awaited<ReturnType<typeof openMachine>>

  beforeAll(async () => {
    machine = await openMachine()
    const { holding, input } = machine.memory
    holding.writeUInt16BE(125, 0)
    input.writeInt16BE(-42, 2)
    holding.writeFloatBE(55.25, 4)
    holding.writeUInt16BE(30, 20)
    stage = await openStage(lang)
    dispatcher = await stage.enter('dispatcher')
  })
  afterAll(async () => {
    await stage?.close()
    await machine?.leave()
  })

  const look = async ({ page }: Person, name: string) => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  }
  const chooseProtocol = async ({ page }: Person, name: string) => {
    await page.goto('/devices')
    await page.getByRole('button', { name: text.verb.add }).first().click()
    await page.getByRole('dialog').getByLabel(text.field.protocol).click()
    await page.getByTitle(name, { exact: true }).last().click()
  }
  const cell = ({ page }: Person, row: number, column: keyof typeof text.machine.column) =>
    page
      .getByRole('group', { name: new RegExp(`^第 ${row} 行`) })
      .getByLabel(text.machine.column[column], { exact: true })

  it('one is added with a table that was copied from a spreadsheet; what is wrong in it is corrected in its cell', async () => {
    const { page } = dispatcher
    await chooseProtocol(dispatcher, text.protocol.modbus)
    const form = page.getByRole('dialog')
    await form.getByLabel(text.identity.modbus).fill('mill-1')
    await form.getByLabel(text.field.name, { exact: true }).first().fill(mill)
    await form.getByLabel(text.machine.host).fill('127.0.0.1')
    await form.getByLabel(text.machine.port).fill(String(machine.port))
    await look(dispatcher, 'machine-empty')
    await form.getByRole('button', { name: text.verb.add }).click()
    await form.getByText(text.machine.rows_none).waitFor()
    await form.getByRole('button', { name: text.machine.paste }).click()
    const paste = form.getByLabel(text.machine.paste_label)
    const isChosen = (numbering: keyof typeof text.machine.numbering_of) =>
      form.getByLabel(text.machine.numbering_of[numbering], { exact: true }).isChecked()
    await paste.fill('key,register\nI,40001')
    await expect.poll(() => isChosen('with_table')).toBe(true)
    await paste.fill(block)
    await expect.poll(() => isChosen('from_0')).toBe(true)
    await look(dispatcher, 'machine-paste')
    await form.getByRole('button', { name: text.machine.take }).click()

    const wrong = cell(dispatcher, 3, 'register')
    await expect.poll(() => wrong.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true)
    expect(await wrong.inputValue()).toBe('二')
    await form.getByText(/^第 3 行 地址/).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await look(dispatcher, 'machine-pasted')
    await wrong.fill('2')
    await form.getByText(/^第 3 行 地址/).waitFor({ state: 'hidden' })
    expect(await cell(dispatcher, 2, 'table').inputValue()).toBe('input')
    expect(await cell(dispatcher, 5, 'as').inputValue()).toBe('bit')
    await form.getByRole('button', { name: text.verb.add }).click()
    await page.waitForURL(/\/devices\/[0-9a-f-]{36}/)
    path = new URL(page.url()).pathname
  })

  it('it answers, and its values stand beside their registers', async () => {
    const { page } = dispatcher
    await page.getByText(text.machine.state.answers, { exact: true }).waitFor()
    for (const [name, value] of [
      ['主电机电流', '12.5 A'],
      ['轴承温度', '-4.2 Cel'],
      ['功率', '55.25 kW'],
      ['给料设定', '30 %'],
    ] as const)
      await page.getByRole('row', { name: new RegExp(`${name}.*${value}`) }).waitFor()
    await page.getByRole('row', { name: /I 保持寄存器 0 uint16 .*×0\.1/ }).waitFor()
    machine.memory.holding.writeUInt16BE(131, 0)
    await page.getByText('13.1 A').waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await look(dispatcher, 'machine-points')
  })

  it('a value is set in two steps, and the machine holds it', async () => {
    const { page } = dispatcher
    await page
      .getByRole('row', { name: /给料设定/ })
      .getByRole('button', { name: text.machine.write })
      .click()
    const form = page.getByRole('dialog')
    await form.getByText(/可写 0 至 80/).waitFor()
    await form.getByRole('spinbutton').fill('200')
    await form.getByRole('button', { name: stage.t('ui:form.next') }).click()
    await form.getByText('请填写 0 至 80 之间的数。').waitFor()
    await look(dispatcher, 'machine-set')
    await form.getByRole('spinbutton').fill('45')
    await form.getByRole('spinbutton').press('Enter')
    await form.getByText('把 给料设定 SP 从 30 % 改为 45 %？').waitFor()
    expect(machine.memory.holding.readUInt16BE(20)).toBe(30)
    expect(await seriousFaults(page)).toEqual([])
    await look(dispatcher, 'machine-confirm')
    await form.getByRole('button', { name: text.set_value.send, exact: true }).click()

    await form.waitFor({ state: 'hidden' })
    await expect.poll(() => machine.memory.holding.readUInt16BE(20)).toBe(45)
    await page.getByText('45 %').waitFor()
    await page.getByRole('tab', { name: text.tab.commands }).click()
    await page.getByText(/机器现为 45/).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await look(dispatcher, 'machine-commands')
    await page.getByRole('tab', { name: text.tab.frames }).click()
    await page.getByRole('list', { name: text.frame.log }).getByRole('button').first().click()
    await look(dispatcher, 'machine-frames')
    await page.getByRole('tab', { name: text.tab.points }).click()
    await page.getByRole('row', { name: /给料设定.*45 %/ }).waitFor()
  })

  it('its table is changed on its page', async () => {
    const { page } = dispatcher
    await page.getByRole('button', { name: text.machine.edit }).click()
    const form = page.getByRole('dialog')
    await form.getByRole('button', { name: '第 4 行：更多' }).click()
    await look(dispatcher, 'machine-settings')
    await cell(dispatcher, 4, 'high').fill('60')
    await form.getByRole('button', { name: '第 5 行：复制' }).click()
    expect(await cell(dispatcher, 6, 'key').inputValue()).toBe('Run2')
    await cell(dispatcher, 6, 'register').fill('1')
    await form.getByRole('button', { name: '第 1 行：删除' }).click()
    await form.getByRole('button', { name: text.manage.save }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('row', { name: /给料设定.*0 至 60/ }).waitFor()
    await page.getByRole('row', { name: /Run2 线圈 1/ }).waitFor()
    await page.getByRole('heading', { name: text.machine.other_points }).waitFor()
    await look(dispatcher, 'machine-changed')
  })

  it('on a phone its points are cards, in the form and on the page', async () => {
    const person = await stage.enter('dispatcher', phone)
    const { page } = person
    await page.goto(path)
    await page.getByText('55.25 kW').waitFor()
    await fits(page)
    expect(await seriousFaults(page)).toEqual([])
    await look(person, 'machine-phone')
    await page.getByRole('button', { name: text.machine.edit }).click()
    await cell(person, 2, 'register').waitFor()
    await page.getByRole('button', { name: text.machine.add_row }).click()
    await expect
      .poll(() => cell(person, 6, 'key').evaluate((field) => field === field.ownerDocument.activeElement))
      .toBe(true)
    await look(person, 'machine-phone-form')
    await fits(page)
    expect(await seriousFaults(page)).toEqual([])
    await page.getByRole('button', { name: text.manage.save }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(person.errors).toEqual([])
  })

  it('one that answers no more is said so, and why', async () => {
    const { page } = dispatcher
    await machine.leave()
    await page.getByText(text.machine.state.silent, { exact: true }).waitFor()
    await page.getByText(text.machine.reason.refused).waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await look(dispatcher, 'machine-silent')
  })

  it('the form of an OPC UA server asks for its address and its nodes', async () => {
    const { page } = dispatcher
    await chooseProtocol(dispatcher, text.protocol.opcua)
    const form = page.getByRole('dialog')
    await form.getByLabel(text.machine.url).fill('http://mill')
    await cell(dispatcher, 1, 'key').fill('I')
    await cell(dispatcher, 1, 'nodeId').fill('Mill.I')
    await form.getByRole('button', { name: text.verb.add }).click()
    await form.getByText(text.machine.url_rule).waitFor()
    await form.getByText(text.machine.fault.node_id, { exact: true }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await look(dispatcher, 'machine-opcua')

    const lines = Array.from({ length: 500 }, (_, index) => `P${index + 1}\t\tns=2;i=${index + 1}\tA`)
    await form.getByRole('button', { name: text.machine.paste }).click()
    await form.getByLabel(text.machine.paste_label).fill(lines.join('\n'))
    await form.getByRole('button', { name: text.machine.take }).click()
    await form.getByText('501').waitFor()
    await form.getByRole('listitem', { name: '11' }).click()
    expect(await cell(dispatcher, 501, 'nodeId').inputValue()).toBe('ns=2;i=500')
    await form.getByRole('button', { name: text.verb.add }).click()
    await form.getByText(/最多 500 个测点/).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await look(dispatcher, 'machine-many')
    await form.getByRole('button', { name: stage.t('ui:cancel') }).click()
  })

  it('a frame of Modbus that somebody pastes is read', async () => {
    const { page } = dispatcher
    await page.goto('/frame-parser')
    await page.getByText(text.protocol.modbus, { exact: true }).click()
    await page.getByRole('button', { name: text.verb.example }).click()
    await page
      .getByRole('row', { name: /读保持寄存器/ })
      .first()
      .waitFor()
    expect(await faultsInBoth(dispatcher, lang)).toEqual([])
    await look(dispatcher, 'machine-parser')
  })

  it('in English nothing is cut off, on a desk and on a phone', async () => {
    for (const view of [desk, phone]) {
      const person = await stage.enter('dispatcher', view)
      const { page } = person
      await page.goto(path)
      await page.getByRole('button', { name: stage.t('shell:language.switch') }).click()
      await page.getByText(english.machine.reason.refused).waitFor()
      await look(person, `machine-en-${view.width}`)
      await fits(page)
      await page.getByRole('button', { name: english.machine.edit }).click()
      await page.getByRole('button', { name: 'Line 1: more' }).click()
      await page.getByRole('button', { name: english.machine.paste }).click()
      await page.getByLabel(english.machine.paste_label).fill('key,register\nX,one')
      await page.getByRole('button', { name: english.machine.take }).click()
      await page.getByText(english.machine.fault.number, { exact: true }).waitFor()
      await fits(page)
      expect(await seriousFaults(page)).toEqual([])
      await look(person, `machine-en-form-${view.width}`)
      await page.goto(`${path}?do=set_value`)
      await page.getByRole('dialog').getByLabel(english.set_value.point).waitFor()
      expect(await seriousFaults(page)).toEqual([])
      await look(person, `machine-en-set-${view.width}`)
      await page.goto('/devices?do=add')
      await page.getByRole('dialog').getByLabel(english.field.protocol).click()
      await page.getByTitle(english.protocol.opcua, { exact: true }).last().click()
      await page.getByRole('dialog').getByLabel(english.machine.url).waitFor()
      await fits(page)
      expect(await seriousFaults(page)).toEqual([])
      await look(person, `machine-en-opcua-${view.width}`)
      expect(person.errors).toEqual([])
      await page.goto(path)
      await page.getByRole('button', { name: textOf('en', 'shell:language.switch') }).click()
    }
  })

  it('nothing broke on the way', () => {
    expect(dispatcher.errors).toEqual([])
  })
})
