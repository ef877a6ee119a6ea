import { describe, expect, it } from 'vitest'
import { readDefinition, readDefinitions, type ReadOptions } from './read.ts'
import {
  boundary,
  bpmn,
  catching,
  chain,
  definitionOf,
  end,
  eventSub,
  flow,
  gateway,
  message,
  on,
  script,
  start,
  sub,
  timer,
  user,
} from './testing.ts'
import type { Complaint } from './complaint.ts'

async function complaints(xml: string, options: ReadOptions = {}): Promise<readonly Complaint[]> {
  const read = await readDefinition(xml, options)
  return read.ok ? [] : read.error
}

/** kind and element of each complaint */
async function refused(content: string, roots = '', options: ReadOptions = {}): Promise<string[]> {
  return (await complaints(bpmn(content, roots), options)).map(({ kind, elementId }) => `${kind} ${elementId}`)
}

const lineOf = (xml: string, id: string): number => xml.split('\n').findIndex((line) => line.includes(`id="${id}"`)) + 1

describe('a good model', () => {
  it('compiles to plain JSON with everything the game needs', async () => {
    const definition = await definitionOf(
      bpmn(
        start() +
          user(
            'a',
            'tz:roles="dispatcher, area_lead" tz:form="f" tz:due="PT4H" tz:policy="claim,transfer" tz:outcomes="yes,no" tz:state="handling"',
          ) +
          end() +
          chain('s', 'a', 'e'),
      ),
    )

    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition)
    expect(definition.key).toBe('p')
    expect(definition.starts).toEqual(['s'])
    expect(definition.nodes['a']).toMatchObject({
      kind: 'userTask',
      roles: ['dispatcher', 'area_lead'],
      form: 'f',
      due: { kind: 'literal', text: 'PT4H' },
      policy: ['claim', 'transfer'],
      outcomes: ['yes', 'no'],
      state: 'handling',
      incoming: ['s-a'],
      outgoing: ['a-e'],
    })
  })

  it('may have lanes, notes, data, pools, foreign attributes and a diagram', async () => {
    const xml = bpmn(
      '<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>' +
        start() +
        user('a', 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:assignee="x"') +
        end() +
        chain('s', 'a', 'e') +
        '<bpmn:dataObject id="d"/><bpmn:dataObjectReference id="dr" dataObjectRef="d"/><bpmn:textAnnotation id="t"><bpmn:text>n</bpmn:text></bpmn:textAnnotation><bpmn:association id="as" sourceRef="a" targetRef="t"/>',
      '<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="p"/></bpmn:collaboration>',
    ).replace(
      '</bpmn:definitions>',
      '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="di"><bpmndi:BPMNPlane id="pl" bpmnElement="gone"/></bpmndi:BPMNDiagram></bpmn:definitions>',
    )

    expect(await complaints(xml)).toEqual([])
  })

  it('may hold several processes', async () => {
    const other = `<bpmn:process id="q">${start('qs')}${end('qe')}${chain('qs', 'qe')}</bpmn:process>`
    const xml = bpmn(start() + end() + chain('s', 'e'), other)

    const all = await readDefinitions(xml)

    expect(all.ok && all.value.map((one) => one.key)).toEqual(['q', 'p'])
    expect((await definitionOf(xml, { processId: 'q' })).key).toBe('q')
    expect(await complaints(xml, { processId: 'z' })).toMatchObject([{ kind: 'no_process', elementId: 'z' }])
  })
})

it('pools that are only drawn are left out beside an executable process', async () => {
  const drawn = '<bpmn:process id="q" isExecutable="false"><bpmn:task id="t"/></bpmn:process><bpmn:process id="empty"/>'

  const all = await readDefinitions(bpmn(start() + end() + chain('s', 'e'), drawn))

  expect(all.ok && all.value.map((one) => one.key)).toEqual(['p'])
})

