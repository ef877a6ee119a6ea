import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  OpenFormButton,
  Page,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { waveNumbers, type WaveNumber } from '../../wave/words.ts'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { textOf } from '../carriage/scaled.ts'
import { ScaledItem } from '../carriage/scaled-item.tsx'
import { FlagItem, TextItem } from '../fields.tsx'
import { placeOf, type Settings } from './api.ts'
import { unitOf } from './units.ts'

/** What waves reckon with, and whether the platform makes them by itself. */
export function WaveSettings() {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.waves.settings.queryOptions())
  useLive({ kinds: ['freight_wave_settings'], keys: [api.waves.key()] })
  const settings = query.data
  const bounds = new Map((settings?.bounds ?? []).map((one) => [one.name, one]))
  const said = (name: WaveNumber, value: number | undefined) => {
    const { scale, unit } = unitOf(name)
    return value === undefined ? '–' : `${textOf(value, scale)} ${unit === '' ? '' : t(`wave_unit.${unit}`)}`.trim()
  }
  return (
    <Page
      title={t('wave_settings.title')}
      verbs={
        <>
          <VerbButton href={placeOf.list}>{t('wave.title')}</VerbButton>
          <OpenFormButton name="settings" reason={mayDispatch(me) ? null : t('reason.dispatch')}>
            {t('verb.change')}
          </OpenFormButton>
        </>
      }
    >
      <p className="tz-second">{t('wave_settings.intro')}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonLines lines={8} />}
      {settings && (
        <>
          <p>
            <StateTag tone={settings.auto ? 'good' : 'plain'} shape={settings.auto ? 'dot' : 'ring'}>
              {t(settings.auto ? 'wave_settings.auto_on' : 'wave_settings.auto_off')}
            </StateTag>{' '}
            <span className="tz-caption">
              {settings.updatedBy} <When at={settings.updatedAt} />
            </span>
          </p>
          <PlainTable
            name={t('wave_settings.title')}
            empty={t('wave_settings.intro')}
            head={[t('wave_settings.number'), t('wave_settings.value'), t('wave_settings.range')]}
            rows={waveNumbers.map((name) => ({
              key: name,
              cells: [
                <span key="name" className="freight-wrap">
                  {t(`wave_number.${name}`)}
                </span>,
                said(name, settings.numbers[name]),
                `${said(name, bounds.get(name)?.min)} – ${said(name, bounds.get(name)?.max)}`,
              ],
            }))}
          />
          <FormDrawer name="settings" title={t('wave_settings.title')}>
            <ChangeSettings settings={settings} />
          </FormDrawer>
        </>
      )}
    </Page>
  )
}

type Values = { readonly auto: boolean; readonly why: string } & Readonly<Record<WaveNumber, number>>

function ChangeSettings({ settings }: { readonly settings: Settings }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.waves.set.call, invalidate: [api.waves.key()], success: t('saved') })
  return (
    <FormBox<Values, Parameters<typeof api.waves.set.call>[0], { rev: number }>
      initial={{ auto: settings.auto, ...settings.numbers }}
      command={command}
      toInput={({ auto, why, ...numbers }) => ({ rev: settings.rev, auto, why, numbers })}
      fieldNames={Object.fromEntries(waveNumbers.map((name) => [`numbers.${name}`, name]))}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <FlagItem name="auto" label={t('wave_settings.auto')} extra={t('wave_settings.auto_means')} />
      {settings.bounds.map(({ name, min, max }) => {
        const { scale, unit } = unitOf(name)
        return (
          <ScaledItem
            key={name}
            name={name}
            label={t(`wave_number.${name}`)}
            scale={scale}
            unit={unit === '' ? '' : t(`wave_unit.${unit}`)}
            min={min}
            max={max}
            required
          />
        )
      })}
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
