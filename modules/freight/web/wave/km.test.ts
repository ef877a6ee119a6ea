import { expect, it } from 'vitest'
import { km } from './km.ts'

it('metres are said in kilometres', () => expect([km(12_345), km(-50)]).toEqual(['12.3', '-0.1']))
