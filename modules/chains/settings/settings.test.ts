import { expect, it } from 'vitest'
import { checkSettings, settingBounds } from '@tingzhou/chain-model'
import { withBounds } from '@tingzhou/records/bounds'
import file from '../data/settings.json' with { type: 'json' }
import { chainBounds, modelSettings } from './words.ts'

const start = modelSettings(withBounds(chainBounds, {}))

it('begins with what the file says, every setting of the model once', () => {
  expect(Object.keys(start).toSorted()).toEqual(Object.keys(settingBounds).toSorted())
  for (const { key, value } of file.rows) expect(start[key as keyof typeof start]).toBe(value)
})

it('is what the model takes', () => {
  expect(checkSettings(start)).toEqual({ ok: true, value: start })
})
