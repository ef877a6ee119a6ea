import { EllipsisOutlined } from '@ant-design/icons'
import { i18n, useText, type NavEntry } from '@tingzhou/ui'
import { Dropdown } from 'antd'
import { useLocation, useNavigate } from 'react-router'
import type { Owned } from './visible.ts'

/** The entries that have no tab of their own, behind one that opens them as a list. */
export function MoreTabs({ entries }: { readonly entries: readonly Owned<NavEntry>[] }) {
  const t = useText('shell')
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const here = entries.find(({ item }) => pathname === item.path || pathname.startsWith(`${item.path}/`))
  return (
    <Dropdown
      trigger={['click']}
      placement="topRight"
      menu={{
        items: entries.map(({ module, item }) => ({
          key: item.path,
          icon: <item.icon />,
          label: i18n.t(`${module}:${item.labelKey}`),
          className: 'tz-more-entry',
        })),
        selectedKeys: here ? [here.item.path] : [],
        onClick: ({ key }) => void navigate(key),
      }}
    >
      <button type="button" className="tz-counter-tab" {...(here ? { 'aria-current': true as const } : {})}>
        <EllipsisOutlined />
        <span>{t('more_entries')}</span>
      </button>
    </Dropdown>
  )
}
