import { err, ok, type Result } from '@tingzhou/kernel'
import { deepFreeze } from './canonical.ts'
import { fault, type Fault } from './fault.ts'
import { fenMax, serviceMaxBp, weighedMaxBp, weightMaxKg, wholeBp } from './limits.ts'
import { readPayParts } from './pay-part.ts'
import {
  at,
  readInteger,
  readIntegerOrNull,
  readObject,
  readOneOf,
  readVariant,
  type Faults,
  type Fields,
} from './reader.ts'
import { roundings } from './rounding.ts'
import {
  weightRules,
  type Basis,
  type Counting,
  type LossRule,
  type SettlementRules,
  type ShipperTerms,
  type Terms,
  type Tolerance,
} from './rules.ts'

/**
 * Reads rules. Absent are: p1 and p2 of 100 %, no loss and surplus counted, no minimum and maximum, no rounding, no parts, and
 * `refuse` for what goes below zero or over the payment. `carrier.basis` and `shipper` have to be there.
 * @param value  what JSON.parse gave
 * @returns frozen rules with every field written out, so that `canonicalJson` of them parses to the same; or all faults
 * Source: own. O(size).
 */
export function parseRules(value: unknown): Result<SettlementRules, readonly Fault[]> {
  const faults: Fault[] = []
  const fields = ['loadBp', 'unloadBp', 'carrier', 'shipper', 'paidRounding', 'whenNegative', 'split']
  const top = readObject(faults, '', value, fields)
  if (!top) return err(faults)
  const rules = {
    loadBp: readInteger(faults, 'loadBp', top.loadBp, 1, weighedMaxBp, wholeBp),
    unloadBp: readInteger(faults, 'unloadBp', top.unloadBp, 1, weighedMaxBp, wholeBp),
    carrier: readCarrier(faults, top.carrier),
    shipper: readShipper(faults, top.shipper),
    paidRounding: readOneOf(faults, 'paidRounding', top.paidRounding, roundings, 'none'),
    whenNegative: readOneOf(faults, 'whenNegative', top.whenNegative, ['refuse', 'carry'], 'refuse'),
    split: readSplit(faults, top.split),
  }
  return faults.length > 0 ? err(faults) : ok(deepFreeze(rules) as SettlementRules)
}

const termFields = ['basis', 'loss', 'surplus', 'minimumFen', 'maximumFen', 'rounding'] as const
const noTerms: Terms = {
  basis: { unit: 'truck' },
  loss: { mode: 'none' },
  surplus: { mode: 'none' },
  minimumFen: null,
  maximumFen: null,
  rounding: 'none',
}

function readCarrier(faults: Faults, value: unknown): Terms {
  const terms = readObject(faults, 'carrier', value, termFields)
  return terms ? readTerms(faults, 'carrier', terms) : noTerms
}

function readShipper(faults: Faults, value: unknown): ShipperTerms {
  const shipper = readVariant(faults, 'shipper', value, 'by', {
    price: termFields,
    service_rate: ['rateBp', 'rounding'],
  })
  if (!shipper) return { by: 'price', ...noTerms }
  if (shipper.word === 'price') return { by: 'price', ...readTerms(faults, 'shipper', shipper.fields) }
  return {
    by: 'service_rate',
    rateBp: readInteger(faults, 'shipper.rateBp', shipper.fields.rateBp, 0, serviceMaxBp),
    rounding: readOneOf(faults, 'shipper.rounding', shipper.fields.rounding, roundings, 'none'),
  }
}

function readTerms(faults: Faults, field: string, fields: Fields): Terms {
  const terms: Terms = {
    basis: readBasis(faults, at(field, 'basis'), fields.basis),
    loss: readLoss(faults, at(field, 'loss'), fields.loss),
    surplus: readSurplus(faults, at(field, 'surplus'), fields.surplus),
    minimumFen: readIntegerOrNull(faults, at(field, 'minimumFen'), fields.minimumFen, 0, fenMax),
    maximumFen: readIntegerOrNull(faults, at(field, 'maximumFen'), fields.maximumFen, 0, fenMax),
    rounding: readOneOf(faults, at(field, 'rounding'), fields.rounding, roundings, 'none'),
  }
  checkTogether(faults, field, terms)
  return terms
}

