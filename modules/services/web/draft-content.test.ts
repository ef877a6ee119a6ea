import { describe, expect, it } from 'vitest'
import { aboutSame, afterSave, changedIn, contentOf, fieldsOf, type Content } from './draft-content.ts'
import { merge } from './merge.ts'
import { rebased } from './use-saver.ts'

const stored: Required<Content> = {
  answers: { sign: ['yes'] },
  values: { shop_name: '示例', seats: 16 },
  disputes: {},
  consents: { identity: true },
  materials: { plan: ['handed_in', 'f1'] },
  promise: null,
  deliverBy: 'online',
  postTo: '',
}

/** What a window saves that began with `stored`, after another one saved `theirs`. */
const joined = (mine: Content, theirs: Required<Content>) =>
  merge(aboutSame(mine, stored), mine, aboutSame(mine, theirs))

describe('a draft in two windows', () => {
  it('is saved with both changes when they are in different fields', () => {
    const mine = contentOf({ values: { shop_name: '甲', seats: 16 }, consents: ['identity', 'contact'] })
    const theirs = { ...stored, values: { shop_name: '示例', seats: 20 } }

    const { value, clashes } = joined(mine, theirs)

    expect(clashes).toEqual([])
    expect(fieldsOf(value as Content)).toEqual({
      values: { shop_name: '甲', seats: 20 },
      consents: ['identity', 'contact'],
    })
    expect(changedIn('values', afterSave(stored, mine), afterSave(theirs, value as Content))).toEqual(['seats'])
  })

  it('asks where both changed the same field', () => {
    const theirs = { ...stored, values: { shop_name: '乙', seats: 16 } }

    expect(joined(contentOf({ values: { shop_name: '甲', seats: 16 } }), theirs).clashes).toEqual([
      { path: ['values', 'shop_name'], mine: '甲', theirs: '乙' },
    ])
  })

  it('keeps a file that the other window sent, and takes back only what was taken back here', () => {
    const theirs = { ...stored, materials: { plan: ['handed_in', 'f1'], rules: ['handed_in', 'f2'] } }
    const mine = contentOf({ materials: [], takenBack: ['plan', 'rules'] })

    const { value, clashes } = joined(mine, theirs)

    expect(clashes).toEqual([])
    expect(fieldsOf(value as Content)).toEqual({
      materials: [{ code: 'rules', how: 'handed_in', fileIds: ['f2'] }],
      takenBack: ['plan'],
    })
  })

  it('a save that waited while the other window was merged in does not bring back what stood here before', () => {
    const content = contentOf({ values: { shop_name: '甲', seats: 16 } })
    const merged = { ...stored, values: { shop_name: '甲', seats: 20 } }

    expect(rebased({ content, from: stored, yieldedBefore: 0 }, merged, [])).toEqual({
      values: { shop_name: '甲', seats: 20 },
    })
  })

  it('nor what was given up for the other window meanwhile, unless it was written anew', () => {
    const theirs = { ...stored, values: { shop_name: '乙', seats: 16 } }
    const clash = { path: ['values', 'shop_name'], mine: '甲', theirs: '乙' }
    const waiting = (shop_name: string) => ({
      content: contentOf({ values: { shop_name, seats: 16 } }),
      from: stored,
      yieldedBefore: 0,
    })

    expect(rebased(waiting('甲'), theirs, [clash]).values).toEqual({ shop_name: '乙', seats: 16 })
    expect(rebased(waiting('丙'), theirs, [clash]).values).toEqual({ shop_name: '丙', seats: 16 })
  })
})
