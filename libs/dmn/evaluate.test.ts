import { describe, expect, it } from 'vitest'
import { evaluate, load, type EvaluateOptions, type Inputs } from './evaluate.ts'
import { feelValue, toJson } from './input.ts'
import { decision, definitions, input, knowledge, literal, table } from './model.fixture.ts'

/** The value of a decision as JSON, or the error. */
function worth(models: string | readonly string[], name: string, inputs: Inputs = {}, options: EvaluateOptions = {}) {
  const answer = evaluate(typeof models === 'string' ? [models] : models, name, inputs, options)
  return answer.ok ? toJson(answer.value) : answer.error
}

describe('decision tables', () => {
  const rules = [
    ['> 10', '"small"'],
    ['> 100', '"large"'],
    ['> 1000', '"large"'],
  ]
  const sizes = (
    policy: string,
    aggregation = '',
    outputs: readonly (readonly [string, string?, string?])[] = [['']],
  ) =>
    definitions(
      input('tonnes', 'number') +
        decision('size', table({ policy, aggregation, inputs: [['tonnes', 'number']], outputs, rules }), {
          needs: ['tonnes'],
        }),
    )
  const ranked = [['', '"large", "small"']] as const

  it.each([
    ['UNIQUE', 50, 'small'],
    ['UNIQUE', 500, null],
    ['UNIQUE', 5, null],
    ['ANY', 50, 'small'],
    ['ANY', 500, null],
    ['FIRST', 5000, 'small'],
    ['RULE ORDER', 5000, ['small', 'large', 'large']],
    ['COLLECT', 5000, ['small', 'large', 'large']],
    ['COLLECT', 5, []],
  ])('%s answers %d tonnes', (policy, tonnes, expected) => {
    expect(worth(sizes(policy), 'size', { tonnes })).toEqual(expected)
  })

  it('ranks outputs by their allowed values', () => {
    expect(worth(sizes('PRIORITY', '', ranked), 'size', { tonnes: 5000 })).toBe('large')
    expect(worth(sizes('OUTPUT ORDER', '', ranked), 'size', { tonnes: 5000 })).toEqual(['large', 'large', 'small'])
  })

  it.each([
    ['SUM', 35],
    ['MIN', 10],
    ['MAX', 15],
    ['COUNT', 2],
  ])('collects the %s', (aggregation, expected) => {
    const fees = table({
      policy: 'COLLECT',
      aggregation,
      inputs: [['n']],
      rules: [
        ['> 0', '10'],
        ['> 1', '15'],
        ['> 2', '10'],
      ],
    })
    const model = definitions(input('n') + decision('fee', fees, { needs: ['n'] }))

    expect(worth(model, 'fee', { n: 3 })).toBe(expected)
  })

  it('falls back on default outputs', () => {
    expect(worth(sizes('UNIQUE', '', [['', '"small", "large", "none"', '"none"']]), 'size', { tonnes: 1 })).toBe('none')
  })

  it('makes a context of several outputs and drops values that are not allowed', () => {
    const outputs = [['level', '"high", "low"'], ['days']] as const
    const model = definitions(
      input('n') +
        decision(
          'd',
          table({
            inputs: [['n']],
            outputs,
            rules: [
              ['1', '"high"', '3'],
              ['2', '"odd"', '5'],
            ],
          }),
          {
            needs: ['n'],
          },
        ),
    )

    expect(worth(model, 'd', { n: 1 })).toEqual({ level: 'high', days: 3 })
    expect(worth(model, 'd', { n: 2 })).toEqual({ level: null, days: 5 })
  })

  it('takes an input that is not allowed for null', () => {
    const cells = table({
      inputs: [['n', 'number', '[1..9]']],
      rules: [
        ['null', '"outside"'],
        ['-', '"inside"'],
      ],
      policy: 'FIRST',
    })
    const model = definitions(input('n') + decision('d', cells, { needs: ['n'] }))

    expect(worth(model, 'd', { n: 5 })).toBe('inside')
    expect(worth(model, 'd', { n: 10 })).toBe('outside')
  })

  it('converts an input to the type of its column where it can and leaves it alone where it cannot', () => {
    const cells = table({
      policy: 'FIRST',
      inputs: [['v', 'string']],
      rules: [
        ['"port"', '"text"'],
        ['true', '"truth"'],
        ['null', '"nothing"'],
      ],
    })
    const model = definitions(input('v') + decision('d', cells, { needs: ['v'] }))

    expect(worth(model, 'd', { v: ['port'] })).toBe('text')
    expect(worth(model, 'd', { v: true })).toBe('truth')
    expect(worth(model, 'd', { v: null })).toBe('nothing')
  })

  it('makes a cell null that does not fit the type of its own', () => {
    const typedCell = table({ inputs: [['1']], outputs: [['fee'], ['rest']], rules: [['-', '"free"', '"free"']] })
    const model = definitions(decision('d', typedCell.replace('<outputEntry>', '<outputEntry typeRef="number">')))

    expect(worth(model, 'd')).toEqual({ fee: null, rest: 'free' })
  })

  it.each([
    ['1, 2', 2, true],
    ['not(1, 2)', 2, false],
    ['-', null, true],
    ['? > 1 and ? < 3', 2, true],
    ['< limit', 2, true],
    ['[limit..9]', 2, false],
    ['list', 2, true],
    ['"a", broken (', 'a', false],
  ])('%s of %o is %s', (cell, value, expected) => {
    const model = definitions(
      input('v') +
        input('limit') +
        input('list') +
        decision(
          'd',
          table({
            policy: 'FIRST',
            inputs: [['v']],
            rules: [
              [cell, 'true'],
              ['-', 'false'],
            ],
          }),
          {
            needs: ['v', 'limit', 'list'],
          },
        ),
    )

    expect(worth(model, 'd', { v: value, limit: 3, list: [1, 2] })).toBe(expected)
  })
})