function checkTogether(faults: Faults, field: string, { basis, loss, surplus, minimumFen, maximumFen }: Terms): void {
  if (minimumFen !== null && maximumFen !== null && minimumFen > maximumFen)
    faults.push(fault(at(field, 'minimumFen'), minimumFen, 'over_maximum', String(maximumFen)))
  if (basis.unit === 'ton' || basis.unit === 'ton_km') return
  if (loss.mode !== 'none' && loss.as === 'weight')
    faults.push(fault(at(field, 'loss.as'), loss.as, 'needs_weight_basis', basis.unit))
  if (surplus.mode !== 'none')
    faults.push(fault(at(field, 'surplus.mode'), surplus.mode, 'needs_weight_basis', basis.unit))
}

// What stands for a basis that could not be read breaks no other rule.
const anyBasis: Basis = { unit: 'ton', weight: 'load' }

function readBasis(faults: Faults, field: string, value: unknown): Basis {
  const basis = readVariant(faults, field, value, 'unit', { ton: ['weight'], ton_km: ['weight'], truck: [], m3: [] })
  if (!basis) return anyBasis
  const { word: unit } = basis
  if (unit === 'truck' || unit === 'm3') return { unit }
  return { unit, weight: readOneOf(faults, at(field, 'weight'), basis.fields.weight, weightRules) }
}

function readLoss(faults: Faults, field: string, value: unknown): LossRule {
  if (value === undefined) return { mode: 'none' }
  const loss = readVariant(faults, field, value, 'mode', {
    none: [],
    excess: ['as', 'tolerance'],
    whole: ['as', 'tolerance'],
    real: ['as'],
  })
  if (!loss || loss.word === 'none') return { mode: 'none' }
  const as = readOneOf(faults, at(field, 'as'), loss.fields.as, ['money', 'weight'])
  if (loss.word === 'real') return { mode: loss.word, as }
  return { mode: loss.word, as, tolerance: readTolerance(faults, at(field, 'tolerance'), loss.fields.tolerance) }
}

function readSurplus(faults: Faults, field: string, value: unknown): Counting {
  if (value === undefined) return { mode: 'none' }
  const surplus = readVariant(faults, field, value, 'mode', {
    none: [],
    excess: ['tolerance'],
    whole: ['tolerance'],
    real: [],
  })
  if (!surplus) return { mode: 'none' }
  if (surplus.word === 'none' || surplus.word === 'real') return { mode: surplus.word }
  return { mode: surplus.word, tolerance: readTolerance(faults, at(field, 'tolerance'), surplus.fields.tolerance) }
}

function readTolerance(faults: Faults, field: string, value: unknown): Tolerance {
  const tolerance = readVariant(faults, field, value, 'by', { fixed: ['kg'], rate: ['bp'] })
  if (!tolerance) return { by: 'fixed', kg: 0 }
  return tolerance.word === 'fixed'
    ? { by: 'fixed', kg: readInteger(faults, at(field, 'kg'), tolerance.fields.kg, 0, weightMaxKg) }
    : { by: 'rate', bp: readInteger(faults, at(field, 'bp'), tolerance.fields.bp, 0, wholeBp) }
}

function readSplit(faults: Faults, value: unknown): SettlementRules['split'] {
  if (value === undefined) return { parts: [], whenOver: 'refuse' }
  const split = readObject(faults, 'split', value, ['parts', 'whenOver'])
  if (!split) return { parts: [], whenOver: 'refuse' }
  return {
    parts: readPayParts(faults, 'split.parts', split.parts),
    whenOver: readOneOf(faults, 'split.whenOver', split.whenOver, ['refuse', 'cap'], 'refuse'),
  }
}
