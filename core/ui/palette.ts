import { useMedia } from './media.ts'
import { usePreferences } from './preferences.ts'
import { palettes, type Palette, type PaletteName } from './theme.ts'

/** The palette the reader's mode asks for. */
export function usePaletteName(): 'light' | 'dark' {
  const { mode } = usePreferences()
  const systemDark = useMedia('(prefers-color-scheme: dark)')
  if (mode === 'system') return systemDark ? 'dark' : 'light'
  return mode
}

/** Colours as values, for charts and maps that cannot read CSS variables. */
export function usePalette(name?: PaletteName): Palette {
  const own = usePaletteName()
  return palettes[name ?? own]
}
