import { SearchOutlined } from '@ant-design/icons'
import { App, ConfigProvider } from 'antd'
import enUs from 'antd/locale/en_US'
import zhCn from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { useLayoutEffect, type ReactNode } from 'react'
import { Announcer } from './announce.tsx'
import { ClearIcon } from './clear-icon.tsx'
import { useText } from './i18n.ts'
import { useStillness } from './media.ts'
import { useNonce } from './nonce.ts'
import { usePaletteName } from './palette.ts'
import { usePreferences } from './preferences.ts'
import { antdThemeOf, applyPalette } from './theme.ts'

/** Theme, texts of antd and words it has none for, query client and live region around everything. */
export function UiProvider({ client, children }: { readonly client: QueryClient; readonly children: ReactNode }) {
  const { lang, elder } = usePreferences()
  const name = usePaletteName()
  const still = useStillness()
  const nonce = useNonce()
  const t = useText('ui')
  useLayoutEffect(() => {
    applyPalette(document.documentElement, name)
    document.documentElement.classList.toggle('tz-elder', elder)
    dayjs.locale(lang === 'zh-CN' ? 'zh-cn' : 'en')
  }, [name, elder, lang])
  return (
    <QueryClientProvider client={client}>
      <ConfigProvider
        locale={lang === 'zh-CN' ? zhCn : enUs}
        theme={antdThemeOf(name, { elder, motion: !still })}
        button={{ autoInsertSpace: false }}
        select={{ clearIcon: <ClearIcon /> }}
        inputSearch={{ searchIcon: <SearchOutlined role="img" aria-hidden={false} aria-label={t('list.search')} /> }}
        {...(nonce ? { csp: { nonce } } : {})}
      >
        <App component={false}>{children}</App>
        <Announcer />
      </ConfigProvider>
    </QueryClientProvider>
  )
}
