/** Drawings that together hold everything that the named subset of BPMN can draw. */
import { chain, flow } from '@tingzhou/process/testing'

/** One drawing of the soak; `next` is its second version, whose renamed nodes end in `_v2`. */
export type SoakDrawing = { readonly key: string; readonly xml: string; readonly next?: string }

const every = 'claim,release,transfer,delegate,add_sign,drop_sign,return,take_back,urge,suspend,terminate'

const file = (key: string, elements: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tz="urn:tingzhou:bpmn" id="d" targetNamespace="urn:soak">
${['answer', 'more', 'stop', 'ask'].map((name) => `<message id="m_${name}" name="${name}"/>`).join('')}
<signal id="s_alarm" name="alarm"/><error id="e_bad" errorCode="bad"/><escalation id="x_help" escalationCode="help"/>
<process id="${key}" name="${key}" isExecutable="true">
${elements}
</process></definitions>`

const task = (id: string, outcomes = '', inner = ''): string =>
  `<userTask id="${id}" name="${id}" tz:roles="dept_officer" tz:policy="${every}" tz:due="=dueAt"${
    outcomes === '' ? '' : ` tz:outcomes="${outcomes}"`
  }>${inner}</userTask>`
const service = (id: string, handler: string): string => `<serviceTask id="${id}" tz:handler="${handler}"/>`
const end = (id: string, inner = ''): string => `<endEvent id="${id}">${inner}</endEvent>`
const message = (name: string, key = ''): string =>
  `<messageEventDefinition messageRef="m_${name}"${key === '' ? '' : ` tz:correlationKey="=${key}"`}/>`
const timer = (value: string): string => `<timerEventDefinition><timeDate>=${value}</timeDate></timerEventDefinition>`
const duration = (value: string): string =>
  `<timerEventDefinition><timeDuration>${value}</timeDuration></timerEventDefinition>`
const cycle = (value: string): string => `<timerEventDefinition><timeCycle>${value}</timeCycle></timerEventDefinition>`
const signal = '<signalEventDefinition signalRef="s_alarm"/>'
const error = '<errorEventDefinition errorRef="e_bad"/>'
const escalation = '<escalationEventDefinition escalationRef="x_help"/>'
const terminate = '<terminateEventDefinition/>'
const boundary = (id: string, on: string, inner: string, interrupting = true): string =>
  `<boundaryEvent id="${id}" attachedToRef="${on}" cancelActivity="${interrupting}">${inner}</boundaryEvent>`
const beside = (id: string, trigger: string, interrupting: boolean, elements: string): string =>
  `<subProcess id="${id}" triggeredByEvent="true"><startEvent id="${id}_start" isInterrupting="${interrupting}">${trigger}</startEvent>${elements}</subProcess>`
const is = (outcome: string): string => `outcome = &quot;${outcome}&quot;`

/** Joins that gather, many ways at once, events beside: the one that is also migrated to and fro. */
const gates = (v: '' | '_v2'): string =>
  file(
    'soak-gates',
    `<startEvent id="start"/>${task('plan', 'go,again')}<exclusiveGateway id="planned" default="planned-fork"/>
     <parallelGateway id="fork"/>${task('a', 'done')}${boundary('nudge', 'a', cycle('R2/PT20M'), false)}${service('nudged', 'note')}${end('nudge_end')}
     ${service('b', 'note')}${task('b_check')}
     <inclusiveGateway id="split" default="split-i3"/>${task('i1')}${task('i2')}${service('i3', 'note')}<inclusiveGateway id="merge"/>
     <parallelGateway id="join"/>${task(`after${v}`, 'ask,close')}${boundary('late', `after${v}`, timer('lateAt'))}
     ${v === '' ? '' : `${boundary('extra', `after${v}`, message('ask'), false)}${task('extra_work')}${end('extra_end')}${chain('extra', 'extra_work', 'extra_end')}`}
     <exclusiveGateway id="afterwards" default="afterwards-end"/>
     <eventBasedGateway id="waiting"/><intermediateCatchEvent id="answered">${message('answer', 'room')}</intermediateCatchEvent>
     <intermediateCatchEvent id="waited">${duration('PT15M')}</intermediateCatchEvent><exclusiveGateway id="back"/>${task('closing')}${end('end')}${end('late_end')}
     ${chain('start', 'plan', 'planned')}${flow('planned', 'plan', is('again'))}${flow('planned', 'fork')}
     ${chain('fork', 'a', 'join')}${chain('fork', 'b', 'b_check', 'join')}${chain('nudge', 'nudged', 'nudge_end')}
     ${flow('fork', 'split')}${flow('split', 'i1', 'loud = true')}${flow('split', 'i2', 'quick = true')}${flow('split', 'i3')}
     ${chain('i1', 'merge')}${chain('i2', 'merge')}${chain('i3', 'merge')}${flow('merge', 'join')}
     ${chain('join', `after${v}`, 'afterwards')}${flow('afterwards', 'waiting', is('ask'))}${flow('afterwards', 'end')}
     ${chain('waiting', 'answered', 'back')}${chain('waiting', 'waited', 'back')}${chain('back', 'closing', 'end')}${chain('late', 'late_end')}
     ${beside('aside', message('more'), false, `${task('assist')}${end('assisted')}${chain('aside_start', 'assist', 'assisted')}`)}
     ${beside('stopping', message('stop'), true, `${end('stopped', terminate)}${chain('stopping_start', 'stopped')}`)}`,
  )

/** Activities with many instances, side by side and one after the other: tasks, sub-processes, calls. */
const many = file(
  'soak-many',
  `<startEvent id="start"/>
   ${task('each', 'yes,no', '<multiInstanceLoopCharacteristics isSequential="false" tz:collection="=people" tz:element="person" tz:output="opinions"><completionCondition>=nrOfCompletedInstances &gt;= 3</completionCondition></multiInstanceLoopCharacteristics>')}
   ${boundary('each_late', 'each', timer('lateAt'))}
   ${task('turns', '', '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>')}
   <subProcess id="part"><multiInstanceLoopCharacteristics isSequential="false" tz:collection="=people" tz:element="person"/>
     <startEvent id="part_start"/>${task('part_work')}${boundary('part_nudge', 'part_work', duration('PT30M'), false)}${service('part_note', 'note')}${end('part_noted')}${end('part_end')}
     ${chain('part_start', 'part_work', 'part_end')}${chain('part_nudge', 'part_note', 'part_noted')}</subProcess>
   <callActivity id="calls" calledElement="soak-called"><multiInstanceLoopCharacteristics isSequential="false" tz:collection="=people" tz:element="person"/></callActivity>
   ${boundary('calls_bad', 'calls', error)}${boundary('calls_late', 'calls', timer('callLateAt'))}
   ${task('rest')}${end('end')}${end('bad_end')}
   ${chain('start', 'each', 'turns', 'part', 'calls', 'rest', 'end')}${chain('each_late', 'turns')}${chain('calls_bad', 'bad_end')}${chain('calls_late', 'rest')}`,
)

/** One call with all that may come of it. */
const caller = file(
  'soak-caller',
  `<startEvent id="start"/>${task('prepare')}<parallelGateway id="fork"/>
   <callActivity id="call" calledElement="soak-called"><extensionElements><tz:input name="loud">=loud</tz:input><tz:input name="dueAt">=dueAt</tz:input><tz:input name="lateAt">=lateAt</tz:input></extensionElements></callActivity>
   ${boundary('bad', 'call', error)}${boundary('help', 'call', escalation, false)}${boundary('late', 'call', timer('callLateAt'))}${boundary('stop', 'call', message('stop'))}
   <callActivity id="plain" calledElement="soak-called.deep"/>
   ${task('helping')}${end('helped')}${task('repair')}<exclusiveGateway id="either"/><parallelGateway id="join"/>${task('review')}${end('end')}
   ${chain('start', 'prepare', 'fork', 'call', 'either', 'join', 'review', 'end')}${chain('fork', 'plain', 'join')}
   ${chain('bad', 'repair', 'either')}${chain('help', 'helping', 'helped')}${flow('late', 'either')}${flow('stop', 'either')}`,
)

/** What is called: it ends well, with an error, asks for help, calls deeper. */
const called = file(
  'soak-called',
  `<startEvent id="start"/><exclusiveGateway id="enter"/>${task('work', 'good,bad,help,deep')}<exclusiveGateway id="how" default="how-end"/>
   <intermediateThrowEvent id="ask">${escalation}</intermediateThrowEvent><callActivity id="deeper" calledElement="soak-called.deep"/>
   ${end('failed', error)}${end('end')}
   ${chain('start', 'enter', 'work', 'how')}${flow('how', 'failed', is('bad'))}${flow('how', 'ask', is('help'))}${flow('how', 'deeper', is('deep'))}${flow('how', 'end')}
   ${flow('ask', 'enter')}${flow('deeper', 'enter')}`,
)
const deep = file(
  'soak-called.deep',
  `<startEvent id="start"/>${task('dig', 'good,bad')}${boundary('patience', 'dig', timer('lateAt'))}<exclusiveGateway id="how" default="how-end"/>${end('failed', error)}${end('end')}
   ${chain('start', 'dig', 'how')}${flow('how', 'failed', is('bad'))}${flow('how', 'end')}${flow('patience', 'end')}`,
)

/** Throwing and ending: messages by key, signals, scripts, two handlers of which one ends the level, an error event beside. */
const thrower = file(
  'soak-thrower',
  `<startEvent id="start"/>${task('write', 'send,ring,script,both,break')}<exclusiveGateway id="what" default="what-end"/>
   <intermediateThrowEvent id="say">${message('answer', 'room')}</intermediateThrowEvent><intermediateThrowEvent id="ring">${signal}</intermediateThrowEvent>
   <scriptTask id="count" tz:result="counted"><script>1 + 1</script></scriptTask>
   <subProcess id="level"><startEvent id="level_start"/><parallelGateway id="level_fork"/>${service('first', 'note')}${service('second', 'note')}${end('over', terminate)}${end('level_end')}
     ${chain('level_start', 'level_fork', 'first', 'over')}${chain('level_fork', 'second', 'level_end')}</subProcess>
   ${end('broken', error)}${task('calm')}${boundary('alarmed', 'calm', signal)}<exclusiveGateway id="meet"/>
   <receiveTask id="listen" messageRef="m_ask" tz:correlationKey="=room"/>${boundary('listened', 'listen', timer('lateAt'))}${end('end')}
   ${chain('start', 'write', 'what')}${flow('what', 'say', is('send'))}${flow('what', 'ring', is('ring'))}${flow('what', 'count', is('script'))}${flow('what', 'level', is('both'))}${flow('what', 'broken', is('break'))}${flow('what', 'end')}
   ${chain('say', 'meet')}${chain('ring', 'meet')}${chain('count', 'meet')}${chain('level', 'meet')}${chain('meet', 'calm', 'listen', 'end')}${flow('alarmed', 'listen')}${flow('listened', 'end')}
   ${beside('mending', error, true, `${task('mend')}${end('mended')}${chain('mending_start', 'mend', 'mended')}`)}`,
)

/** The soak's own drawings, those that are called before those that call. */
export const soakDrawings: readonly SoakDrawing[] = [
  { key: 'soak-called.deep', xml: deep },
  { key: 'soak-called', xml: called },
  { key: 'soak-gates', xml: gates(''), next: gates('_v2') },
  { key: 'soak-many', xml: many },
  { key: 'soak-caller', xml: caller },
  { key: 'soak-thrower', xml: thrower },
]
