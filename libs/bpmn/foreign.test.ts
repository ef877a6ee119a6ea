/** Models as other tools write them: prefixes, attributes, references, and what they leave out. */
import { assert } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { createHeadless, type Headless } from './headless.ts'
import { readDefinitions } from './read.ts'
import {
  bpmn,
  boundary,
  chain,
  end,
  flow,
  gateway,
  message,
  on,
  played,
  start,
  sub,
  throwing,
  user,
} from './testing.ts'

const foreign = { passUnbound: true }
const model = 'http://www.omg.org/spec/BPMN/20100524/MODEL'

async function deployed(xml: string): Promise<Headless> {
  const engine = createHeadless(foreign)
  const result = await engine.deploy(xml)
  assert(result.ok, `the model deploys: ${JSON.stringify(result.ok ? '' : result.error)}`)
  return engine
}

function traceOf(engine: Headless, key = 'p'): readonly string[] {
  const started = engine.start(key)
  assert(started.ok, `${key} starts: ${JSON.stringify(started.ok ? '' : started.error)}`)
  return engine.trace(started.value)
}

const drawn = (prefix: string): string => {
  const tag = prefix === '' ? '' : `${prefix}:`
  return `<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>
<${tag}definitions xmlns${prefix && `:${prefix}`}="${model}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:maker="urn:maker" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="d" exporter="a tool" maker:version="7">
  <${tag}collaboration id="c"><${tag}participant id="pool" name="Pool" processRef="p"/></${tag}collaboration>
  <${tag}process id="p" name="drawn" processType="None" isClosed="false">
    <${tag}extensionElements><maker:style><Grid spacing="15"/></maker:style><${tag}attribute name="Hyperlinks"/></${tag}extensionElements>
    <${tag}laneSet id="lanes"><${tag}lane id="lane"><${tag}flowNodeRef>s</${tag}flowNodeRef><${tag}flowNodeRef>gone</${tag}flowNodeRef></${tag}lane></${tag}laneSet>
    <${tag}startEvent id="s" isInterrupting="true"><${tag}outgoing>f1</${tag}outgoing><${tag}outgoing>gone</${tag}outgoing></${tag}startEvent>
    <${tag}task id="t" name="plain" completionQuantity="1" startQuantity="1" isForCompensation="false" maker:color="red"/>
    <${tag}endEvent id="e"/>
    <${tag}sequenceFlow id="f1" sourceRef="s" targetRef="t" isImmediate="true"/>
    <${tag}sequenceFlow id="f2" sourceRef="t" targetRef="e"><${tag}conditionExpression xsi:type="${tag}tFormalExpression" language="http://www.w3.org/1999/XPath"/></${tag}sequenceFlow>
    <${tag}textAnnotation id="note"><${tag}text>hello</${tag}text></${tag}textAnnotation>
    <${tag}association id="line" sourceRef="t" targetRef="note"/>
  </${tag}process>
  <di:BPMNDiagram id="diagram"><di:BPMNPlane id="plane" bpmnElement="nothing" oddity="1"/></di:BPMNDiagram>
</${tag}definitions>`
}

it.each(['', 'bpmn2', 'semantic', 'model'])(
  'reads a drawing with the prefix "%s", no isExecutable, lanes, notes and vendor extensions',
  async (prefix) => {
    expect(traceOf(await deployed(drawn(prefix)))).toEqual(['s', 't', 'e'])
  },
)

it('plain, manual and unbound tasks pass; a business rule and a service take the handler of their id', async () => {
  const content =
    start() +
    '<bpmn:task id="a"/><bpmn:manualTask id="b"/><bpmn:serviceTask id="c" implementation="##WebService"/>' +
    '<bpmn:businessRuleTask id="d"/><bpmn:sendTask id="f"/>' +
    '<bpmn:scriptTask id="g" scriptFormat="groovy"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>' +
    '<bpmn:scriptTask id="h"><bpmn:script>={n: n + 1}</bpmn:script></bpmn:scriptTask>' +
    end() +
    chain('s', 'a', 'b', 'c', 'd', 'f', 'g', 'h', 'e')
  const handlers = { d: () => ({ ok: true, value: { n: 1 } }) as const }
  const board = await played(bpmn(content), {}, { ...foreign, handlers })
  expect(board.visited()).toEqual(['s', 'a', 'b', 'c', 'd', 'f', 'g', 'h', 'e'])
  expect(board.vars()).toEqual({ n: 2 })
})

