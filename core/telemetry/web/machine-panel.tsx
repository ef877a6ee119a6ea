import { CopyId, FactList, formatNumber, OpenFormButton, Panel, StateTag, useText, When } from '@tingzhou/ui'
import type { Shape, Tone } from '@tingzhou/ui'
import { isCalled, type DeviceSource } from '../source-contract.ts'
import { useChangeRefusal } from './device-manage.tsx'
import type { Shown } from './device-page.tsx'
import { reasonsIn } from './machine-reason.ts'
import { addressOf } from './machine-source.ts'
import './machines.css'

const looks = {
  answers: ['good', 'check'],
  faulty: ['attention', 'triangle'],
  silent: ['bad', 'diamond'],
  waiting: ['busy', 'ring'],
  elsewhere: ['plain', 'pause'],
} as const satisfies Readonly<Record<string, readonly [Tone, Shape]>>

function stateOf(machine: Shown['machine']): keyof typeof looks {
  if (!machine) return 'elsewhere'
  const { address, reason } = machine
  if (address === null) return reason === null ? 'waiting' : 'silent'
  return reason === null ? 'answers' : 'faulty'
}

/** Where a machine is and whether it answers; of a device whose machine is called. */
export function MachinePanel({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const refused = useChangeRefusal(shown)
  const { source } = shown.settings
  const { machine, state } = shown
  if (!isCalled(shown.protocol) || !source) return null
  const now = stateOf(machine)
  const [tone, shape] = looks[now]
  return (
    <Panel
      title={t('machine.title')}
      aside={
        <OpenFormButton name="settings" reason={refused}>
          {t('machine.edit')}
        </OpenFormButton>
      }
    >
      {state === 'active' && (
        <div className="tz-machine-lines">
          <p>
            <StateTag tone={tone} shape={shape}>
              {t(`machine.state.${now}`)}
            </StateTag>{' '}
            {machine && (
              <span className="tz-second">
                {t('machine.since')} <When at={machine.since} />
              </span>
            )}
          </p>
          {machine?.reason && <ReasonLines said={machine.reason} />}
          {machine?.backlog && (
            <p>
              {t('machine.backlog', { n: formatNumber(machine.backlog.readings) })} <When at={machine.backlog.since} />
            </p>
          )}
        </div>
      )}
      <FactList facts={useSourceFacts(source)} />
    </Panel>
  )
}

/** Why, in the reader's words where they are known, and as the machine or the network said it. */
function ReasonLines({ said }: { readonly said: string }) {
  const t = useText('telemetry')
  return (
    <>
      {reasonsIn(said).map(({ key, values }) => (
        <p key={key}>{t(`machine.reason.${key}`, values)}</p>
      ))}
      <p className="tz-caption">{t('machine.said', { said })}</p>
    </>
  )
}

function useSourceFacts(source: DeviceSource) {
  const t = useText('telemetry')
  const { points, everyMs } = source
  const writable = points.filter(({ write }) => write !== null).length
  const own =
    'host' in source
      ? [{ label: t('machine.unit'), value: source.unit }]
      : [
          { label: t('machine.security'), value: t(`machine.security_of.${source.security}`) },
          { label: t('machine.login'), value: source.username ?? t('machine.anonymous') },
        ]
  return [
    { label: t('machine.address'), value: <CopyId value={addressOf(source)} /> },
    ...own,
    { label: t('machine.every'), value: t('machine.seconds', { n: formatNumber(everyMs / 1_000) }) },
    { label: t('machine.point_count'), value: t('machine.point_counts', { n: points.length, writable }) },
  ]
}
