import { useText } from '@tingzhou/ui'
import { Outlet } from 'react-router'
import { BrandMark } from './brand-mark.tsx'
import { DisplayMenu } from './display-menu.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { SkipLink, useRouteFocus } from './focus.tsx'

/** What a stranger sees: the name, the language, one thing in the middle. */
export function PublicShell() {
  const t = useText('shell')
  useRouteFocus()
  return (
    <div className="tz-public">
      <SkipLink />
      <header className="tz-public-head">
        <span className="tz-brand">
          <BrandMark />
          {t('brand')}
        </span>
        <span className="tz-public-tools">
          <LanguageSwitch />
          <DisplayMenu />
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}
