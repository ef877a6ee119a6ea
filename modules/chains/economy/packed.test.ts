import { describe, expect, it } from 'vitest'
import { readEconomy, type EconomyRows } from '@tingzhou/chain-model'
import { inventEconomy } from '@tingzhou/chain-model/invent'
import { sampleCatalogue, sampleSettings } from '@tingzhou/chain-model/testing'
import { runJob } from '../run/reckon.ts'
import { packEconomy } from '../run/testing.ts'
import { unpackEconomy } from './packed.ts'

const invented = { seed: 3, makers: 6, consumers: 6, outside: 6, layers: 3, spendFen: 500_000_000 }
const rows = inventEconomy(sampleCatalogue, { ...invented, plants: { missing: 'noodles' } })
const versionOf = (of: EconomyRows) => {
  const read = readEconomy(of)
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return read.value.version
}
const reckon = (known: string | null) => {
  const answer = runJob.run({ packed: packEconomy(rows), settings: sampleSettings, kMin: 3, known }, () => false)
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return answer.value
}

describe('an economy on its way to a thread', () => {
  it('is the same when it arrives, however often it is read', () => {
    const arrived = unpackEconomy(structuredClone(packEconomy(rows)))

    expect(versionOf(arrived)).toBe(versionOf(rows))
    expect([...arrived.links]).toEqual([...rows.links])
  })

  it('is reckoned to the same figures each time, and not when its version is known', () => {
    const [one, other] = [reckon(null), reckon(null)]

    expect(one.reckoned).not.toBeNull()
    expect(other).toEqual(one)
    expect(reckon(one.version).reckoned).toBeNull()
  })

  it('with a name that nobody carries is refused with it', () => {
    const link = [...rows.links][0]
    if (!link) throw new Error('an economy has links')
    const packed = packEconomy({ ...rows, links: [{ ...link, seller: 'nobody' }] })

    const answer = runJob.run({ packed, settings: sampleSettings, kMin: 3, known: null }, () => false)

    expect(answer).toMatchObject({ ok: false, error: { kind: 'unknown', field: 'links[0].seller', value: 'nobody' } })
  })
})
