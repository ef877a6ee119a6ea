import * as fc from 'fast-check'
import { epochMs } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { decideAutomatically, inputsOf, isSampled, type AutomaticContext } from './automatic.ts'
import { builtInOneThings } from './built-in.ts'
import { askEligibility, askTable, NamedTable } from './decision-table.ts'
import { jointClockOf } from './joint-clock.ts'
import { factTable } from './one-thing.fixture.ts'

const all = builtInOneThings()
const find = (code: string) => {
  const oneThing = all.find((one) => one.code === code)
  if (!oneThing) throw new Error(`${code} is built in`)
  return oneThing
}
const tableOf = (oneThing: string, table: string): NamedTable => {
  const named = find(oneThing).tables.find(({ code }) => code === table)
  if (!named) throw new Error(`${table} is a table of ${oneThing}`)
  return named
}
const context: AutomaticContext = {
  caseId: 'case-1',
  evidence: ['b'.repeat(64), 'a'.repeat(64)],
  accountableId: 'account-7',
  now: epochMs(1_795_300_000_000),
  seed: 'seed',
  sampledShare: 0.05,
}

describe('the permit of a small shop', () => {
  const table = tableOf('restaurant', 'small_shop')
  const shop = {
    shop_kind: 'small_shop',
    area_m2: 45,
    sells_cold_or_raw: false,
    operator_barred: false,
    licence_revoked_5y: false,
  }

  it('is granted by the table within 15 minutes', () => {
    const permit = find('restaurant').items.find(({ automatic }) => automatic?.table === 'small_shop')

    expect(decideAutomatically(table, shop, context)).toMatchObject({ outcome: 'approve' })
    expect(permit?.name.zh).toBe('食品经营许可')
    expect(permit?.automatic).toMatchObject({ minutes: 15, source: 'reported: seed: 15 minutes' })
  })

  it('leaves the five items of Guangyuan with 13 days, and the small shop without sign and fire check with one', () => {
    const { items } = find('restaurant')
    const [licence, permit, sign, fire, health] = items.map(({ code }) => code)
    const day = (selected: readonly (string | undefined)[], automatic: readonly (string | undefined)[]) => {
      const known = (codes: readonly (string | undefined)[]) => new Set(codes.filter((code) => code !== undefined))
      const clock = jointClockOf({ items }, known(selected), known(automatic))
      return clock.ok ? clock.value.days : null
    }

    expect(items.map(({ name }) => name.zh)).toEqual([
      '经营主体设立登记（营业执照）',
      '食品经营许可',
      '户外招牌设置',
      '公众聚集场所营业前消防安全检查',
      '从业人员健康证明',
    ])
    expect(day([licence, permit, sign, fire, health], [])).toBe(13)
    expect(day([licence, permit], [])).toBe(13)
    expect(day([licence, permit], [permit])).toBe(1)
  })

  it.each([
    ['a restaurant', { shop_kind: 'restaurant' }],
    ['60.5 m²', { area_m2: 60.5 }],
    ['cold food', { sells_cold_or_raw: true }],
    ['an operator who is barred', { operator_barred: true }],
    ['a revoked permit', { licence_revoked_5y: true }],
    ['an unknown fact', { operator_barred: null }],
    ['an unknown area', { area_m2: undefined }],
  ])('goes to a person for %s', (_why, over) => {
    expect(decideAutomatically(table, { ...shop, ...over }, context)).toMatchObject({
      outcome: 'manual',
      why: 'table_says_manual',
    })
  })

  it('gathers its inputs from the form, the situation and the facts', () => {
    const known = {
      fields: { area_m2: 45, sells_cold_or_raw: false, shop_name: '示例小吃' },
      answers: { shop_kind: ['small_shop'], sign: ['no'] },
      facts: { operator_barred: false },
    }

    expect(inputsOf(table, known)).toEqual({ ...shop, licence_revoked_5y: null })
  })
})

describe('decideAutomatically', () => {
  const named = NamedTable.parse(factTable('decide'))
  const withRule = (output: string, input = 'true') =>
    NamedTable.parse({
      ...named,
      table: { ...named.table, rules: [{ inputs: [input], outputs: [output], annotations: [] }] },
    })

  it('keeps table, inputs, evidence, time and who answers for it', () => {
    const decision = decideAutomatically(named, { is_fine: true, other: 1 }, context)

    expect(decision).toEqual({
      outcome: 'approve',
      isSampled: false,
      table: 'decide',
      tableSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      inputs: { is_fine: true },
      evidenceSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      accountableId: 'account-7',
      decidedAt: 1_795_300_000_000,
    })
  })

  it('knows a table by its content and evidence whatever its order', () => {
    const hashOf = (table: NamedTable, evidence: readonly string[]) => {
      const { tableSha256, evidenceSha256 } = decideAutomatically(table, {}, { ...context, evidence })
      return [tableSha256, evidenceSha256]
    }
    const [table, evidence] = hashOf(named, ['a', 'b'])

    expect(hashOf(NamedTable.parse(factTable('decide')), ['b', 'a'])).toEqual([table, evidence])
    expect(hashOf(withRule('"approve"', 'false'), ['a', 'b'])[0]).not.toBe(table)
    expect(hashOf(named, ['a', 'c'])[1]).not.toBe(evidence)
  })

  it('never refuses, whatever a table says', () => {
    expect(decideAutomatically(withRule('"refuse"'), { is_fine: true }, context)).toMatchObject({
      outcome: 'manual',
      why: 'unknown_outcome',
    })
    expect(decideAutomatically(withRule('1 + 1'), { is_fine: true }, context)).toMatchObject({ outcome: 'manual' })
  })

  it('approves with no table of the built-in ones when a fact is unknown', () => {
    for (const { tables } of all)
      for (const table of tables.filter(({ purpose }) => purpose === 'decision'))
        expect(decideAutomatically(table, {}, context).outcome).toBe('manual')
  })
})