describe('requirements', () => {
  it('shows a decision only what it requires', () => {
    const model = definitions(
      input('a') +
        input('b') +
        decision('sum', literal('a + b'), { needs: ['a'] }) +
        decision('own', literal('a'), { needs: ['a'] }),
    )

    expect(worth(model, 'sum', { a: 1, b: 2 })).toBeNull()
    expect(worth(model, 'own', { a: 1 })).toBe(1)
  })

  it('lets knowledge models call each other and themselves', () => {
    const model = definitions(
      knowledge('factorial', ['n:number'], literal('if n = 0 then 1 else n * factorial(n - 1)'), ['factorial']) +
        decision('d', literal('factorial(5)'), { knows: ['factorial'] }) +
        decision('endless', literal('factorial(-1)'), { knows: ['factorial'] }),
    )

    expect(worth(model, 'd')).toBe(120)
    expect(worth(model, 'factorial', { n: 4 })).toBe(24)
    expect(worth(model, 'endless')).toEqual({ kind: 'too_deep', name: 'endless' })
  })

  it('does not run a knowledge model on an argument of the wrong type', () => {
    const model = definitions(
      knowledge('isNothing', ['n:number'], literal('n = null')) +
        decision('d', literal('isNothing("x")'), { knows: ['isNothing'] }) +
        decision('e', literal('isNothing(null)'), { knows: ['isNothing'] }),
    )

    expect(worth(model, 'd')).toBeNull()
    expect(worth(model, 'e')).toBe(true)
  })

  it('calls a decision service: input data first, then the decisions it takes for given', () => {
    const model = definitions(
      input('weight', 'number') +
        decision('rate', literal('2')) +
        decision('price', literal('weight * rate'), { needs: ['weight', 'rate'] }) +
        '<decisionService id="_quote" name="quote"><outputDecision href="#_price"/>' +
        '<inputDecision href="#_rate"/><inputData href="#_weight"/></decisionService>' +
        decision('called', literal('quote(10, 3)'), { knows: ['quote'] }) +
        decision('named', literal('quote(rate: 5, weight: 10)'), { knows: ['quote'] }) +
        decision('wrong', literal('quote(10)'), { knows: ['quote'] }),
    )

    expect(worth(model, 'quote', { weight: 10, rate: 4 })).toBe(40)
    expect(worth(model, 'called')).toBe(30)
    expect(worth(model, 'named')).toBe(50)
    expect(worth(model, 'wrong')).toBeNull()
    expect(worth(model, 'price', { weight: 10 })).toBe(20)
    expect(worth(model, 'price', { weight: 10, rate: 7 })).toBe(70)
  })

  it('does not run a decision service on an argument of the wrong type', () => {
    const service = (name: string, typeRef = ''): string =>
      `<decisionService id="_${name}" name="${name}"><variable name="${name}"${typeRef === '' ? '' : ` typeRef="${typeRef}"`}/>` +
      '<outputDecision href="#_isUnset"/><inputDecision href="#_rate"/></decisionService>'
    const model = definitions(
      '<itemDefinition name="tRate"><typeRef>number</typeRef><allowedValues><text>[1..9]</text></allowedValues></itemDefinition>' +
        '<itemDefinition name="tQuote"><functionItem outputTypeRef="boolean"><parameters name="rate" typeRef="tRate"/>' +
        '</functionItem></itemDefinition>' +
        decision('rate', literal('2'), { typeRef: 'number' }) +
        decision('isUnset', literal('rate = null'), { needs: ['rate'] }) +
        service('quote') +
        service('strict', 'tQuote') +
        decision(
          'answers',
          literal('[quote("x"), quote(null), quote([5]), quote(50), strict(50), strict("x"), strict(5)]'),
          {
            knows: ['quote', 'strict'],
          },
        ),
    )

    expect(worth(model, 'answers')).toEqual([null, true, false, false, null, null, false])
    expect(worth(model, 'quote', { rate: 'x' })).toBeNull()
  })

  it('answers a circle with null instead of running round it', () => {
    const model = definitions(
      decision('a', literal('b'), { needs: ['b'] }) + decision('b', literal('a'), { needs: ['a'] }),
    )

    expect(worth(model, 'a')).toBeNull()
  })
})

