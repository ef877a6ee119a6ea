import { i18n, useKeyboard, useMe, usePhone, useText } from '@tingzhou/ui'
import { Link, NavLink, Outlet } from 'react-router'
import { Bell } from './bell.tsx'
import { BrandMark } from './brand-mark.tsx'
import { DisplayMenu } from './display-menu.tsx'
import { SkipLink, useRouteFocus } from './focus.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { MoreTabs } from './more-tabs.tsx'
import { ShortcutList } from './shortcut-list.tsx'
import { SignedIn } from './signed-in.tsx'
import { UserMenu } from './user-menu.tsx'
import { navFor } from './visible.ts'

// What fits beside the thumb, and beside the tools of a desk in the longer language; the rest stands behind one more.
const phoneTabs = 4
const deskTabs = 6

/** The counter: for firms, few entries on top, at the thumb on a phone. */
export function CounterShell() {
  return (
    <SignedIn>
      <Counter />
    </SignedIn>
  )
}

function Counter() {
  const t = useText('shell')
  const me = useMe()
  const phone = usePhone()
  useKeyboard()
  useRouteFocus()
  const entries = navFor(me, 'counter')
  const near = entries.slice(0, phone ? phoneTabs : deskTabs)
  const tabs = (
    <nav className="tz-counter-nav" aria-label={t('menu')}>
      {near.map(({ module, item }) => (
        <NavLink key={`${module}.${item.key}`} to={item.path} className="tz-counter-tab">
          <item.icon />
          <span>{i18n.t(`${module}:${item.labelKey}`)}</span>
        </NavLink>
      ))}
      {near.length < entries.length && <MoreTabs entries={entries.slice(near.length)} />}
    </nav>
  )
  return (
    <div className="tz-counter">
      <SkipLink />
      <header className="tz-top">
        <Link to="/counter" className="tz-brand" aria-label={t('home')}>
          <BrandMark />
          <span>{t('brand_counter')}</span>
        </Link>
        {!phone && tabs}
        <span className="tz-top-tools">
          <LanguageSwitch />
          <DisplayMenu />
          {!phone && <ShortcutList />}
          <Bell surface="counter" />
          <UserMenu surface="counter" />
        </span>
      </header>
      <main id="main" className="tz-main" tabIndex={-1}>
        <Outlet />
      </main>
      {phone && tabs}
    </div>
  )
}