describe('isSampled', () => {
  it('draws about 5 % of the cases, the same ones for the same seed', () => {
    const cases = Array.from({ length: 20_000 }, (_, n) => `case-${n}`)
    const drawn = cases.filter((id) => isSampled(id, 'seed', 0.05))

    // Four standard deviations around 1,000.
    expect(drawn.length).toBeGreaterThan(876)
    expect(drawn.length).toBeLessThan(1_124)
    expect(cases.filter((id) => isSampled(id, 'seed', 0.05))).toEqual(drawn)
    expect(cases.filter((id) => isSampled(id, 'other', 0.05))).not.toEqual(drawn)
  })

  it('draws none at 0 and all at 1', () => {
    fc.assert(fc.property(fc.string(), (id) => !isSampled(id, 'seed', 0) && isSampled(id, 'seed', 1)))
  })
})

describe('who may deregister the simple way', () => {
  const table = tableOf('deregistration', 'simple_deregistration')
  const bars = ['on_bad_list', 'equity_bound', 'under_proceedings', 'licence_withdrawn', 'fine_open']
  const none = Object.fromEntries(bars.map((bar) => [bar, false]))
  const ask = (facts: Readonly<Record<string, unknown>>) => {
    const answer = askEligibility(table, facts)
    return answer.ok ? answer.value : answer.error
  }

  it.each(bars)('not with %s, even when nothing else is known', (bar) => {
    expect(ask({ ...none, [bar]: true, no_debts_declared: true })).toBe('not_eligible')
    expect(ask({ [bar]: true })).toBe('not_eligible')
  })

  it('with none of them and no debts declared', () => {
    expect(ask({ ...none, no_debts_declared: true })).toBe('eligible')
  })

  it('goes to a person when debts are declared or the declaration is missing', () => {
    expect(ask({ ...none, no_debts_declared: false })).toBe('manual')
    expect(ask(none)).toBe('manual')
  })

  it.each(bars)('goes to a person when %s is unknown', (bar) => {
    expect(ask({ ...none, [bar]: null, no_debts_declared: true })).toBe('manual')
  })

  it('follows the rule for every combination of known and unknown facts', () => {
    const fact = fc.constantFrom(true, false, null)
    fc.assert(
      fc.property(fc.tuple(fact, fact, fact, fact, fact), fact, (values, noDebts) => {
        const facts = Object.fromEntries(bars.map((bar, at) => [bar, values[at]]))
        const isClear = values.every((value) => value === false) && noDebts === true
        const expected = values.includes(true) ? 'not_eligible' : isClear ? 'eligible' : 'manual'
        expect(ask({ ...facts, no_debts_declared: noDebts })).toBe(expected)
      }),
    )
  })
})

describe('the other tables', () => {
  it.each([
    ['utilities', 'works_filing', { water_gas_length_m: 200, power_length_m: 500, protected_area: false }, 'approve'],
    ['utilities', 'works_filing', { water_gas_length_m: 201, power_length_m: 500, protected_area: false }, 'manual'],
    ['utilities', 'works_filing', { water_gas_length_m: 200, power_length_m: 501, protected_area: false }, 'manual'],
    ['listing_check', 'domain_clean', { digital_record: true, violations_found: 0 }, 'approve'],
    ['listing_check', 'domain_clean', { digital_record: true, violations_found: 1 }, 'manual'],
    ['disability', 'care_offer', { certificate_grade: 2, already_receives: false }, 'approve'],
    ['disability', 'care_offer', { certificate_grade: 3, needs_long_care: false, already_receives: false }, 'manual'],
    ['disability', 'care_offer', { certificate_grade: 3, needs_long_care: true, already_receives: false }, 'approve'],
    ['retirement', 'pension_years', { retirement_year: 2026, contribution_years: 15 }, 'eligible'],
    ['retirement', 'pension_years', { retirement_year: 2026, contribution_years: 14 }, 'not_eligible'],
    ['retirement', 'pension_years', { retirement_year: 2030, contribution_years: 15 }, 'not_eligible'],
    ['retirement', 'pension_years', { retirement_year: 2031, contribution_years: 16 }, 'eligible'],
    ['retirement', 'pension_years', { retirement_year: 2039, contribution_years: 20 }, 'eligible'],
    ['retirement', 'pension_years', { retirement_year: 2045, contribution_years: 19 }, 'not_eligible'],
    ['retirement', 'pension_years', { retirement_year: 2026 }, 'manual'],
  ])('%s, %s with %j: %s', (oneThing, table, inputs, expected) => {
    expect(askTable(tableOf(oneThing, table), inputs)).toEqual({ ok: true, value: expected })
  })

  it('each approve or admit somebody', () => {
    for (const { tables } of all)
      for (const { table } of tables)
        expect(table.rules.some(({ outputs }) => outputs[0] === '"approve"' || outputs[0] === '"eligible"')).toBe(true)
  })
})