describe('boxed expressions', () => {
  const box = (logic: string): unknown => worth(definitions(decision('d', logic)), 'd')
  const entry = (name: string, text: string, typeRef = ''): string =>
    `<contextEntry><variable name="${name}"${typeRef === '' ? '' : ` typeRef="${typeRef}"`}/>${literal(text)}</contextEntry>`

  it.each([
    ['context', `<context>${entry('a', '1')}${entry('b', 'a + 1')}</context>`, { a: 1, b: 2 }],
    ['result', `<context>${entry('a', '1')}<contextEntry>${literal('a + 5')}</contextEntry></context>`, 6],
    ['typed entry', `<context>${entry('a', '"x"', 'number')}</context>`, { a: null }],
    ['list', `<list>${literal('1')}${literal('2')}</list>`, [1, 2]],
    [
      'relation',
      `<relation><column name="a"/><column name="b"/><row>${literal('1')}${literal('2')}</row></relation>`,
      [{ a: 1, b: 2 }],
    ],
    [
      'typed column',
      `<relation><column name="a" typeRef="number"/><column name="b"/><row>${literal('"x"')}${literal('"x"')}</row></relation>`,
      [{ a: null, b: 'x' }],
    ],
    [
      'conditional',
      `<conditional><if>${literal('null')}</if><then>${literal('1')}</then><else>${literal('2')}</else></conditional>`,
      2,
    ],
    ['filter', `<filter><in>${literal('[1, 2, 3]')}</in><match>${literal('item > 1')}</match></filter>`, [2, 3]],
    [
      'for',
      `<for iteratorVariable="i"><in>${literal('[1..3]')}</in><return>${literal('i * i')}</return></for>`,
      [1, 4, 9],
    ],
    [
      'some',
      `<some iteratorVariable="i"><in>${literal('[1, 2]')}</in><satisfies>${literal('i = 2')}</satisfies></some>`,
      true,
    ],
    [
      'every',
      `<every iteratorVariable="i"><in>${literal('[1, 2]')}</in><satisfies>${literal('i = 2')}</satisfies></every>`,
      false,
    ],
    [
      'invocation',
      `<invocation>${literal('substring')}<binding><parameter name="string"/>${literal('"abc"')}</binding>` +
        `<binding><parameter name="start position"/>${literal('2')}</binding></invocation>`,
      'bc',
    ],
    [
      'typed binding',
      `<invocation>${literal('function(n) n = null')}<binding><parameter name="n" typeRef="number"/>${literal('"x"')}</binding></invocation>`,
      true,
    ],
    [
      'function',
      `<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="n" typeRef="number"/>${literal('n + 1')}` +
        `</functionDefinition></contextEntry><contextEntry>${literal('f(1)')}</contextEntry></context>`,
      2,
    ],
  ])('evaluates a %s', (_name, logic, expected) => expect(box(logic)).toEqual(expected))
})

