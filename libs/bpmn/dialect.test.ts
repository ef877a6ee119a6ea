import { epochMs } from '@tingzhou/kernel'
import { expect, it } from 'vitest'
import { toFeel } from './dialect.ts'
import { evaluateFeel } from './feel.ts'

const vars = { test: 'ab', n: 2, done: false, firm: { name: '甲', size: 3 }, list: [5, 6], none: null }

it.each([
  // FEEL stays as it is.
  ['=n = 2', 'n = 2', true],
  ['n > 1 and not(done)', 'n > 1 and not(done)', true],
  ['contains(test, "a")', 'contains(test, "a")', true],
  // JUEL
  ['${n == 2}', 'n = 2', true],
  ['#{n ge 3}', 'n >= 3', false],
  ['${test}', 'test', 'ab'],
  ['${!done && firm.size > 2}', '(not(done) and (firm.size > 2))', true],
  ['${empty none or not empty list}', null, true],
  ["${firm['name'] eq '甲'}", 'firm.name = "甲"', true],
  ['${list[1]}', 'list[1 + 1]', 6],
  ['${done ? 1 : 2}', null, 2],
  ["${execution.getVariable('n') % 2 == 0}", null, true],
  // Java, MVEL, Groovy, JavaScript
  ['test.contains("a")', 'contains(test, "a")', true],
  ['return test.contains("c");', 'contains(test, "c")', false],
  ["test === 'ab' || done", null, true],
  ['firm.getName().equals("甲")', null, true],
  ['test.toUpperCase().startsWith("AB")', null, true],
  ['!(n != 2)', null, true],
  ['n + 2 * 3 == 8', null, true],
  // XPath
  ["contains($test, 'b')", 'contains(test, "b")', true],
  ["bpmn:getDataObject('n') > 1", 'n > 1', true],
  ["not(bpmn:getDataObject('done')) and true()", null, true],
  ["starts-with($test, 'b')", null, false],
])('%s', (written, feel, answer) => {
  const translated = toFeel(written, null)
  if (feel !== null) expect(translated).toBe(feel)
  expect(evaluateFeel(translated, vars, { now: epochMs(0), offsetMin: 480 })).toEqual(answer)
})

it('reads a slash as a step in XPath and as a division elsewhere', () => {
  expect(toFeel("bpmn:getDataObject('firm')/size = 3", 'http://www.w3.org/1999/XPath')).toBe('firm.size = 3')
  expect(toFeel('${n / 2 == 1}', null)).toBe('((n / 2) = 1)')
})

it.each(['${bean.save(n)}', 'n ==', "'open", 'a ? b', '${}', 'x; y == 1', '${a b}'])(
  'leaves what it cannot translate for the checker: %s',
  (written) => expect(toFeel(written, null)).toBe(written),
)

it('does not take members of objects for methods', () => {
  expect(toFeel('a.constructor("x")', null)).toBe('a.constructor("x")')
  expect(toFeel('toString(a) == 1', null)).toBe('toString(a) == 1')
})
