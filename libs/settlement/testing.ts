import { parseRules, settle, type Facts, type Fault, type SettlementRules, type Sheet } from './index.ts'

export const rulesFrom = (value: object): SettlementRules => {
  const rules = parseRules(value)
  if (!rules.ok) throw new Error(JSON.stringify(rules.error))
  return rules.value
}
export const settled = (rules: object, facts: object): Sheet => {
  const sheet = settle(rulesFrom(rules), facts as Facts)
  if (!sheet.ok) throw new Error(JSON.stringify(sheet.error))
  return sheet.value
}
export const refused = (rules: object, facts: object): readonly Fault[] => {
  const sheet = settle(rulesFrom(rules), facts as Facts)
  if (sheet.ok) throw new Error('settled')
  return sheet.error
}