describe('types', () => {
  const types =
    '<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>' +
    '<itemDefinition name="tGrades" isCollection="true"><typeRef>tGrade</typeRef></itemDefinition>' +
    '<itemDefinition name="tFew" isCollection="true"><typeRef>number</typeRef><typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>' +
    '<itemDefinition name="tFirm"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>' +
    '<itemComponent name="founded"><typeRef>date</typeRef></itemComponent></itemDefinition>'
  const typed = (text: string, typeRef: string): unknown =>
    worth(definitions(types + decision('d', literal(text), { typeRef })), 'd')

  it.each([
    ['"A"', 'tGrade', 'A'],
    ['"C"', 'tGrade', null],
    ['["A", "B"]', 'tGrades', ['A', 'B']],
    ['["A", "C"]', 'tGrades', null],
    ['"A"', 'tGrades', ['A']],
    ['["A"]', 'tGrade', 'A'],
    ['[1, 2]', 'tFew', [1, 2]],
    ['[1, 2, 3]', 'tFew', null],
    ['1', 'string', null],
    ['@"2024-05-06"', 'date and time', '2024-05-06T00:00:00Z'],
    ['{name: "x", founded: @"2001-01-01", more: 1}', 'tFirm', { name: 'x', founded: '2001-01-01', more: 1 }],
    ['{name: "x"}', 'tFirm', null],
  ])('%s as %s is %o', (text, typeRef, expected) => expect(typed(text, typeRef)).toEqual(expected))

  const functionItem = (parameter: string, result: string): string =>
    `<itemDefinition name="tRating"><functionItem outputTypeRef="${result}"><parameters name="n"${parameter}/></functionItem></itemDefinition>`
  const boxedFunction = (body: string): string =>
    `<functionDefinition typeRef="tRating"><formalParameter name="n" typeRef="number"/>${literal(body)}</functionDefinition>`

  it('gives a boxed function the result of its type', () => {
    const called = (body: string): unknown =>
      worth(
        definitions(
          types +
            functionItem(' typeRef="number"', 'tGrade') +
            decision('rating', boxedFunction(body)) +
            decision('d', literal('rating(1)'), { needs: ['rating'] }),
        ),
        'd',
      )

    expect(called('if n = 1 then "A" else "B"')).toBe('A')
    expect(called('if n = 1 then "C" else "B"')).toBeNull()
  })

  it('asks nothing of a parameter for which a function type has no type', () => {
    const fits = (parameter: string): boolean =>
      worth(
        definitions(
          functionItem(parameter, 'number') + decision('d', literal('function(n: number) n'), { typeRef: 'tRating' }),
        ),
        'd',
      ) !== null

    expect(fits('')).toBe(true)
    expect(fits(' typeRef="number"')).toBe(true)
    expect(fits(' typeRef="string"')).toBe(false)
    // One that takes numbers does not take everything.
    expect(fits(' typeRef="Any"')).toBe(false)
  })

  it('reads ISO text where the type of the input is temporal', () => {
    const model = definitions(
      types + input('firm', 'tFirm') + decision('year', literal('firm.founded.year'), { needs: ['firm'] }),
    )

    expect(worth(model, 'year', { firm: { name: 'x', founded: '2001-02-03' } })).toBe(2001)
    expect(worth(model, 'year', { firm: { name: 'x', founded: feelValue('date', '2001-02-03') } })).toBe(2001)
    expect(worth(model, 'year', { firm: { name: 'x', founded: { feel: 'date', text: '2001-02-03' } } })).toBe(2001)
    expect(worth(model, 'year', { firm: { name: 'x', founded: 'yesterday' } })).toBeNull()
  })

  it('leaves text alone where the input has no type', () => {
    const model = definitions(input('v') + decision('d', literal('v instance of string'), { needs: ['v'] }))

    expect(worth(model, 'd', { v: '2001-02-03' })).toBe(true)
    expect(worth(model, 'd', { v: feelValue('date', '2001-02-03') })).toBe(false)
  })
})

