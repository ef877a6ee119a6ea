import { createApi, serverLang } from '@tingzhou/ui'
import { alarmsContract } from '../contract.ts'

/** Alarms over HTTP. */
export const api = createApi(alarmsContract, 'alarms')

/** A name in the reader's language. */
export const nameOf = (name: { readonly zh: string; readonly en: string }): string =>
  serverLang() === 'zh-CN' ? name.zh : name.en

export const watchRoles = ['admin', 'dispatcher', 'duty_officer', 'supervisor', 'enterprise'] as const
export const ruleRoles = ['admin', 'supervisor', 'dispatcher'] as const
/** Whoever sees alarms; what they see is asked of the server. */
export const readRoles = [...watchRoles, 'leader', 'auditor'] as const

/** Where the rules of a point of a type of equipment are. */
export const typePath = (profileKey: string, template: string): string =>
  `/alarm-types/${encodeURIComponent(profileKey)}/${encodeURIComponent(template)}`

/** Everything that an act on an alarm changes. */
export const changedKeys = [
  api.list.key(),
  api.counts.key(),
  api.get.key(),
  api.history.key(),
  api.pointRules.key(),
  api.rulePoints.key(),
  api.ruleTypes.key(),
  api.typeRules.key(),
  api.cases.key(),
  api.case.key(),
]