describe('outside the subset', () => {
  const around = (element: string, id = 'x'): string => start() + element + end() + chain('s', id, 'e')
  it.each([
    ['complexGateway', '<bpmn:complexGateway id="x"/>'],
    ['adHocSubProcess', '<bpmn:adHocSubProcess id="x"/>'],
    ['transaction', '<bpmn:transaction id="x"/>'],
    ['task', '<bpmn:task id="x"/>'],
    ['manualTask', '<bpmn:manualTask id="x"/>'],
    ['loop marker', user('x', '', '<bpmn:standardLoopCharacteristics/>').trim()],
    ['compensation', user('x', 'isForCompensation="true"').trim()],
    ['completionQuantity', user('x', 'completionQuantity="2"').trim()],
    [
      'signal intermediateCatchEvent',
      '<bpmn:intermediateCatchEvent id="x"><bpmn:signalEventDefinition/></bpmn:intermediateCatchEvent>',
    ],
    [
      'conditional intermediateCatchEvent',
      '<bpmn:intermediateCatchEvent id="x"><bpmn:conditionalEventDefinition/></bpmn:intermediateCatchEvent>',
    ],
    [
      'link intermediateThrowEvent',
      '<bpmn:intermediateThrowEvent id="x"><bpmn:linkEventDefinition name="l"/></bpmn:intermediateThrowEvent>',
    ],
    ['none intermediateThrowEvent', '<bpmn:intermediateThrowEvent id="x"/>'],
    ['parallel event-based gateway', '<bpmn:eventBasedGateway id="x" eventGatewayType="Parallel"/>'],
    [
      'script format groovy',
      '<bpmn:scriptTask id="x" scriptFormat="groovy"><bpmn:script>1</bpmn:script></bpmn:scriptTask>',
    ],
  ])('refuses %s with its id and line', async (value, element) => {
    const xml = bpmn(start() + '\n' + element + '\n' + around('').replace(start(), ''))

    const [complaint] = await complaints(xml)

    expect(complaint).toMatchObject({ kind: 'outside_subset', elementId: 'x', line: lineOf(xml, 'x'), value })
  })

  it('refuses an element BPMN does not have, multiple events, and a signal that starts a process', async () => {
    expect(await refused(around('<bpmn:weird id="x"/>'))).toContain('outside_subset x')
    expect(await refused(around(catching('x', timer('timeDuration', 'PT1H') + on('message'))))).toContain(
      'outside_subset x',
    )
    expect(await refused(start('s', on('signal')) + end() + chain('s', 'e'))).toContain('outside_subset s')
  })

  it('lets plain tasks and unbound services pass when told to', async () => {
    const xml = bpmn(start() + '<bpmn:task id="x"/><bpmn:serviceTask id="y"/>' + end() + chain('s', 'x', 'y', 'e'))

    expect((await complaints(xml)).map((one) => one.kind)).toEqual(['outside_subset', 'missing_handler'])
    expect(await complaints(xml, { passUnbound: true })).toEqual([])
  })
})

describe('files that are no models', () => {
  it.each(['', '<a', 'hello', '<a/>', '{"a":1}'])('refuses %j', async (xml) => {
    expect(await complaints(xml)).toMatchObject([{ kind: expect.stringMatching(/not_xml|no_process/) }])
  })

  it('refuses doubled ids, ids that are none, references to nothing, misspelt attributes', async () => {
    expect(await refused(start() + user('s') + end() + chain('s', 'e'))).toContain('duplicate_id s')
    expect(await refused(start('1s') + end())).toContain('bad_id 1s')
    expect(await refused(start() + end() + flow('s', 'gone'))).toContain('unresolved_reference s-gone')
    expect(await refused(start() + user('a', 'tz:role="x"') + end() + chain('s', 'a', 'e'))).toContain(
      'unknown_attribute a',
    )
  })

  it('refuses a process that is nested too deep or has too many elements', async () => {
    const nested = Array.from({ length: 40 }).reduce<string>((inner, _, depth) => sub(`d${depth}`, inner), '')
    const many = Array.from({ length: 5001 }, (_, index) => end(`e${index}`)).join('')

    expect(await refused(nested)).toEqual(['too_large p'])
    expect(await refused(many)).toEqual(['too_large p'])
  })

  it('refuses a file that is too long', async () => {
    expect(await complaints(' '.repeat(4_000_001))).toMatchObject([{ kind: 'too_large' }])
  })
})

