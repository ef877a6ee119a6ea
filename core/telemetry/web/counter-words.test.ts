import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repoRoot } from '@tingzhou/db'
import { counterRows, partsOf, sumOf } from './counter-words.ts'
import en from './locales/en.json' with { type: 'json' }
import zh from './locales/zh-CN.json' with { type: 'json' }

type Words = Readonly<Record<string, string>>
const bundles: readonly { readonly group: Words; readonly words: Words; readonly detail: Words }[] = [
  zh.counter,
  en.counter,
]

const read = (path: string) => readFileSync(join(repoRoot(), path), 'utf8')

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(repoRoot(), folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|node_modules/.test(name))
    .map((name) => read(`${folder}/${name}`))
}

/** What is counted in the code of the gateways: `hj212.late`, `${protocol}.faults`, `jt808.refused.${rule}`. */
const counted = sourcesIn('apps/gateway').flatMap((text) =>
  [...text.matchAll(/counters\.add\(\s*(?:'([^']+)'|`([^`]+)`)/g)].map(([, plain, template]) =>
    (plain ?? template ?? '').replaceAll(/\$\{[^}]*\}/g, '*'),
  ),
)
/** What the store counts, as the server adds it. */
const kept = [...read('core/telemetry/handlers.ts').matchAll(/^ {2}'((?:readings|journal)\.\w+)'/gm)].map(
  ([, name]) => name ?? '',
)

/** The members of a union or the keys of a table in a source, quoted or bare. */
function namesIn(path: string, begin: RegExp, end: RegExp, one: RegExp): readonly string[] {
  const text = read(path)
  const from = text.search(begin)
  expect(from).toBeGreaterThanOrEqual(0)
  const part = text.slice(from)
  return [...part.slice(0, part.search(end)).matchAll(one)].map(([, name]) => name ?? '')
}
const quoted = /'(\w+)'/g
const rules = {
  jt808: namesIn('libs/jt808/error.ts', /export type Rule =/, /\n\n/, /\| '(\w+)'/g),
  hj212: namesIn('libs/hj212/complaint.ts', /const ruleTexts = \{/, /\} as const/, /^ {2}(\w+):/gm),
}
const details = {
  'jt808.refused': rules.jt808,
  'jt808.forgiven': rules.jt808,
  'hj212.refused': rules.hj212,
  'hj212.forgiven': rules.hj212,
  'mqtt.refused': sourcesIn('apps/gateway/mqtt').flatMap((text) =>
    [...text.matchAll(/new MqttFault\(\s*'(\w+)'/g)].map(([, rule]) => rule ?? ''),
  ),
  'mqtt.turned_away': namesIn('apps/gateway/mqtt/session.ts', /const returnCodes = \{/, /\}/, /(\w+):/g),
  'jt808.parts_refused': namesIn('libs/jt808/subpackage.ts', /export type PartFault =/, /\n/, quoted),
  'jt808.parts_dropped': namesIn('libs/jt808/subpackage.ts', /readonly why: 'timeout'/, /\n/, quoted),
  'jt808.position_refused': [
    ...namesIn('apps/gateway/jt808/position.ts', /export type PositionFault =/, /\n/, quoted),
    ...namesIn('apps/gateway/reading-time.ts', /export type TimeFault =/, /\n/, quoted).map((name) => `time_${name}`),
  ],
  'hj212.packets_refused': namesIn(
    'libs/hj212/assembly.ts',
    /kind: 'refused'; readonly key: string; readonly why:/,
    /\}/,
    /'(\w+)'(?!;)/g,
  ),
  'jt808.frames_kept': namesIn('core/telemetry/kept-frame.ts', /export type KeptWhy =/, /\n\n/, quoted),
  'hj212.frames_kept': namesIn('core/telemetry/kept-frame.ts', /export type KeptWhy =/, /\n\n/, quoted),
}

describe('what gateways count', () => {
  it('is found in their code', () => {
    expect(counted.length).toBeGreaterThan(80)
    expect(kept).toEqual(['readings.left_out', 'readings.not_computed', 'journal.entries', 'journal.not_trimmed'])
    for (const names of Object.values(details)) expect(names.length).toBeGreaterThan(1)
  })

  it('has words in both languages, each name and each reason', () => {
    const lacking = [...counted, ...kept].flatMap((name) => {
      const { group, what } = partsOf(name)
      // The states of a command are told by their own names.
      const whats = what === 'orders_*' ? ['done', 'refused', 'timed_out'].map((state) => `orders_${state}`) : [what]
      const names = what === '*' ? ['written', 'write_refused'] : whats
      return bundles.flatMap((bundle, index) => [
        ...(group === '*' || bundle.group[group] ? [] : [`${index} group ${group}`]),
        ...names.filter((one) => !bundle.words[one]).map((one) => `${index} ${name}: ${one}`),
      ])
    })
    const unexplained = Object.entries(details).flatMap(([name, reasons]) =>
      bundles.flatMap((bundle, index) =>
        reasons.filter((reason) => !bundle.detail[reason]).map((reason) => `${index} ${name}.${reason}`),
      ),
    )

    expect(lacking).toEqual([])
    expect(unexplained).toEqual([])
  })

  it('with a reason in its name is one of those whose reasons are known', () => {
    const told = counted.filter((name) => partsOf(name).detail !== null && !name.includes('.orders_'))
    const known = new Set(Object.keys(details))

    for (const name of told) {
      const { group, what } = partsOf(name)
      if (group !== '*' && what !== '*') expect(known).toContain(`${group}.${what}`)
    }
  })
})

describe('counts', () => {
  it('of several processes are one', () => {
    expect(sumOf([{ 'a.b': 1 }, { 'a.b': 2, 'c.d': 3 }])).toEqual({ 'a.b': 3, 'c.d': 3 })
  })

  it('are told since the first look; after a new beginning all of them, and what stands not at all', () => {
    const first = { 'hj212.frames': 10, 'jt808.frames': 9, 'journal.entries': 4 }
    const now = { 'hj212.frames': 15, 'jt808.frames': 2, 'journal.entries': 9, 'mqtt.faults': 1 }

    expect(counterRows(first, now).map(({ name, since }) => [name, since])).toEqual([
      ['hj212.frames', 5],
      ['journal.entries', null],
      ['jt808.frames', 2],
      ['mqtt.faults', 1],
    ])
  })
})
