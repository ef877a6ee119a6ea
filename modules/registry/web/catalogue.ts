import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'

const rarelyMs = 5 * 60_000

/** The areas of the zone. */
export function useAreas() {
  const { data } = useQuery({ ...api.areas.list.queryOptions({ input: {} }), staleTime: rarelyMs })
  return data?.rows ?? []
}

/** The departments of the zone. */
export function useDepartments() {
  const { data } = useQuery({ ...api.departments.list.queryOptions({ input: {} }), staleTime: rarelyMs })
  return data?.rows ?? []
}

type Choice = { readonly value: string; readonly label: string }

export async function findIndustries(text: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const { rows } = await api.industries.list.call(text ? { q: text } : {}, { signal })
  return rows.map(({ code, name }) => ({ value: code, label: `${code} ${name}` }))
}

export async function nameOfIndustry(code: string): Promise<string> {
  const { rows } = await api.industries.list.call({ code })
  return rows[0] ? `${code} ${rows[0].name}` : code
}

const labelOf = (person: { name: string; places: string[] }, joint: string) =>
  person.places.length > 0 ? `${person.name} · ${person.places.join(joint)}` : person.name

export async function findOfficials(text: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const { rows } = await api.officials.list.call(text ? { q: text } : {}, { signal })
  return rows.map((person) => ({ value: person.accountId, label: labelOf(person, ', ') }))
}

export async function nameOfOfficial(accountId: string): Promise<string> {
  const { rows } = await api.officials.list.call({ accountId: [accountId] })
  return rows[0] ? labelOf(rows[0], ', ') : accountId
}

export async function findEnterprises(text: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const { rows } = await api.enterprises.list.call({ limit: 20, ...(text ? { q: text } : {}) }, { signal })
  return rows.map(({ id, name }) => ({ value: id, label: name }))
}

export const nameOfEnterprise = async (id: string): Promise<string> => (await api.enterprises.get.call({ id })).name