describe('the graph', () => {
  it('every node is reached and leads to an end', async () => {
    expect(await refused(start() + user('a') + end() + chain('s', 'e') + chain('a', 'e'))).toEqual(['unreachable a'])
    expect(await refused(start() + user('a') + chain('s', 'a'))).toContain('dead_end a')
    expect(
      await refused(start() + gateway('exclusive', 'm') + user('a') + user('b') + chain('s', 'm', 'a', 'b', 'm')),
    ).toContain('no_way_to_end a')
    expect(await refused(user('a') + end() + chain('a', 'e'))).toContain('no_start p')
    expect(await refused(start('s') + start('s2') + end() + chain('s', 'e') + chain('s2', 'e'))).toContain(
      'ambiguous_start s2',
    )
    expect(await refused(start() + sub('h', user('a')) + end() + chain('s', 'h', 'e'))).toEqual(
      expect.arrayContaining(['no_start h', 'dead_end a']),
    )
  })

  it('flows stay on their level, starts and ends on their side', async () => {
    expect(
      await refused(
        start() +
          sub('h', start('hs') + user('a') + end('he') + chain('hs', 'a', 'he')) +
          end() +
          chain('s', 'h', 'e') +
          chain('a', 'e'),
      ),
    ).toContain('bad_flow a-e')
    expect(await refused(start() + end() + chain('s', 'e', 's'))).toEqual(
      expect.arrayContaining(['bad_flow e', 'bad_flow s']),
    )
    expect(
      await refused(
        start() +
          user('a') +
          boundary('b', 's', timer('timeDuration', 'PT1H')) +
          end() +
          chain('s', 'a', 'e') +
          chain('b', 'e'),
      ),
    ).toContain('bad_boundary b')
  })

  it('a parallel join after an exclusive split is a deadlock', async () => {
    const model =
      start() +
      gateway('exclusive', 'x', 'default="x-b"') +
      user('a') +
      user('b') +
      gateway('parallel', 'j') +
      end() +
      chain('s', 'x') +
      flow('x', 'a', 'c') +
      chain('x', 'b', 'j', 'e') +
      chain('a', 'j')
    expect(await refused(model)).toEqual(['deadlock j'])
    expect(await refused(model.replace('parallelGateway', 'inclusiveGateway'))).toEqual([])
  })

  it('a parallel join that an interrupting timer can starve is a deadlock', async () => {
    const model =
      start() +
      gateway('parallel', 'f') +
      user('a') +
      user('b') +
      boundary('late', 'b', timer('timeDuration', 'PT1H')) +
      end('other') +
      gateway('parallel', 'j') +
      end() +
      chain('s', 'f', 'a', 'j', 'e') +
      chain('f', 'b', 'j') +
      chain('late', 'other')
    expect(await refused(model)).toEqual(['deadlock j'])
    expect(await refused(model.replace('cancelActivity="true"', 'cancelActivity="false"'))).toEqual([])
  })

  it('gateways have conditions, a true default and events behind', async () => {
    const split = (kind: 'exclusive' | 'inclusive', attributes = '') =>
      start() +
      gateway(kind, 'x', attributes) +
      user('a') +
      user('b') +
      end() +
      chain('s', 'x') +
      flow('x', 'a', 'c') +
      chain('x', 'b', 'e') +
      chain('a', 'e')
    expect(await refused(split('exclusive'))).toEqual(['missing_condition x-b'])
    expect(await refused(split('inclusive'))).toEqual(['missing_condition x-b'])
    expect(await refused(split('exclusive', 'default="x-b"'))).toEqual([])
    expect(await refused(split('exclusive', 'default="a-e"'))).toContain('bad_default x')
    expect(
      await refused(
        start() +
          gateway('eventBased', 'g') +
          user('a') +
          catching('t', timer('timeDuration', 'PT1H')) +
          end() +
          chain('s', 'g', 'a', 'e') +
          chain('g', 't', 'e'),
      ),
    ).toContain('bad_event_gateway g')
  })
})

