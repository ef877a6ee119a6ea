import { readDefinition } from '@tingzhou/bpmn'
import { readDrawing } from '@tingzhou/process'
import { assert } from '@tingzhou/kernel'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkItemDrawing, pathsOfDrawing } from './item-drawing.ts'
import type { Item } from './item.ts'

const days = { days: 1, source: 'invented default' }
const step = (kind: Item['specialSteps'][number]['kind']) => ({ kind, name: { zh: kind, en: kind }, days, when: null })
const survey = { specialSteps: [step('survey'), step('expert_review')] }

let ordinary: string
let joint: string
beforeAll(async () => {
  ordinary = await readDrawing('modules/services/processes/item-case.bpmn')
  joint = await readDrawing('modules/services/data/drawings/joint-survey.bpmn')
})

async function read(xml: string) {
  const definition = await readDefinition(xml)
  assert(definition.ok, JSON.stringify(definition))
  return definition.value
}
const faultsOf = async (xml: string, item: Pick<Item, 'specialSteps'> = survey) =>
  checkItemDrawing(await read(xml), item).map(({ kind, value }) => (value === null ? kind : `${kind} ${value}`))

/** The drawing without what stands between two marks, and what replaces it. */
const swapped = (xml: string, from: string, to: string) => {
  assert(xml.includes(from), `the drawing has ${from}`)
  return xml.replaceAll(from, to)
}

describe('a drawing that answers the contract', () => {
  it('is the ordinary one, whatever steps its item has', async () => {
    expect(await faultsOf(ordinary)).toEqual([])
  })

  it('is the joint survey: the explorer takes every flow and reaches every end', async () => {
    expect(await faultsOf(joint)).toEqual([])
    const { paths, missed, refused } = pathsOfDrawing(await read(joint), survey)
    expect({ missed, refused }).toEqual({ missed: [], refused: [] })
    expect(paths.length).toBeGreaterThan(3)
    expect(new Set(paths.map(({ ended }) => ended))).toEqual(new Set(['granted', 'refused', 'cancelled', 'ended']))
    const walked = new Set(paths.flatMap(({ nodes }) => nodes))
    expect(
      ['survey', 'survey_late', 'expert_review', 'late', 'promise_broken'].filter((id) => !walked.has(id)),
    ).toEqual([])
  })
})

describe('a drawing that does not is refused by name', () => {
  it.each([
    ['tz:outcomes="approve,refuse,back"', 'tz:outcomes="approve,back"', 'drawing_no_decision'],
    ['tz:roles="dept_head"', 'tz:roles="dept_officer"', 'drawing_no_decision'],
    ['name="supplied"', 'name="something-else"', 'drawing_no_supplement'],
    ['name="promise-broken"', 'name="something-else"', 'drawing_no_withdrawal'],
    ['>=promisedDueAt<', '>=supplementDueAt<', 'drawing_no_promised_day'],
    ['services.decide"', 'services.pauseItem"', 'drawing_no_rule'],
    ['tz:state="refused"', '', 'drawing_no_end refused'],
    ['tz:state="approval"', 'tz:state="asleep"', 'drawing_unknown_state asleep'],
    ['tz:form="expert_review"', '', 'drawing_step_without_form'],
    ['="expert_review"', '="hearing"', 'drawing_step_without_days hearing'],
    ['outcome = &quot;refuse&quot;', 'outcome = &quot;never&quot;', 'drawing_ends_undecided refused'],
  ])('%s → %s: %s', async (from, to, kind) => {
    expect(await faultsOf(swapped(joint, from, to))).toContain(kind)
  })

  it('steps of the item that nobody drew, and steps that nobody ends', async () => {
    expect(await faultsOf(joint, { specialSteps: [...survey.specialSteps, step('publicity')] })).toContain(
      'drawing_step_not_drawn publicity',
    )
    const open = joint.replace('tz:handler="services.endStep"', 'tz:handler="services.pauseItem"')
    expect(await faultsOf(open)).toContain('drawing_step_not_closed survey')
  })

  it('a way that no answer leads to', async () => {
    expect(await faultsOf(swapped(joint, 'found = &quot;not_ready&quot;', 'found = &quot;perhaps&quot;'))).toEqual([
      'drawing_path_missed',
    ])
  })
})
