import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useText, type Role } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import { accessApi } from '../shell/api.ts'

export type Grant = { readonly role: Role; readonly partyId: string | null }

/** Which kind of party a role is held for; roles not named are held for the whole zone. */
const partyKindOf: { readonly [role in Role]?: 'area' | 'department' | 'enterprise' } = {
  enterprise: 'enterprise',
  area_lead: 'area',
  dept_head: 'department',
  dept_officer: 'department',
  window_officer: 'department',
  weighbridge_clerk: 'enterprise',
}

export const grantable: readonly Role[] = [
  'admin',
  'dispatcher',
  'supervisor',
  'dept_head',
  'dept_officer',
  'area_lead',
  'callback_agent',
  'guide',
  'visitor_officer',
  'window_officer',
  'duty_officer',
  'enterprise',
  'leader',
  'auditor',
  'finance',
  'coordinator',
  'freight_dispatcher',
  'freight_audit',
  'overseas_keeper',
  'weighbridge_clerk',
  'chain_officer',
  'machine',
]

/** The roles of an account, each with the party it is held for. Inside a form, field `roles`. */
export function RoleFields({ names = {} }: { readonly names?: Readonly<Record<string, string>> }) {
  const t = useText('shell')
  const roles = Form.useWatch<readonly (Grant | undefined)[] | undefined>('roles')
  return (
    <Form.List name="roles">
      {(fields, { add, remove }) => (
        <fieldset className="tz-fieldset">
          <legend>{t('account.roles')}</legend>
          <div className="tz-rows">
            {fields.map(({ key, name }) => {
              const role = roles?.[name]?.role
              const kind = role && partyKindOf[role]
              return (
                <div key={key} className="tz-row-form">
                  <Form.Item
                    name={[name, 'role']}
                    noStyle
                    rules={[{ required: true, message: t('account.need_role') }]}
                  >
                    <Select
                      className="tz-role-select"
                      aria-label={t('field.role')}
                      placeholder={t('field.role')}
                      options={grantable.map((value) => ({ value, label: t(`role.${value}`) }))}
                    />
                  </Form.Item>
                  {kind ? (
                    <Form.Item
                      name={[name, 'partyId']}
                      noStyle
                      rules={[{ required: true, message: t('account.need_party') }]}
                    >
                      <PartySelect kind={kind} names={names} />
                    </Form.Item>
                  ) : (
                    <span className="tz-second">{t('role.whole_zone')}</span>
                  )}
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t('account.remove_role')}
                    onClick={() => remove(name)}
                  />
                </div>
              )
            })}
            <span>
              <Button icon={<PlusOutlined />} onClick={() => add({ partyId: null })}>
                {t('account.add_role')}
              </Button>
            </span>
          </div>
        </fieldset>
      )}
    </Form.List>
  )
}

/** What is sent: a role for the whole zone carries no party, whatever was chosen before. */
export function cleanGrants(grants: readonly (Partial<Grant> | undefined)[] | undefined): Grant[] {
  return (grants ?? []).flatMap((grant) =>
    grant?.role ? [{ role: grant.role, partyId: partyKindOf[grant.role] ? (grant.partyId ?? null) : null }] : [],
  )
}

function PartySelect(props: {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
  readonly kind: 'area' | 'department' | 'enterprise'
  readonly names: Readonly<Record<string, string>>
}) {
  const t = useText('shell')
  const [text, setText] = useState('')
  const input = { kind: props.kind, limit: 50, ...(text ? { q: text } : {}) }
  const { data, isFetching } = useQuery(accessApi.parties.list.queryOptions({ input }))
  const found = (data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const { value, names } = props
  // The chosen party keeps its name when the search no longer lists it.
  const options =
    value && !found.some((option) => option.value === value)
      ? [{ value, label: names[value] ?? value }, ...found]
      : found
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      className="tz-party-select"
      aria-label={t(`party.${props.kind}`)}
      placeholder={t(`party.${props.kind}`)}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={isFetching}
      value={value ?? null}
      onChange={(next: string) => props.onChange?.(next)}
      options={options}
    />
  )
}
