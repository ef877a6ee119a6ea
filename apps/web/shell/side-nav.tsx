import { i18n, useMe, useText, type NavEntry } from '@tingzhou/ui'
import { Tooltip } from 'antd'
import { NavLink } from 'react-router'
import { navFor, type Owned } from './visible.ts'

/** The menu: groups with a heading, entries with an icon and what waits. */
export function SideNav({ surface, folded }: { readonly surface: 'console' | 'counter'; readonly folded: boolean }) {
  const t = useText('shell')
  const me = useMe()
  const groups = groupsOf(navFor(me, surface))
  return (
    <nav className="tz-nav" aria-label={t('menu')}>
      {groups.map((group) => (
        <div key={group.title}>
          {group.title && !folded && <h2 className="tz-nav-group">{group.title}</h2>}
          <ul>
            {group.entries.map((entry) => (
              <li key={`${entry.module}.${entry.item.key}`}>
                <Entry entry={entry} folded={folded} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

const noCount = () => null

function Entry({ entry: { module, item }, folded }: { readonly entry: Owned<NavEntry>; readonly folded: boolean }) {
  const t = useText(module)
  // The entry of a module never changes, so the hook is the same on every render.
  const count = (item.useCount ?? noCount)()
  const label = t(item.labelKey)
  const link = (
    <NavLink to={item.path} className="tz-nav-entry" {...(folded ? { 'aria-label': label } : {})}>
      <item.icon />
      {!folded && <span className="tz-nav-label">{label}</span>}
      {count !== null && count > 0 && <span className="tz-nav-count">{count > 999 ? '999+' : count}</span>}
    </NavLink>
  )
  return folded ? (
    <Tooltip title={label} placement="right">
      {link}
    </Tooltip>
  ) : (
    link
  )
}

type Group = { readonly title: string; readonly entries: readonly Owned<NavEntry>[] }

/** Entries of one group stand together at the place of the first. */
function groupsOf(entries: readonly Owned<NavEntry>[]): readonly Group[] {
  const titleOf = ({ module, item }: Owned<NavEntry>) => (item.groupKey ? i18n.t(`${module}:${item.groupKey}`) : '')
  return [...new Set(entries.map(titleOf))].map((title) => ({
    title,
    entries: entries.filter((entry) => titleOf(entry) === title),
  }))
}
