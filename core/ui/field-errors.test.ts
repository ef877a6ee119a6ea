import { describe, expect, it } from 'vitest'
import { splitErrors } from './field-errors.ts'

const error = (field: string) => ({ field, message: `${field} is wrong` })

describe('problems in a form', () => {
  it('go to the field of the same path', () => {
    const { atField, onTop } = splitErrors([error('contact.phone')], ['title', 'contact.phone'])

    expect(atField.get('contact.phone')).toEqual(['contact.phone is wrong'])
    expect(onTop).toEqual([])
  })

  it('go to the nearest field above when the path is deeper', () => {
    expect(splitErrors([error('files.0.id')], ['files']).atField.get('files')).toHaveLength(1)
  })

  it('follow a renamed field', () => {
    expect(splitErrors([error('massKg')], ['massT'], { massKg: 'massT' }).atField.has('massT')).toBe(true)
  })

  it('stay on top when no field carries them', () => {
    expect(splitErrors([error('rev')], ['title']).onTop).toEqual([error('rev')])
  })
})