it('resolves references written as QNames, and types that nothing declares', async () => {
  const roots =
    '<bpmn:itemDefinition id="item" structureRef="xsd:string"/><bpmn:message id="order" itemRef="tns:item"/>' +
    '<bpmn:signal id="red" name="red" structureRef="String"/>' +
    '<bpmn:interface name="i"><bpmn:operation id="op" name="o"><bpmn:inMessageRef>tns:order</bpmn:inMessageRef></bpmn:operation></bpmn:interface>'
  const content =
    `<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="tns:order"/></bpmn:startEvent>` +
    '<bpmn:receiveTask id="r" operationRef="op"/>' +
    throwing('t', on('signal', 'red')) +
    end() +
    chain('s', 'r', 't', 'e')
  const engine = await deployed(bpmn(content, roots))
  const started = engine.message('order')
  expect(engine.message('order')).toEqual(started)
  expect(started.ok && engine.trace(started.value)).toEqual(['s', 'r', 't', 'e'])
})

it('takes event definitions that stand beside the process', async () => {
  const roots = '<bpmn:error id="x" errorCode="x"/><bpmn:errorEventDefinition id="defined" errorRef="x"/>'
  const reference = '<bpmn:eventDefinitionRef>defined</bpmn:eventDefinitionRef>'
  const inside = start('is') + end('ie', reference) + chain('is', 'ie')
  const content =
    start() +
    sub('sub', inside) +
    boundary('b', 'sub', reference) +
    end('e1') +
    end('e2') +
    chain('s', 'sub', 'e1') +
    chain('b', 'e2')
  expect(traceOf(await deployed(bpmn(content, roots)))).toEqual(['s', 'sub', 'is', 'ie', 'b', 'e2'])
})

it('pools exchange the unnamed message of their message flow', async () => {
  const other = `<bpmn:process id="q">${start('qs', on('message'))}<bpmn:task id="qt"/>${end('qe', on('message'))}${chain('qs', 'qt', 'qe')}</bpmn:process>`
  const pools =
    '<bpmn:collaboration id="c"><bpmn:participant id="one" processRef="p"/><bpmn:participant id="two" processRef="q"/><bpmn:participant id="black"/>' +
    '<bpmn:messageFlow id="m1" sourceRef="t" targetRef="qs"/><bpmn:messageFlow id="m2" sourceRef="qe" targetRef="r"/>' +
    '<bpmn:messageFlow id="m3" sourceRef="black" targetRef="gone"/></bpmn:collaboration>'
  const content = start() + '<bpmn:sendTask id="t"/><bpmn:receiveTask id="r"/>' + end() + chain('s', 't', 'r', 'e')
  const xml = bpmn(content, pools + other).replace('isExecutable="true"', '')
  const engine = await deployed(xml)
  expect(traceOf(engine)).toEqual(['s', 't', 'r', 'e'])
  expect(engine.instances().map(({ id }) => engine.trace(id))).toContainEqual(['qs', 'qt', 'qe'])
})