describe('words and references', () => {
  it('refuses what is not FEEL with the text itself', async () => {
    const xml = bpmn(
      start() +
        gateway('exclusive', 'x', 'default="x-b"') +
        user('b') +
        end() +
        chain('s', 'x') +
        flow('x', 'e', '${a == 1}') +
        chain('x', 'b', 'e'),
    )
    expect(await complaints(xml)).toMatchObject([
      { kind: 'bad_feel', elementId: 'x-e', value: '${a == 1}', line: lineOf(xml, 'x-e') },
    ])
    expect(await refused(start() + script('t', 'a +', '', 'x') + end() + chain('s', 't', 'e'))).toEqual(['bad_feel t'])
  })

  it('refuses times that are none, and asks for the shell’s own words', async () => {
    const model = (text: string) => start() + catching('t', timer('timeDuration', text)) + end() + chain('s', 't', 'e')
    const isDuration = (text: string): boolean => text === '1 working day'

    expect(await refused(model('1 working day'))).toEqual(['bad_timer t'])
    expect(await refused(model('1 working day'), '', { known: { isDuration } })).toEqual([])
    expect(await refused(model('=dueIn'))).toEqual([])
    expect(await refused(start() + catching('t', timer('timeDate', 'PT1H')) + end() + chain('s', 't', 'e'))).toEqual([
      'bad_timer t',
    ])
    expect(await refused(start() + user('a', 'tz:due="soon"') + end() + chain('s', 'a', 'e'))).toEqual(['bad_timer a'])
  })

  it('refuses missing references', async () => {
    const one = (inner: string) => start() + catching('t', inner) + end() + chain('s', 't', 'e')
    expect(await refused(one(on('message')))).toContain('missing_message t')
    expect(await refused(one('<bpmn:timerEventDefinition/>'))).toContain('missing_timer t')
    expect(await refused(start() + end('e', on('error')) + chain('s', 'e'))).toContain('missing_error e')
    expect(await refused(start() + '<bpmn:serviceTask id="t"/>' + end() + chain('s', 't', 'e'))).toContain(
      'missing_handler t',
    )
    expect(await refused(start() + '<bpmn:callActivity id="t"/>' + end() + chain('s', 't', 'e'))).toContain(
      'missing_called t',
    )
    expect(
      await refused(start() + user('t', '', '<bpmn:multiInstanceLoopCharacteristics/>') + end() + chain('s', 't', 'e')),
    ).toContain('missing_collection t')
    expect(
      await refused(
        start() + end() + chain('s', 'e') + eventSub('h', start('hs', on('signal')) + end('he') + chain('hs', 'he')),
      ),
    ).toContain('missing_signal hs')
  })

  it('refuses handlers, roles, forms and processes nobody knows, when told who is known', async () => {
    const model =
      start() +
      user('a', 'tz:roles="mayor" tz:form="f9"') +
      '<bpmn:serviceTask id="b" tz:handler="x.y"/><bpmn:callActivity id="c" calledElement="z"/>' +
      end() +
      chain('s', 'a', 'b', 'c', 'e')
    const known = { handlers: ['x.z'], roles: ['dispatcher'], forms: ['f1'], processes: ['p'] }

    expect(await refused(model)).toEqual([])
    expect((await refused(model, '', { known })).toSorted()).toEqual([
      'unknown_form a',
      'unknown_handler b',
      'unknown_process c',
      'unknown_role a',
    ])
  })

  it('finds lines past comments, CDATA and wrapped tags', async () => {
    const xml = bpmn(
      `<!-- <bpmn:task id="x"/>\n -->\n<bpmn:documentation><![CDATA[\n<bpmn:task id="x"/>]]></bpmn:documentation>\n<bpmn:task\n  name="a > b"\n  id="x"/>\n` +
        start() +
        end() +
        chain('s', 'e'),
    )
    const line = xml.split('\n').findLastIndex((text) => text === '<bpmn:task') + 1
    expect(await complaints(xml)).toMatchObject([{ kind: 'outside_subset', elementId: 'x', line }])
  })
})

it('a message start and a plain start may stand side by side', async () => {
  expect(
    await refused(start() + start('m', on('message', 'go')) + end() + chain('s', 'e') + chain('m', 'e'), message('go')),
  ).toEqual([])
})
