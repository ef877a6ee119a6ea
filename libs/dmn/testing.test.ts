import { describe, expect, it } from 'vitest'
import { matches, readTestSuite, runTestSuite } from './testing.ts'
import { decision, definitions, input, literal } from './model.fixture.ts'
import { readDate } from './feel/temporal.ts'

const suiteXml = `<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <modelName>m.dmn</modelName>
  <testCase id="001">
    <inputNode name="firm"><component name="name"><value xsi:type="xsd:string">庭州样例</value></component>
      <component name="since"><value xsi:type="xsd:date">2020-01-02</value></component></inputNode>
    <inputNode name="loads"><list><item><value xsi:type="xsd:decimal">1.5</value></item><item><value>2</value></item></list></inputNode>
    <resultNode name="year"><expected><value xsi:type="xsd:decimal">2020</value></expected></resultNode>
    <resultNode name="total"><expected><value>3.5</value></expected></resultNode>
    <resultNode name="none" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode>
    <resultNode name="total"><expected><value xsi:type="xsd:decimal">4</value></expected></resultNode>
  </testCase>
</testCases>`

const model = definitions(
  '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>' +
    input('firm') +
    input('loads', 'tNumbers') +
    decision('year', literal('firm.since.year'), { needs: ['firm'] }) +
    decision('total', literal('sum(loads)'), { needs: ['loads'] }) +
    decision('none', literal('firm.missing + 1'), { needs: ['firm'] }),
)

describe('the runner of conformance tests', () => {
  it('counts by result and tells what differs', () => {
    const suite = readTestSuite(suiteXml)

    expect(suite.ok ? suite.value.modelName : null).toBe('m.dmn')
    expect(suite.ok ? runTestSuite([model], suite.value, '2026-11-28T10:00:00+08:00') : null).toEqual({
      passed: 3,
      failures: [{ caseId: '001', name: 'total', expected: 4, actual: 3.5, reason: null }],
    })
  })

  it('reports a model that cannot be read as failures', () => {
    const suite = readTestSuite(suiteXml)

    expect(suite.ok ? runTestSuite(['<a/>'], suite.value, '').failures.length : null).toBe(3)
    expect(readTestSuite('<a/>')).toMatchObject({ ok: false })
  })

  it('compares numbers to eight decimals and the rest exactly', () => {
    expect(matches(1 / 3, 0.33333333)).toBe(true)
    expect(matches(0.3334, 0.3333)).toBe(false)
    expect(matches(12_345.67001, 12_345.67)).toBe(false)
    expect(matches(123_456_789_012_345_680_000, 123_456_789_012_345_670_000)).toBe(true)
    expect(matches({ a: [1] }, { a: [1] })).toBe(true)
    expect(matches({ a: 1, b: 2 }, { a: 1 })).toBe(false)
    expect(matches('2024-01-01', readDate('2024-01-01'))).toBe(false)
  })
})
