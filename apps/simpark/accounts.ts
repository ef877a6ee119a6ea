import type { z } from 'zod'
import { Role } from '@tingzhou/access/contract'
import { commandIdOf } from './command-id.ts'
import data from './data/accounts.json' with { type: 'json' }
import type { Firm } from './firms.ts'
import type { People } from './people.ts'
import type { Register } from './register.ts'
import { areaPlans, departmentPlans } from './zone.ts'

type AccountPlan = {
  readonly username: string
  readonly name: string
  readonly roles: readonly { readonly role: z.infer<typeof Role>; readonly partyId: string | null }[]
  readonly demo: boolean
  readonly lang: 'zh-CN' | 'en'
}

// Departments that work through an officer beside their head.
const withOfficer: readonly string[] = [
  'finance',
  'human_resources',
  'construction',
  'service_hall',
  'commerce',
  'startup_centre',
  'safety_environment',
  'natural_resources',
  'power_company',
]

/**
 * Makes the accounts of the zone: those that the sign-in page of the demo offers, and those of the people who only live
 * in the simulation. Safe to repeat.
 * @param password  of the accounts that a visitor may use
 */
export async function makeAccounts(
  people: People,
  register: Register,
  seed: string,
  firms: readonly Firm[],
  password: string,
): Promise<void> {
  const plans = planAccounts(register, firms).filter(({ username }) => !people.has(username))
  // Hashing a password takes the server a while; a few at a time keep it busy.
  await inLots(plans, 6, ({ username, name, roles, demo, lang }) =>
    people.machine.api.access.accounts.create({
      commandId: commandIdOf(seed, 'account', username),
      username,
      name,
      roles: [...roles],
      lang,
      demo,
      synthetic: true,
      ...(demo ? { password } : {}),
    }),
  )
  await people.refresh()
}

export async function inLots<T>(items: readonly T[], size: number, work: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += size) await Promise.all(items.slice(i, i + size).map(work))
}

/** Who heads a department: somebody whom a visitor may be, else somebody of the simulation. */
export const headUsername = (code: string): string => demoOf('dept_head', code) ?? `sim.head.${code}`
/** Its officer, if it works through one. */
export const officerUsername = (code: string): string | null =>
  demoOf('dept_officer', code) ?? (withOfficer.includes(code) ? `sim.officer.${code}` : null)
export const leadUsername = (areaCode: string, deputy: boolean): string =>
  `${deputy ? 'sim.' : ''}lead${areaPlans.findIndex(({ code }) => code === areaCode) + 1}`

function demoOf(role: string, code: string): string | null {
  return data.demo.find(({ roles }) => roles.some(([held, party]) => held === role && party === code))?.username ?? null
}

function planAccounts(register: Register, firms: readonly Firm[]): AccountPlan[] {
  const areaCodes = new Set(areaPlans.map(({ code }) => code))
  const partyOf = (code: string | null): string | null => {
    if (code === null) return null
    return areaCodes.has(code) ? register.areaId(code) : register.departmentId(code)
  }
  const listed = [
    ...data.demo.map((plan) => ({ ...plan, demo: true })),
    ...data.zone.map((plan) => ({ ...plan, demo: false })),
  ]
  const officials = listed.map(({ username, name, roles, demo }): AccountPlan => ({
    username,
    name,
    demo,
    lang: 'zh-CN',
    roles: roles.map(([role, party]) => ({ role: Role.parse(role), partyId: partyOf(party ?? null) })),
  }))
  const departments = departmentPlans.flatMap(({ code, name }): AccountPlan[] => {
    const officer = officerUsername(code)
    const partyId = register.departmentId(code)
    const plan = { demo: false, lang: 'zh-CN' } as const
    return [
      {
        ...plan,
        username: headUsername(code),
        name: data.departmentHead.replace('{name}', name),
        roles: [{ role: 'dept_head', partyId }],
      },
      ...(officer === null
        ? []
        : [
            {
              ...plan,
              username: officer,
              name: data.departmentOfficer.replace('{name}', name),
              roles: [{ role: 'dept_officer' as const, partyId }],
            },
          ]),
    ]
  })
  const contacts = firms.flatMap((firm, n): AccountPlan[] => {
    const roles = [{ role: 'enterprise' as const, partyId: register.enterpriseId(firm.plan.uscc) }]
    const own = {
      username: firm.username,
      name: data.enterprise.replace('{n}', two(n + 1)),
      roles,
      demo: false,
      lang: firm.lang,
    }
    if (firm.demoUsername === null) return [own]
    const name = data.demoEnterprise.replace('{n}', String(n + 1))
    return [own, { ...own, username: firm.demoUsername, name, demo: true }]
  })
  const taken = new Set(officials.map(({ username }) => username))
  return [...officials, ...departments.filter(({ username }) => !taken.has(username)), ...contacts]
}

const two = (n: number): string => String(n).padStart(2, '0')