it('an undeclared message keeps its name; signals, errors and escalations without a name are those of their event', async () => {
  const content =
    start() +
    throwing('hello', '<bpmn:messageEventDefinition messageRef="undeclared"/>') +
    sub('sub', start('is') + end('ie', on('error')) + chain('is', 'ie')) +
    boundary('b', 'sub', on('error')) +
    throwing('shout', on('signal')) +
    throwing('up', on('escalation')) +
    end() +
    chain('s', 'hello', 'sub', 'e') +
    chain('b', 'shout', 'up', 'e')
  const board = await played(bpmn(content), {}, foreign)
  expect(board.visited()).toEqual(['s', 'hello', 'sub', 'is', 'ie', 'b', 'shout', 'up', 'e'])
  const thrown = board.effects(board.id).flatMap((effect) => (effect.kind === 'thrown' ? [effect.name] : []))
  expect(thrown).toEqual(['undeclared', 'ie', 'shout', 'up'])
})

it('begins where nothing leads to and ends where nothing leads on', async () => {
  const content =
    '<bpmn:task id="a"/><bpmn:task id="b"/>' +
    sub('sub', '<bpmn:task id="c"/><bpmn:task id="d"/>' + chain('c', 'd')) +
    chain('a', 'sub') +
    chain('b', 'sub')
  const engine = await deployed(bpmn(content))
  expect(traceOf(engine)).toEqual(['a', 'b', 'sub', 'sub', 'c', 'c', 'd', 'd'])
  expect(engine.instances()[0]?.status).toBe('completed')
})

it('what is drawn closed or calls nothing that is there passes; a clock without a time never rings', async () => {
  const content =
    start() +
    '<bpmn:subProcess id="closed"><bpmn:multiInstanceLoopCharacteristics/></bpmn:subProcess>' +
    '<bpmn:callActivity id="call"/><bpmn:callActivity id="elsewhere" calledElement="other"/>' +
    user('u') +
    boundary('b', 'u', '<bpmn:timerEventDefinition><bpmn:timeDate/></bpmn:timerEventDefinition>') +
    end() +
    chain('s', 'closed', 'call', 'elsewhere', 'u', 'e') +
    chain('b', 'e')
  const board = await played(bpmn(content), {}, foreign)
  board.advanceTime(1e12)
  expect(board.visited()).toEqual(['s', 'closed', 'call', 'elsewhere', 'u'])
  board.complete('u')
  expect(board.status()).toBe('completed')
})

it('an exclusive gateway without conditions takes its first way, an inclusive one all', async () => {
  const fork = (kind: 'exclusive' | 'inclusive'): string =>
    start() +
    gateway(kind, 'g') +
    '<bpmn:task id="a"/><bpmn:task id="b"/>' +
    end() +
    chain('s', 'g', 'a', 'e') +
    chain('g', 'b', 'e')
  expect(traceOf(await deployed(bpmn(fork('exclusive'))))).toEqual(['s', 'g', 'a', 'e'])
  expect(traceOf(await deployed(bpmn(fork('inclusive'))))).toEqual(['s', 'g', 'a', 'b', 'e', 'e'])
})

it('starts by the only start event there is, else by the first plain one or the one that is named', async () => {
  const only = await deployed(bpmn(start('s', on('message', 'm')) + end() + chain('s', 'e'), message('m')))
  expect(traceOf(only)).toEqual(['s', 'e'])

  const two = await deployed(bpmn(start('s1') + start('s2') + end() + chain('s1', 'e') + chain('s2', 'e')))
  expect(traceOf(two)).toEqual(['s1', 'e'])
  const second = two.start('p', {}, { nodeId: 's2' })
  expect(second.ok && two.trace(second.value)).toEqual(['s2', 'e'])
})

