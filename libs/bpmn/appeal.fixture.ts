/** The appeal process of the zone in small, for tests: a handling sub-process with a supervision ladder, callback, loop. */
import { boundary, bpmn, chain, end, eventSub, flow, gateway, message, on, start, sub, timer, user } from './testing.ts'

const assist =
  '<bpmn:multiInstanceLoopCharacteristics tz:collection="=assistants" tz:element="assistant" tz:output="opinions"/>'
const reached =
  '<bpmn:extensionElements><tz:output name="reached">=reached</tz:output></bpmn:extensionElements>' +
  '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>3</bpmn:loopCardinality><bpmn:completionCondition>reached = true</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>'

const handle = sub(
  'handle',
  start('hs') +
    user('sign', 'tz:outcomes="sign,return" tz:state="dispatched"') +
    gateway('exclusive', 'signed', 'default="signed-fork"') +
    end('returned', on('escalation', 'return')) +
    gateway('parallel', 'fork') +
    user('work') +
    user('assist', '', assist) +
    gateway('parallel', 'join') +
    user('reply', 'tz:state="replied"') +
    end('he') +
    chain('hs', 'sign', 'signed', 'fork', 'work', 'join', 'reply', 'he') +
    chain('fork', 'assist', 'join') +
    flow('signed', 'returned', 'outcome = "return"'),
)

export const appeal = bpmn(
  start('submit') +
    user('register', 'tz:outcomes="decline,dispatch" tz:state="registered"') +
    gateway('exclusive', 'registered', 'default="registered-again"') +
    end('declined') +
    gateway('exclusive', 'again') +
    handle +
    boundary('sent_back', 'handle', on('escalation', 'return')) +
    boundary('half', 'handle', timer('timeDate', '=halfAt'), false) +
    boundary('late', 'handle', timer('timeDate', '=dueAt'), false) +
    user('remind') +
    user('supervise') +
    user('redispatch') +
    end('told') +
    user('quality') +
    boundary('passed', 'quality', timer('timeDuration', 'P1D')) +
    gateway('exclusive', 'checked') +
    user('callback', '', reached) +
    gateway('exclusive', 'solved', 'default="solved-again"') +
    user('strike_off', 'tz:state="closed"') +
    end('closed') +
    chain('submit', 'register', 'registered', 'again', 'handle', 'quality', 'checked', 'callback', 'solved') +
    chain('strike_off', 'closed') +
    flow('solved', 'strike_off', 'reached = true') +
    flow('registered', 'declined', 'outcome = "decline"') +
    flow('solved', 'again') +
    chain('sent_back', 'redispatch', 'again') +
    chain('half', 'remind', 'told') +
    chain('late', 'supervise', 'told') +
    chain('passed', 'checked') +
    eventSub(
      'withdrawing',
      start('withdrawal', on('message', 'withdraw')) + end('withdrawn') + chain('withdrawal', 'withdrawn'),
    ),
  message('withdraw') + '<bpmn:escalation id="return" escalationCode="return"/>',
).replace(
  /(<bpmn:sequenceFlow id="solved-strike_off"[^>]*>)/,
  '$1<bpmn:conditionExpression>reached = true</bpmn:conditionExpression>',
)
