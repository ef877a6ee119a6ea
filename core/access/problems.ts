import { commandProblems, registerProblems, registerWords, type ProblemTable } from '@tingzhou/http'
import type { ApiKeyError } from './api-key.ts'
import type { TooManyKeys } from './firm-key.ts'
import type { ChangeError, CreateError } from './account.ts'
import type { CommandReused, LinkSpent } from './link.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

registerProblems('access', { 'zh-CN': zhCN.problem, en: en.problem })
registerWords('access', { 'zh-CN': namesOfRoles(zhCN.roles), en: namesOfRoles(en.roles) })

/** A refusal for want of a role names the roles that would do. */
function namesOfRoles(names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([role, name]) => [`roles.${role}`, name]))
}

/** How the refusals of this package travel. */
export const problems = {
  username_taken: { status: 409, area: 'access', field: 'username', rule: 'unique' },
  email_taken: { status: 409, area: 'access', field: 'email', rule: 'unique' },
  no_such_party: { status: 422, area: 'access', field: 'partyId', rule: 'exists' },
  role_needs_party: { status: 422, area: 'access', field: 'role', rule: 'party' },
  last_admin: { status: 422, area: 'access' },
  no_such_account: { status: 404, area: 'access', field: 'accountId', rule: 'exists' },
  ...commandProblems,
  link_spent: { status: 410, area: 'access' },
  too_many_keys: { status: 422, area: 'access', field: 'partyId', rule: 'at most 20 in use' },
  expired_already: { status: 422, area: 'access', field: 'expiresAt', rule: 'in the future' },
} satisfies ProblemTable<CreateError | ChangeError | ApiKeyError | TooManyKeys | LinkSpent | CommandReused>
