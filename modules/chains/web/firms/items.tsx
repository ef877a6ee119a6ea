import './firms.css'
import {
  ChoiceItem,
  PickItem,
  TextItem,
  unitWord,
  useMe,
  useText,
  WholeItem,
  zoneToday,
  type FindChoices,
  type ItemProps,
} from '@tingzhou/ui'
import { api } from '../api.ts'
import { firmsOf, keepsAll } from './api.ts'

const findFirms: FindChoices = async (q, signal) =>
  (await api.firms.list.call({ q }, { signal })).rows.map(({ id, name, place }) => ({
    value: id,
    label: place === '' ? name : `${name} · ${place}`,
  }))

/** Any firm, of the zone or outside. */
export const FirmItem = (props: ItemProps) => <PickItem {...props} among={['chain_firm']} find={findFirms} />

/** Whose it is: a firm's people choose among their own, officers among all. */
export function OwnFirmItem(props: ItemProps) {
  const me = useMe()
  if (keepsAll(me)) return <FirmItem {...props} />
  return <ChoiceItem {...props} options={firmsOf(me).map(({ id, name }) => ({ value: id, label: name }))} />
}

export function YearItem() {
  const t = useText('chains')
  return <WholeItem name="year" label={t('firms.year')} min={2000} max={2200} required />
}

/** The year of which most is told: the one before. */
export const lastYear = (): number => Number(zoneToday().slice(0, 4)) - 1

/** A volume as it is typed: with its unit or without. */
export function VolumeItem({
  name,
  label,
  required = false,
}: {
  readonly name: string
  readonly label: string
  readonly required?: boolean
}) {
  const t = useText('chains')
  return <TextItem name={name} label={label} max={60} required={required} extra={t('firms.volume_hint')} />
}

export const amountOf = (text: string | undefined) =>
  text === undefined || text.trim() === '' ? undefined : text.trim()
export const typed = (volume: number, unit: string): string => `${Number(volume.toPrecision(15))} ${unitWord(unit)}`

/** Why it is changed, which every change asks. */
export function WhyItem() {
  const t = useText('chains')
  return <TextItem name="why" label={t('firms.why')} max={500} required rows={2} />
}
