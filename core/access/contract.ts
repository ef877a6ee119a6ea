import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Lang, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { roles } from '@tingzhou/parties/contract'

export const Role = z.enum(roles)

/** Letters of any script, digits and `._@-`; compared without case. */
export const Username = z
  .string()
  .trim()
  .min(2)
  .max(60)
  .regex(/^[\p{L}\p{N}._@-]+$/u)

export const passwordLengthMin = 10
// OWASP: long enough for phrases, short enough that hashing cannot be abused.
const passwordLengthMax = 128
export const NewPassword = z.string().min(passwordLengthMin).max(passwordLengthMax)
const Password = z.string().min(1).max(passwordLengthMax)
const Code = z
  .string()
  .trim()
  .regex(/^\d{6}$/)
const Token = z.string().min(20).max(200)
const PersonName = z.string().trim().min(1).max(80)

const Held = z.object({
  role: Role,
  partyId: z.string().nullable().describe('null: the whole zone'),
  partyName: z.string().nullable(),
})
const Grant = z.object({ role: Role, partyId: z.string().max(60).nullable() })
const Grants = z.array(Grant).max(50)

export const Me = z.object({
  accountId: z.string(),
  username: z.string(),
  name: z.string(),
  kind: z.enum(['person', 'machine']),
  lang: Lang,
  memberships: z.array(Held),
  totpEnabled: z.boolean(),
  mustEnrolTotp: z.boolean().describe('Roles are withheld until the one-time-code app is set up.'),
})

export const Account = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  kind: z.enum(['person', 'machine']),
  lang: Lang,
  state: z.enum(['open', 'closed']),
  totpEnabled: z.boolean(),
  lockedUntil: Instant.nullable(),
  synthetic: z.boolean(),
  memberships: z.array(Held),
  rev: z.int(),
  createdAt: Instant,
})

export const ApiKey = z.object({
  id: z.string(),
  accountId: z.string(),
  accountName: z.string(),
  name: z.string(),
  hint: z.string().describe('First characters of the key.'),
  roles: z.array(Role).nullable().describe('null: all roles of the account'),
  createdAt: Instant,
  createdBy: z.string(),
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
  partyId: z.string().nullable().describe('The enterprise whose system uses it; its account is the key’s own.'),
  partyName: z.string().nullable(),
  readOnly: z.boolean().describe('Refused for everything that changes something.'),
})

const Link = z.object({ id: z.string(), url: z.string().describe('Works once; shown only now.'), expiresAt: Instant })
const Settings = z.object({ totpForStaff: z.boolean(), rev: z.int() })
const Done = z.object({})
const tag = (name: string) => [name]

const session = {
  options: oc
    .route({ method: 'GET', path: '/sign-in-options', summary: '可用的登录方式', tags: tag('session') })
    .output(
      z.object({
        demo: z.boolean(),
        setupOpen: z.boolean().describe('No administrator yet: the console printed a link.'),
        oidc: z.object({ name: z.string(), url: z.string() }).nullable(),
      }),
    ),
  create: oc
    .route({ method: 'POST', path: '/sessions', summary: '登录', tags: tag('session'), successStatus: 201 })
    .input(
      z.object({
        username: z.string().trim().min(1).max(60),
        password: Password,
        totp: z.string().trim().min(6).max(20).optional().describe('Six digits, or a backup code.'),
        remember: z.boolean().default(true),
      }),
    )
    .output(Me),
  end: oc
    .route({ method: 'DELETE', path: '/sessions/current', summary: '退出登录', tags: tag('session') })
    .output(Done),
  demoAccounts: oc
    .route({ method: 'GET', path: '/demo-accounts', summary: '演示账号（仅演示环境）', tags: tag('session') })
    .output(
      z.object({
        password: z.string(),
        accounts: z.array(z.object({ username: z.string(), name: z.string(), memberships: z.array(Held) })),
      }),
    ),
}

