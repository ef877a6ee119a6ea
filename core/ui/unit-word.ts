import { i18n } from './i18n.ts'

/** The word for a unit in the reader's language, `吨` of `t`; a unit that has none, such as `°C`, stands for itself. */
export const unitWord = (unit: string): string =>
  unit !== '' && i18n.exists(`ui:unit.${unit}`) ? i18n.t(`ui:unit.${unit}`) : unit
