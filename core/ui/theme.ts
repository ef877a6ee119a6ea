import { theme as antdTheme, type ThemeConfig } from 'antd'

/** The only file with colours. Contrast of each pair against its ground was computed with the WCAG 2.2 formula. */
export type Palette = {
  readonly page: string
  readonly panel: string
  readonly raised: string
  readonly text: string
  readonly second: string
  readonly border: string
  readonly hairline: string
  readonly primary: string
  readonly onPrimary: string
  readonly selectedBg: string
  readonly selected: string
  readonly good: string
  readonly attention: string
  readonly goodBg: string
  readonly attentionBg: string
  readonly bad: string
  readonly gold: string
  readonly series: readonly string[]
}

type MappingAlgorithm = typeof antdTheme.defaultAlgorithm

export type PaletteName = 'light' | 'dark' | 'screen'

const lightSeries = ['#0B6B82', '#7D4E0E', '#271DA1', '#4BA917', '#D3315A', '#2181F5'] as const
const screenSeries = ['#35D0C0', '#F2B84B', '#A6C0FA', '#D76642', '#E4F4BC', '#A566F0'] as const

export const palettes: Readonly<Record<PaletteName, Palette>> = {
  light: {
    page: '#F4F6F8',
    panel: '#FFFFFF',
    raised: '#FFFFFF',
    text: '#1A2733',
    second: '#52616E',
    border: '#8895A0',
    hairline: '#D9E0E6',
    primary: '#0B6B82',
    onPrimary: '#FFFFFF',
    selectedBg: '#E4F3F6',
    selected: '#0B6B82',
    good: '#2B6E34',
    attention: '#8A5A00',
    goodBg: '#E7F3E8',
    attentionBg: '#FDF3DC',
    bad: '#B3261E',
    gold: '#8A5A00',
    series: lightSeries,
  },
  dark: {
    page: '#0C1821',
    panel: '#13222E',
    raised: '#1A2C3A',
    text: '#E3EBF1',
    second: '#9FB3C1',
    border: '#5A7283',
    hairline: '#22343F',
    primary: '#4FC3D9',
    onPrimary: '#06212A',
    selectedBg: '#1D3E4A',
    selected: '#7FD8E8',
    good: '#7CCB86',
    attention: '#F2B84B',
    goodBg: '#1B2E26',
    attentionBg: '#2E2717',
    bad: '#FF8A80',
    gold: '#F2B84B',
    series: screenSeries,
  },
  screen: {
    page: '#071521',
    panel: '#0B1F30',
    raised: '#0B1F30',
    text: '#DCEBF5',
    second: '#8FB0C4',
    border: '#1E4258',
    hairline: '#1E4258',
    primary: '#35D0C0',
    onPrimary: '#071521',
    selectedBg: '#1E4258',
    selected: '#35D0C0',
    good: '#35D0C0',
    attention: '#F2B84B',
    goodBg: '#0D2F33',
    attentionBg: '#2A2A1E',
    bad: '#FF6B6B',
    gold: '#F2B84B',
    series: screenSeries,
  },
}

/** Named in full: without a Chinese family Chromium takes whatever Chinese font the machine has. No web fonts. */
export const fontStack =
  '"PingFang SC","HarmonyOS Sans SC","MiSans","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif'
export const monoStack = 'ui-monospace,"SF Mono","Cascadia Mono","Noto Sans Mono","DejaVu Sans Mono",monospace'

export type ThemeOptions = { readonly elder: boolean; readonly motion: boolean }

