import { useMe } from '@tingzhou/ui'
import { useAreas, useDepartments } from './catalogue.ts'

export type Person = { readonly accountId: string; readonly name: string; readonly place: string }

/** People that can be named on a form: oneself, the heads of departments, leads and deputies of areas. */
export function useStaff(departmentId?: string | null): readonly Person[] {
  const me = useMe()
  const departments = useDepartments()
  const areas = useAreas()
  const heads = departments
    .filter(({ id }) => !departmentId || id === departmentId)
    .flatMap(({ heads, name }) => heads.map((head) => ({ accountId: head.accountId, name: head.name, place: name })))
  const leads = departmentId
    ? []
    : areas.flatMap((area) => [
        ...person(area.leadAccountId, area.leadName, area.name),
        ...person(area.deputyAccountId, area.deputyName, area.name),
      ])
  const own = me ? person(me.accountId, me.name, '') : []
  const seen = new Map([...own, ...heads, ...leads].map((entry) => [entry.accountId, entry]))
  return [...seen.values()]
}

function person(accountId: string | null, name: string | null, place: string): readonly Person[] {
  return accountId === null ? [] : [{ accountId, name: name ?? accountId, place }]
}