describe('imports', () => {
  const prices = definitions(
    '<itemDefinition name="tCodes" isCollection="true"><typeRef>string</typeRef></itemDefinition>' +
      input('discount', 'number') +
      decision('base', literal('100 - discount'), { needs: ['discount'] }) +
      knowledge('double', ['n'], literal('2 * n')),
    'prices',
  )
  const bring = (name: string): string =>
    `<import name="${name}" namespace="urn:prices" importType="urn:x"/>`.replace('urn:x', '')

  it('sees elements and types under the name of the import', () => {
    const model = definitions(
      bring('p') +
        decision('total', literal('p.double(p.base)'), { needs: ['urn:prices#_base'], knows: ['urn:prices#_double'] }) +
        decision('codes', literal('"a"'), { typeRef: 'p.tCodes' }),
    )

    expect(worth([model, prices], 'total', { discount: 10 })).toBe(180)
    expect(worth([model, prices], 'total', { 'p.discount': 20 })).toBe(160)
    expect(worth([model, prices], 'total', { p: { discount: 30 } })).toBe(140)
    expect(worth([model, prices], 'codes')).toEqual(['a'])
    expect(worth([model, prices], 'p.base', { discount: 1 })).toBe(99)
  })

  it('takes a decision of an imported model for given under the name of the import only', () => {
    const model = definitions(bring('p') + decision('total', literal('p.base + 1'), { needs: ['urn:prices#_base'] }))

    expect(worth([model, prices], 'total', { 'p.base': 7 })).toBe(8)
    expect(worth([model, prices], 'total', { p: { base: 7 } })).toBe(8)
    expect(worth([model, prices], 'total', { base: 7, discount: 10 })).toBe(91)
  })

  it('names the outputs of a service as its model knows them', () => {
    const model = definitions(
      bring('p') +
        decision('base', literal('1')) +
        '<decisionService id="_both" name="both"><outputDecision href="#_base"/>' +
        '<outputDecision href="urn:prices#_base"/><inputData href="urn:prices#_discount"/></decisionService>',
    )

    expect(worth([model, prices], 'both', { 'p.discount': 10 })).toEqual({ base: 1, 'p.base': 90 })
  })

  it('lets what a model has itself hide what it imports without a name', () => {
    const parts = definitions(
      decision('rate', literal('2')) + decision('price', literal('10 * rate'), { needs: ['rate'] }),
      'prices',
    )
    const model = (name: string, needs: readonly string[] = []): string =>
      definitions(
        bring(name) +
          decision('rate', literal(needs.length > 0 ? 'rate + 1' : '3'), { needs }) +
          decision('total', literal(name === '' ? 'price' : `${name}.price`), { needs: ['urn:prices#_price'] }),
      )

    expect(worth([model(''), parts], 'total')).toBe(30)
    expect(worth([model('p'), parts], 'total')).toBe(20)
    // What it has itself may still be made of what it hides.
    expect(worth([model('', ['urn:prices#_rate']), parts], 'total')).toBe(30)
    expect(worth([model(''), parts], 'total', { rate: 5 })).toBe(50)
  })

  it('asks an imported model before one that has nothing to do with it', () => {
    const other = definitions(decision('base', literal('0')), 'other')

    expect(worth([definitions(bring('p')), other, prices], 'base', { discount: 10 })).toBe(90)
    expect(worth([definitions(''), other, prices], 'base')).toBe(0)
  })

  it('has the elements of an import without a name as its own', () => {
    const model = definitions(bring('') + decision('total', literal('base + 1'), { needs: ['base'] }))

    expect(worth([model, prices], 'total', { discount: 10 })).toBe(91)
    expect(worth([model, prices], 'total', { base: 7 })).toBe(8)
  })
})

describe('the door', () => {
  it.each([
    'http://www.omg.org/spec/DMN/20151101/dmn.xsd',
    'http://www.omg.org/spec/DMN/20180521/MODEL/',
    'https://www.omg.org/spec/DMN/20191111/MODEL/',
    'https://www.omg.org/spec/DMN/20211108/MODEL/',
    'https://www.omg.org/spec/DMN/20230324/MODEL/',
  ])('reads %s', (namespace) => {
    expect(worth(definitions(decision('d', literal('1 < 2')), 'm', namespace), 'd')).toBe(true)
  })

  it('refuses what is no model', () => {
    const kindOf = (xml: string): unknown => {
      const program = load([xml])
      return !program.ok && program.error.kind === 'bad_model' ? program.error.complaints[0]?.kind : null
    }

    expect(kindOf('<a><b></a>')).toBe('not_xml')
    expect(kindOf('<a/>')).toBe('not_dmn')
    expect(kindOf('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')).toBe('not_xml')
    expect(kindOf(' '.repeat(4_000_001))).toBe('too_large')
  })

  it('says that there is no such decision', () => {
    expect(worth(definitions(''), 'd')).toEqual({ kind: 'no_decision', name: 'd' })
  })

  it('tells the time that it is given', () => {
    const model = definitions(decision('d', literal('[string(now()), string(today())]')))

    expect(worth(model, 'd', {}, { now: '2026-11-28T10:00:00+08:00' })).toEqual([
      '2026-11-28T10:00:00+08:00',
      '2026-11-28',
    ])
    expect(worth(model, 'd')).toEqual([null, null])
  })

  it('reads entities, CDATA and comments', () => {
    const text = '<text><!-- no --><![CDATA["<"]]> + "&amp;&#x4E2D;&lt;"</text>'

    expect(worth(definitions(decision('d', `<literalExpression>${text}</literalExpression>`)), 'd')).toBe('<&中<')
  })

  it('never writes its inputs', () => {
    const inputs = Object.freeze({ v: Object.freeze([Object.freeze({ a: 1 })]) })
    const model = definitions(input('v') + decision('d', literal('context put(v[1], "a", 2)'), { needs: ['v'] }))

    expect(worth(model, 'd', inputs)).toEqual({ a: 2 })
  })
})