describe('refuses by element and line', () => {
  const refused = async (content: string, roots = ''): Promise<string[]> => {
    const xml = bpmn(content, roots)
    const read = await readDefinitions(xml, foreign)
    const lineOf = (id: string | null): number => xml.slice(0, xml.indexOf(`id="${id}"`)).split('\n').length
    const complaints = read.ok ? [] : read.error
    for (const { elementId, line } of complaints) expect(line).toBe(lineOf(elementId))
    return complaints.map(({ kind, elementId, value }) => `${kind} ${elementId} ${value}`)
  }
  const around = (inner: string): string => start() + inner + end() + chain('s', 'x', 'e')
  const loop = (inner: string): string => `<bpmn:task id="x">${inner}</bpmn:task>`

  it.each([
    ['complexGateway', '<bpmn:complexGateway id="x"/>'],
    ['adHocSubProcess', '<bpmn:adHocSubProcess id="x"><bpmn:task id="y"/></bpmn:adHocSubProcess>'],
    ['transaction', `<bpmn:transaction id="x">${start('y') + end('z') + chain('y', 'z')}</bpmn:transaction>`],
    ['compensation', '<bpmn:task id="x" isForCompensation="true"/>'],
    ['loop marker', loop('<bpmn:standardLoopCharacteristics/>')],
    ['multi-instance behavior None', loop('<bpmn:multiInstanceLoopCharacteristics behavior="None"/>')],
    ['startQuantity', '<bpmn:task id="x" startQuantity="2"/>'],
    ['completionQuantity', '<bpmn:task id="x" completionQuantity="2"/>'],
    ['instantiate', '<bpmn:receiveTask id="x" instantiate="true"/>'],
    ['global task', '<bpmn:callActivity id="x" calledElement="gt"/>'],
    [
      'conditional intermediateCatchEvent',
      '<bpmn:intermediateCatchEvent id="x"><bpmn:conditionalEventDefinition/></bpmn:intermediateCatchEvent>',
    ],
    ['link intermediateThrowEvent', throwing('x', '<bpmn:linkEventDefinition name="l"/>')],
    ['compensate intermediateThrowEvent', throwing('x', '<bpmn:compensateEventDefinition/>')],
    ['multiple intermediateThrowEvent', throwing('x', on('signal') + on('message'))],
    ['none intermediateThrowEvent', throwing('x', '')],
  ])('%s', async (what, element) => {
    expect(await refused(around(element), '<bpmn:globalScriptTask id="gt"/>')).toContain(`outside_subset x ${what}`)
  })

  it.each([
    ['cancel endEvent', end('x', '<bpmn:cancelEventDefinition/>')],
    ['compensate endEvent', end('x', '<bpmn:compensateEventDefinition/>')],
  ])('%s', async (what, element) => {
    expect(await refused(start() + element + chain('s', 'x'))).toEqual([`outside_subset x ${what}`])
  })

  it('a condition in a language that it cannot read', async () => {
    const content = start() + gateway('exclusive', 'g') + end() + chain('s', 'g') + flow('g', 'e', '${bean.save()}')
    expect(await refused(content)).toEqual(['bad_feel g-e ${bean.save()}'])
  })

  it('a level that cannot end, but not one that only might get stuck', async () => {
    const join = (kind: 'exclusive' | 'inclusive'): string =>
      start() +
      gateway(kind, 'g') +
      '<bpmn:task id="a"/><bpmn:task id="b"/>' +
      gateway('parallel', 'j') +
      end() +
      chain('s', 'g', 'a', 'j', 'e') +
      chain('g', 'b', 'j')
    expect(await refused(join('exclusive'))).toEqual(['deadlock j null'])
    expect(await refused(join('inclusive'))).toEqual([])
  })
})

it('reads our own models as strictly as before', async () => {
  const strict = async (content: string): Promise<string[]> => {
    const read = await readDefinitions(bpmn(content))
    return read.ok ? [] : read.error.map(({ kind }) => kind)
  }
  expect(await strict('<bpmn:task id="a"/>')).toEqual(['outside_subset'])
  expect(await strict(user('a'))).toEqual(['no_start', 'dead_end'])
  expect(await strict(start('s', on('signal')) + end() + chain('s', 'e'))).toEqual(['outside_subset'])
  expect(await strict(start() + throwing('t', on('signal')) + end() + chain('s', 't', 'e'))).toEqual(['missing_signal'])
  expect(await strict(start() + user('a', 'odd="1"') + end() + chain('s', 'a', 'e'))).toEqual(['unknown_attribute'])
})