/** The antd theme of a palette. Tokens that antd would derive badly are set by hand. */
export function antdThemeOf(name: PaletteName, { elder, motion }: ThemeOptions): ThemeConfig {
  const palette = palettes[name]
  const fontSize = elder ? 20 : 14
  return {
    algorithm: [name === 'light' ? antdTheme.defaultAlgorithm : antdTheme.darkAlgorithm, exactColors(palette)],
    token: {
      ...colorTokens(palette),
      fontFamily: fontStack,
      fontFamilyCode: monoStack,
      fontSize,
      fontSizeSM: elder ? 18 : 12,
      lineHeight: 1.57,
      controlHeight: elder ? 48 : 32,
      controlHeightSM: elder ? 40 : 24,
      borderRadius: 6,
      fontWeightStrong: 600,
      motion,
      motionDurationFast: '0.12s',
      motionDurationMid: '0.16s',
      motionDurationSlow: '0.2s',
      wireframe: false,
    },
    components: {
      Menu: {
        itemSelectedBg: palette.selectedBg,
        itemSelectedColor: palette.selected,
        subMenuItemSelectedColor: palette.selected,
        itemBg: 'transparent',
        subMenuItemBg: 'transparent',
        itemHeight: elder ? 52 : 36,
        itemMarginInline: 8,
        activeBarBorderWidth: 0,
      },
      Button: { primaryColor: palette.onPrimary, primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Layout: {
        siderBg: palette.panel,
        headerBg: palette.panel,
        headerHeight: 48,
        headerPadding: 0,
        bodyBg: palette.page,
      },
      Table: { headerBg: palette.panel, headerSplitColor: 'transparent' },
      Tabs: { horizontalMargin: '0 0 16px 0' },
      Form: { itemMarginBottom: 20, verticalLabelPadding: '0 0 4px' },
    },
  }
}

/** antd's dark algorithm shades what it is given; the computed contrasts hold for the colours themselves. */
function exactColors(palette: Palette): MappingAlgorithm {
  return (seed, map = antdTheme.defaultAlgorithm(seed)) => ({
    ...map,
    colorPrimary: palette.primary,
    colorInfo: palette.primary,
    colorLink: palette.primary,
    colorError: palette.bad,
    colorWarning: palette.attention,
    colorSuccess: palette.good,
  })
}

function colorTokens(palette: Palette): NonNullable<ThemeConfig['token']> {
  return {
    colorPrimary: palette.primary,
    colorInfo: palette.primary,
    colorLink: palette.primary,
    colorError: palette.bad,
    colorWarning: palette.attention,
    colorSuccess: palette.good,
    // Lightened on hover, a link falls under 4.5:1.
    colorLinkHover: palette.primary,
    colorLinkActive: palette.primary,
    // Derived from so dark a primary, antd's own are a muddy grey.
    colorPrimaryBg: palette.selectedBg,
    colorInfoBg: palette.selectedBg,
    colorInfoBorder: palette.hairline,
    colorSuccessBg: palette.goodBg,
    colorSuccessBorder: palette.hairline,
    colorWarningBg: palette.attentionBg,
    colorWarningBgHover: palette.attentionBg,
    colorWarningBorder: palette.hairline,
    colorTextBase: palette.text,
    colorBgBase: palette.panel,
    colorText: palette.text,
    colorTextSecondary: palette.second,
    colorTextTertiary: palette.second,
    colorTextDescription: palette.second,
    colorTextPlaceholder: palette.second,
    colorTextDisabled: palette.second,
    colorTextLightSolid: palette.onPrimary,
    colorIcon: palette.second,
    colorBgLayout: palette.page,
    colorBgContainer: palette.panel,
    colorBgElevated: palette.raised,
    colorBgSpotlight: palette.text,
    colorBorder: palette.border,
    colorBorderSecondary: palette.hairline,
    colorSplit: palette.hairline,
    controlItemBgActive: palette.selectedBg,
    controlItemBgActiveHover: palette.selectedBg,
  }
}

/** The palette as CSS variables, for everything that is not antd. */
export function cssVariables(name: PaletteName): Readonly<Record<`--tz-${string}`, string>> {
  const palette = palettes[name]
  const series = Object.fromEntries(palette.series.map((color, index) => [`--tz-series-${index + 1}`, color]))
  return {
    ...series,
    '--tz-page': palette.page,
    '--tz-panel': palette.panel,
    '--tz-raised': palette.raised,
    '--tz-text': palette.text,
    '--tz-second': palette.second,
    '--tz-border': palette.border,
    '--tz-hairline': palette.hairline,
    '--tz-primary': palette.primary,
    '--tz-on-primary': palette.onPrimary,
    '--tz-selected-bg': palette.selectedBg,
    '--tz-selected': palette.selected,
    '--tz-good': palette.good,
    '--tz-attention': palette.attention,
    '--tz-bad': palette.bad,
    '--tz-gold': palette.gold,
  }
}

/** Writes the variables on an element through the style object, which a strict style-src allows. */
export function applyPalette(element: HTMLElement, name: PaletteName): void {
  for (const [key, value] of Object.entries(cssVariables(name))) element.style.setProperty(key, value)
  element.style.colorScheme = name === 'light' ? 'light' : 'dark'
}
