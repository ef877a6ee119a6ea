import { UserOutlined } from '@ant-design/icons'
import { useMe, useText } from '@tingzhou/ui'
import { Button, Dropdown } from 'antd'
import { useNavigate } from 'react-router'
import { accessApi } from './api.ts'
import { surfaceOf } from './visible.ts'

/** Who is signed in, the own account, the other surface, the way out. */
export function UserMenu({ surface }: { readonly surface: 'console' | 'counter' }) {
  const t = useText('shell')
  const me = useMe()
  const navigate = useNavigate()
  if (!me) return null
  const signOut = async () => {
    // A session that has ended already is what was asked for.
    await accessApi.session.end.call().catch(() => undefined)
    // A new page forgets everything that was read for this account.
    window.location.assign('/login')
  }
  const other = surface === 'console' ? 'counter' : 'console'
  const mayCross = surfaceOf(me) === 'console'
  const roles = [...new Set(me.memberships.map(({ role }) => t(`role.${role}`)))].join(t('comma'))
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'who', type: 'group', label: roles },
          { key: 'account', label: t('nav.account') },
          ...(mayCross ? [{ key: 'other', label: t(`nav.to_${other}`) }] : []),
          { type: 'divider' },
          { key: 'out', label: t('sign_out') },
        ],
        onClick: ({ key }) => {
          if (key === 'out') void signOut()
          if (key === 'account') void navigate(surface === 'counter' ? '/counter/account' : '/account')
          if (key === 'other') void navigate(other === 'counter' ? '/counter' : '/')
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t('user.menu', { name: me.name })}>
        <span className="tz-user-name">{me.name}</span>
      </Button>
    </Dropdown>
  )
}
