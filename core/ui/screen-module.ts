import type { ComponentType } from 'react'
import type { RouteObject } from 'react-router'
import type { Role } from './me.ts'

/** The four surfaces a module may put screens on. Paths are relative: console `/`, counter `/counter`, screen `/screen`, public `/`. */
export type Surface = 'console' | 'counter' | 'screen' | 'public'

/** What a locale file holds: nested objects of texts. */
export type LocaleBundle = { readonly [key: string]: string | LocaleBundle }

/** Loads one language of a module; `() => import('./locales/en.json')`. */
export type LocaleLoader = () => Promise<{ readonly default: LocaleBundle }>

/** An entry of the side menu (console) or of the bottom tabs (counter). */
export type NavEntry = {
  readonly key: string
  /** Key in the module's namespace. */
  readonly labelKey: string
  readonly icon: ComponentType
  /** Absolute path, such as `/appeals` or `/counter/appeals`. */
  readonly path: string
  /** Which surface shows it; console when left out. */
  readonly surface?: 'console' | 'counter'
  /** Key in the module's namespace; entries of one group stand together under that heading. */
  readonly groupKey?: string
  /** Who sees it; everyone when left out. Reach is the server's business, this only keeps the menu short. */
  readonly roles?: readonly Role[]
  /** Ascending. The shell's own entries start at 900. */
  readonly order: number
  /** A number beside the label, such as what waits for the reader; null or 0 shows nothing. */
  readonly useCount?: () => number | null
}

/** A verb of the command palette: go somewhere, or do something. */
export type PaletteVerb = {
  readonly key: string
  readonly labelKey: string
  /** Further words it is found by, a key in the namespace. */
  readonly wordsKey?: string
  readonly path: string
  readonly shortcut?: string
  readonly roles?: readonly Role[]
}

export type SearchHit = {
  readonly key: string
  readonly title: string
  readonly detail?: string
  readonly path: string
}

/** A source of the global search, asked in parallel with the others; the server applies the reader's reach. */
export type SearchSource = {
  readonly key: string
  readonly labelKey: string
  readonly roles?: readonly Role[]
  readonly find: (text: string, signal: AbortSignal) => Promise<readonly SearchHit[]>
}

/** A kind of object that the platform's own search (`GET /search`) finds, and the page that shows it. */
export type ObjectPlace = {
  readonly kind: string
  /** The heading over its hits, a key in the namespace. */
  readonly labelKey: string
  readonly path: (id: string, surface: 'console' | 'counter') => string
}

/** What a module's `web/index.tsx` exports as `screens`. Screens themselves come through `lazy` of each route. */
export type ScreenModule = {
  /** The module's folder name; also its i18n namespace. */
  readonly name: string
  readonly routes: { readonly [surface in Surface]?: readonly RouteObject[] }
  readonly nav: readonly NavEntry[]
  readonly verbs?: readonly PaletteVerb[]
  /** Objects of this module in the platform's search; prefer this to a source of your own. */
  readonly objects?: readonly ObjectPlace[]
  readonly search?: readonly SearchSource[]
  readonly locales: { readonly 'zh-CN': LocaleLoader; readonly en: LocaleLoader }
}
