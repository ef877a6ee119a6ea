import { MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined, SearchOutlined } from '@ant-design/icons'
import { setPreferences, useKeyboard, useKeys, useNarrow, usePreferences, useText } from '@tingzhou/ui'
import { Button, Drawer } from 'antd'
import { useEffect, useState } from 'react'
import { Link, Outlet, useLocation } from 'react-router'
import { Bell } from './bell.tsx'
import { BrandMark } from './brand-mark.tsx'
import { DisplayMenu } from './display-menu.tsx'
import { SkipLink, useRouteFocus } from './focus.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { Palette } from './palette.tsx'
import { ShortcutList } from './shortcut-list.tsx'
import { SideNav } from './side-nav.tsx'
import { SignedIn } from './signed-in.tsx'
import { UserMenu } from './user-menu.tsx'

/** The console: menu at the side, tools on top, the page. */
export function ConsoleShell() {
  return (
    <SignedIn>
      <Console />
    </SignedIn>
  )
}

function Console() {
  const t = useText('shell')
  const narrow = useNarrow()
  const { siderFolded, elder } = usePreferences()
  const { pathname } = useLocation()
  const [menuOpen, setMenuOpen] = useState(false)
  const [paletteOpen, setPaletteOpen] = useState(false)
  useKeyboard()
  useRouteFocus()
  useEffect(() => setMenuOpen(false), [pathname])
  useKeys([
    { keys: 'mod+k', label: t('keys.palette'), run: () => setPaletteOpen(true), always: true },
    { keys: '/', label: t('keys.search'), run: () => setPaletteOpen(true) },
  ])
  const folded = siderFolded && !elder
  return (
    <div className={`tz-console ${folded ? 'tz-folded' : ''}`}>
      <SkipLink />
      <header className="tz-top">
        {narrow && (
          <Button type="text" aria-label={t('menu')} icon={<MenuOutlined />} onClick={() => setMenuOpen(true)} />
        )}
        <Link to="/" className="tz-brand" aria-label={t('home')}>
          <BrandMark />
          <span>{t('brand')}</span>
        </Link>
        <button
          type="button"
          className="tz-search-button"
          onClick={() => setPaletteOpen(true)}
          aria-label={t('search.open')}
        >
          <SearchOutlined aria-hidden />
          <span>{t('search.hint')}</span>
          <kbd className="tz-key" aria-hidden>
            {isApple() ? '⌘K' : 'Ctrl K'}
          </kbd>
        </button>
        <span className="tz-top-tools">
          <LanguageSwitch />
          <DisplayMenu />
          <ShortcutList />
          <Bell surface="console" />
          <UserMenu surface="console" />
        </span>
      </header>
      {narrow ? (
        <Drawer open={menuOpen} onClose={() => setMenuOpen(false)} placement="left" size={280} title={t('menu')}>
          <SideNav surface="console" folded={false} />
        </Drawer>
      ) : (
        <div className="tz-sider">
          <SideNav surface="console" folded={folded} />
          <Button
            type="text"
            className="tz-fold"
            aria-label={t(folded ? 'unfold' : 'fold')}
            icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
            onClick={() => setPreferences({ siderFolded: !siderFolded })}
          />
        </div>
      )}
      <main id="main" className="tz-main" tabIndex={-1}>
        <Outlet />
      </main>
      <Palette open={paletteOpen} onClose={() => setPaletteOpen(false)} />
    </div>
  )
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}