const me = {
  get: oc.route({ method: 'GET', path: '/me', summary: '当前账号', tags: tag('me') }).output(Me),
  change: oc
    .route({ method: 'PATCH', path: '/me', summary: '修改语言或姓名', tags: tag('me') })
    .input(z.object({ lang: Lang.optional(), name: PersonName.optional() }))
    .output(Me),
  password: oc
    .route({ method: 'PUT', path: '/me/password', summary: '修改密码', tags: tag('me') })
    .input(z.object({ password: Password, newPassword: NewPassword }))
    .output(Done),
  enrolTotp: oc
    .route({ method: 'POST', path: '/me/totp', summary: '开始绑定动态口令', tags: tag('me') })
    .input(z.object({ password: Password }))
    .output(z.object({ uri: z.string(), secret: z.string(), backupCodes: z.array(z.string()) })),
  verifyTotp: oc
    .route({ method: 'POST', path: '/me/totp/verification', summary: '确认动态口令', tags: tag('me') })
    .input(z.object({ code: Code }))
    .output(Me),
  removeTotp: oc
    .route({ method: 'POST', path: '/me/totp/removal', summary: '解除动态口令', tags: tag('me') })
    .input(z.object({ password: Password }))
    .output(Me),
}

const setup = {
  complete: oc
    .route({ method: 'POST', path: '/setup', summary: '创建首位管理员', tags: tag('setup'), successStatus: 201 })
    .input(
      z.object({ token: Token, username: Username, name: PersonName, password: NewPassword, lang: Lang.optional() }),
    )
    .output(Done),
}

const accounts = {
  list: oc
    .route({ method: 'GET', path: '/accounts', summary: '账号列表', tags: tag('accounts') })
    .input(
      listInput({
        role: Role.optional(),
        partyId: z.string().max(60).optional(),
        state: z.enum(['open', 'closed']).optional(),
        kind: z.enum(['person', 'machine']).optional(),
      }),
    )
    .output(listOutput(Account)),
  get: oc
    .route({ method: 'GET', path: '/accounts/{id}', summary: '账号', tags: tag('accounts') })
    .input(z.object({ id: z.string().max(60) }))
    .output(Account),
  create: oc
    .route({ method: 'POST', path: '/accounts', summary: '新建账号', tags: tag('accounts'), successStatus: 201 })
    .input(
      z.object({
        commandId: CommandId,
        username: Username,
        name: PersonName,
        password: NewPassword.optional().describe(
          'Without one the account signs in after a password reset, by OIDC or by key.',
        ),
        email: z.email().max(200).optional(),
        kind: z.enum(['person', 'machine']).default('person'),
        lang: Lang.default('zh-CN'),
        roles: Grants.default([]),
        synthetic: z.boolean().default(false),
        demo: z.boolean().default(false).describe('Offered on the sign-in page of the demo; refused elsewhere.'),
      }),
    )
    .output(Account),
  change: oc
    .route({ method: 'PATCH', path: '/accounts/{id}', summary: '修改账号', tags: tag('accounts') })
    .input(
      z.object({
        id: z.string().max(60),
        commandId: CommandId,
        rev: Rev,
        name: PersonName.optional(),
        email: z.email().max(200).nullable().optional(),
        lang: Lang.optional(),
        state: z.enum(['open', 'closed']).optional(),
        roles: Grants.optional().describe('All roles the account shall hold.'),
      }),
    )
    .output(Account),
  resetPassword: oc
    .route({
      method: 'POST',
      path: '/accounts/{id}/password-reset',
      summary: '生成重设密码链接',
      tags: tag('accounts'),
      successStatus: 201,
    })
    .input(z.object({ id: z.string().max(60), commandId: CommandId }))
    .output(Link),
  unlock: oc
    .route({ method: 'POST', path: '/accounts/{id}/unlock', summary: '解除锁定', tags: tag('accounts') })
    .input(z.object({ id: z.string().max(60) }))
    .output(Account),
  removeTotp: oc
    .route({
      method: 'POST',
      path: '/accounts/{id}/totp-removal',
      summary: '解除账号的动态口令',
      tags: tag('accounts'),
    })
    .input(z.object({ id: z.string().max(60) }))
    .output(Account),
}

