import { describe, expect, it } from 'vitest'
import file from '../data/document-rules.json' with { type: 'json' }
import { checkCodes, documentKinds, goodsClasses, ruleSteps } from '../words.ts'
import { blocking, findingsOf, standOn, type Facts, type Paper } from './finding.ts'

const paper = (kind: Paper['kind'], over: Partial<Paper> = {}): Paper => ({
  id: kind,
  kind,
  number: 'N1',
  validFrom: '2026-03-01',
  validTo: '2026-03-31',
  pieces: 10_000,
  state: 'checked',
  ...over,
})
const facts = (over: Partial<Facts> = {}): Facts => ({
  pieces: 10_000,
  loadedPieces: 10_000,
  documentRules: [
    { kind: 'packing_list', step: 'complete', required: true, dated: false, counted: true },
    { kind: 'phytosanitary_certificate', step: 'cross', required: true, dated: true, counted: true },
    { kind: 'cargo_insurance', step: 'cross', required: false, dated: true, counted: false },
  ],
  checkRules: [
    { code: 'counts_equal', step: 'cross', result: 'block' },
    { code: 'seals_equal', step: 'cross', result: 'block' },
    { code: 'nursery_registered', step: 'declare', result: 'block' },
    { code: 'lots_passed', step: 'release', result: 'block' },
    { code: 'waybill_signed', step: 'cross', result: 'warn' },
  ],
  documents: [paper('packing_list'), paper('phytosanitary_certificate')],
  lots: [
    {
      number: 'PC1',
      pieces: 10_000,
      inspection: 'passed',
      nursery: { registration: 'ZC-1', state: 'open', validFrom: '2026-01-01', validTo: '2026-03-31' },
    },
  ],
  seals: ['S1'],
  handedOverAtYard: true,
  waybillSigned: true,
  ...over,
})
const codes = (given: Facts, step = 'cross', onDay = '2026-03-15') =>
  findingsOf(given, step as 'cross', onDay).map(({ code, result }) => `${code} ${result}`)

describe('what stands before a step', () => {
  it('is nothing when all is in order, on the first and on the last day', () => {
    for (const onDay of ['2026-03-01', '2026-03-15', '2026-03-31']) expect(codes(facts(), 'cross', onDay)).toEqual([])
  })

  it('holds a term to the day', () => {
    expect(codes(facts(), 'cross', '2026-04-01')).toEqual(['document_expired block', 'nursery_registered block'])
    expect(codes(facts(), 'cross', '2026-02-28')).toEqual(['document_not_yet block'])
    expect(standOn(paper('cmr', { validTo: null }), true, '2026-03-15')).toBe('expired')
    expect(standOn(paper('cmr', { validTo: null }), false, '2026-03-15')).toBe('checked')
  })

  it('names field, value, rule and limit of counts', () => {
    const [first, second] = blocking(findingsOf(facts({ loadedPieces: 9_999 }), 'cross', '2026-03-15'))
    expect(first).toMatchObject({
      field: 'documents.packing_list.pieces',
      value: 10_000,
      rule: 'equals_loaded',
      limit: 9_999,
    })
    expect(second).toMatchObject({ field: 'documents.phytosanitary_certificate.pieces' })
    expect(codes(facts({ loadedPieces: null }))).toEqual(['counts_equal block'])
  })

  it('asks each step for its own rules and those before it', () => {
    const bare = facts({ documents: [], seals: [], handedOverAtYard: false, waybillSigned: null, lots: [] })
    expect(codes(bare, 'complete')).toEqual(['lots_differ block', 'document_missing block'])
    expect(codes(bare, 'declare')).toEqual(codes(bare, 'complete'))
    expect(codes(bare, 'cross')).toEqual([
      'lots_differ block',
      'document_missing block',
      'document_missing block',
      'seals_equal block',
      'seals_equal block',
      'waybill_signed warn',
    ])
  })

  it('passes over what is switched off or only warns', () => {
    const off = facts({ checkRules: [{ code: 'seals_equal', step: 'cross', result: 'off' }], seals: [] })
    expect(codes(off)).toEqual([])
    expect(blocking(findingsOf(facts({ waybillSigned: false }), 'cross', '2026-03-15'))).toEqual([])
  })
})

it('the file of rules speaks of known words, each once a class of goods', () => {
  const documents = file.documents.map(({ goodsClass, kind }) => `${goodsClass} ${kind}`)
  const checks = file.checks.map(({ goodsClass, code }) => `${goodsClass} ${code}`)
  for (const list of [documents, checks]) expect(new Set(list).size).toBe(list.length)
  for (const { goodsClass, kind, step } of file.documents) {
    expect(goodsClasses).toContain(goodsClass)
    expect(documentKinds).toContain(kind)
    expect(ruleSteps).toContain(step)
  }
  for (const { code, step } of file.checks) {
    expect(checkCodes).toContain(code)
    expect(ruleSteps).toContain(step)
  }
})
