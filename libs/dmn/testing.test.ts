import { describe, expect, it } from 'vitest'
import { matches, readTestSuite, runTestSuite } from './testing.ts'
import { decision, definitions, input, knowledge, literal } from './model.fixture.ts'
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

  const report = (cases: string, models: readonly string[]) => {
    const suite = readTestSuite(`<testCases xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${cases}</testCases>`)
    return suite.ok ? runTestSuite(models, suite.value, '2026-11-28T10:00:00+08:00') : null
  }

  it('takes an expected value without a type for text where the actual value is text, one with a type never', () => {
    const codes = definitions(decision('codes', literal('["10", "true", "2"]')) + decision('n', literal('"10"')))
    const expected = (values: string): string => `<expected><list>${values}</list></expected>`
    const items = ['10', 'true', '2'].map((value) => `<item><value>${value}</value></item>`).join('')
    const cases =
      `<testCase id="1"><resultNode name="codes">${expected(items)}</resultNode>` +
      '<resultNode name="n"><expected><value xsi:type="xsd:decimal">10</value></expected></resultNode></testCase>'

    expect(report(cases, [codes])).toEqual({
      passed: 1,
      failures: [{ caseId: '1', name: 'n', expected: 10, actual: '10', reason: null }],
    })
  })

  it('calls what a case names only where the case calls a service or a knowledge model', () => {
    const model = definitions(decision('d', literal('1')) + knowledge('twice', ['n:number'], literal('2 * n')))
    const result = (name: string, value: number): string =>
      `<resultNode name="${name}"><expected><value xsi:type="xsd:decimal">${value}</value></expected></resultNode>`
    const cases =
      `<testCase id="1" type="decision" invocableName="no such service">${result('d', 1)}</testCase>` +
      `<testCase id="2" type="bkm" invocableName="twice"><inputNode name="n"><value>4</value></inputNode>${result('twice', 8)}</testCase>`

    expect(report(cases, [model])).toEqual({ passed: 2, failures: [] })
  })

  it('tells inputs of the same name apart by the model that they belong to', () => {
    const model = definitions(
      '<import name="p" namespace="urn:parts"/>' +
        input('n', 'number') +
        decision('d', literal('10 * n + p.n'), { needs: ['n', 'urn:parts#_n'] }),
    )
    const cases =
      '<testCase id="1"><inputNode name="n"><value>4</value></inputNode>' +
      '<inputNode name="n" namespace="urn:parts"><value>5</value></inputNode>' +
      '<resultNode name="d"><expected><value xsi:type="xsd:decimal">45</value></expected></resultNode></testCase>'

    expect(report(cases, [model, definitions(input('n', 'number'), 'parts')])).toEqual({ passed: 1, failures: [] })
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