const links = {
  setPassword: oc
    .route({ method: 'POST', path: '/password-resets', summary: '凭链接设置新密码', tags: tag('session') })
    .input(z.object({ token: Token, password: NewPassword }))
    .output(z.object({ username: z.string() })),
  invite: oc
    .route({ method: 'POST', path: '/invitations', summary: '邀请加入', tags: tag('accounts'), successStatus: 201 })
    .input(z.object({ commandId: CommandId, role: Role.default('enterprise'), partyId: z.string().max(60) }))
    .output(Link),
  readInvitation: oc
    .route({ method: 'POST', path: '/invitations/lookup', summary: '查看邀请', tags: tag('session') })
    .input(z.object({ token: Token }))
    .output(z.object({ role: Role, partyName: z.string(), expiresAt: Instant })),
  acceptInvitation: oc
    .route({
      method: 'POST',
      path: '/invitations/acceptance',
      summary: '接受邀请',
      tags: tag('session'),
      successStatus: 201,
    })
    .input(
      z.object({ token: Token, username: Username, name: PersonName, password: NewPassword, lang: Lang.optional() }),
    )
    .output(z.object({ username: z.string() })),
}

const apiKeys = {
  list: oc
    .route({ method: 'GET', path: '/api-keys', summary: '接口密钥', tags: tag('api-keys') })
    .output(z.object({ rows: z.array(ApiKey) })),
  create: oc
    .route({ method: 'POST', path: '/api-keys', summary: '新建接口密钥', tags: tag('api-keys'), successStatus: 201 })
    .input(
      z.object({
        commandId: CommandId,
        accountId: z.string().max(60),
        name: z.string().trim().min(1).max(80),
        roles: z.array(Role).min(1).max(20).optional(),
        expiresAt: Instant.optional(),
      }),
    )
    .output(ApiKey.extend({ key: z.string().describe('Shown only now.') })),
  revoke: oc
    .route({ method: 'DELETE', path: '/api-keys/{id}', summary: '撤销接口密钥', tags: tag('api-keys') })
    .input(z.object({ id: z.string().max(60) }))
    .output(Done),
}

const firmKeys = {
  list: oc
    .route({ method: 'GET', path: '/firm-api-keys', summary: '企业接口密钥', tags: tag('api-keys') })
    .output(z.object({ rows: z.array(ApiKey), most: z.int().describe('Keys in use that one enterprise may have.') })),
  create: oc
    .route({
      method: 'POST',
      path: '/firm-api-keys',
      summary: '新建企业接口密钥',
      description: 'For a system of one’s own enterprise: it acts for this enterprise alone, under the key’s name.',
      tags: tag('api-keys'),
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        partyId: z.string().max(60).describe('One’s own enterprise.'),
        name: z
          .string()
          .trim()
          .min(1)
          .max(80)
          .describe('Where it is used; history names by this what is done with it.'),
        readOnly: z.boolean().default(false),
        days: z.int().min(1).max(366).default(365).describe('How long it works.'),
      }),
    )
    .output(ApiKey.extend({ key: z.string().describe('Shown only now.') })),
  revoke: oc
    .route({ method: 'DELETE', path: '/firm-api-keys/{id}', summary: '撤销企业接口密钥', tags: tag('api-keys') })
    .input(z.object({ id: z.string().max(60) }))
    .output(Done),
}

const settings = {
  get: oc
    .route({ method: 'GET', path: '/access-settings', summary: '登录设置', tags: tag('accounts') })
    .output(Settings),
  change: oc
    .route({ method: 'PATCH', path: '/access-settings', summary: '修改登录设置', tags: tag('accounts') })
    .input(z.object({ commandId: CommandId, rev: z.int().min(0), totpForStaff: z.boolean() }))
    .output(Settings),
}

const parties = {
  list: oc
    .route({ method: 'GET', path: '/parties', summary: '主体（选角色时用）', tags: tag('accounts') })
    .input(
      z.object({
        kind: z.enum(['zone', 'area', 'department', 'enterprise', 'person', 'institution']),
        q: z.string().trim().max(80).optional(),
        limit: z.int().min(1).max(200).default(50),
      }),
    )
    .output(
      z.object({
        rows: z.array(
          z.object({ id: z.string(), kind: z.string(), name: z.string(), state: z.enum(['open', 'closed']) }),
        ),
      }),
    ),
}

export const accessContract = { session, me, setup, accounts, links, apiKeys, firmKeys, settings, parties }
export type Me = z.infer<typeof Me>
export type Account = z.infer<typeof Account>
export type ApiKey = z.infer<typeof ApiKey>
