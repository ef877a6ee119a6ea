import {
  holdsRole,
  type Me,
  type NavEntry,
  type ObjectPlace,
  type PaletteVerb,
  type ScreenModule,
  type SearchSource,
} from '@tingzhou/ui'
import { modules } from '../modules.ts'

/** Something of a module with the namespace its texts are in. */
export type Owned<T> = { readonly module: string; readonly item: T }

const owned = <T>(pick: (module: ScreenModule) => readonly T[]): readonly Owned<T>[] =>
  modules.flatMap((module) => pick(module).map((item) => ({ module: module.name, item })))

/** The menu of a surface as the reader sees it, in order. */
export function navFor(me: Me | null, surface: 'console' | 'counter'): readonly Owned<NavEntry>[] {
  return owned((module) => module.nav)
    .filter(({ item }) => (item.surface ?? 'console') === surface && holdsRole(me, item.roles))
    .toSorted((a, b) => a.item.order - b.item.order)
}

export function verbsFor(me: Me | null): readonly Owned<PaletteVerb>[] {
  return owned((module) => module.verbs ?? []).filter(({ item }) => holdsRole(me, item.roles))
}

export function sourcesFor(me: Me | null): readonly Owned<SearchSource>[] {
  return owned((module) => module.search ?? []).filter(({ item }) => holdsRole(me, item.roles))
}

/** The kinds of objects that the platform's search may find and some module can show. */
export const objectPlaces: () => readonly Owned<ObjectPlace>[] = () => owned((module) => module.objects ?? [])

/** Where somebody works: firms at the counter, everyone else in the console. */
export function surfaceOf(me: Me): 'console' | 'counter' {
  const outside = me.memberships.length > 0 && me.memberships.every(({ role }) => role === 'enterprise')
  return outside ? 'counter' : 'console'
}

/** The first page of a surface. */
export function homePath(me: Me, surface: 'console' | 'counter'): string {
  return navFor(me, surface)[0]?.item.path ?? (surface === 'counter' ? '/counter/account' : '/account')
}
