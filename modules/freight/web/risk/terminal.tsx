import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import {
  FormBox,
  FormDrawer,
  holdsRole,
  OpenFormButton,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  When,
  TextItem,
} from '@tingzhou/ui'
import { keepingRoles } from '../../roles.ts'
import { api, type Done } from '../api.ts'
import { SearchSelect } from '../carriage/search-select.tsx'

/** The terminals that a vehicle has and had: the track of its trips is theirs. */
export function Terminals({ vehicleId }: { readonly vehicleId: string }) {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.risk.terminals.queryOptions({ input: { id: vehicleId } }))
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonLines lines={4} />
  const { rows } = query.data
  const refused = holdsRole(me, keepingRoles) ? null : t('reason.keep')
  return (
    <>
      <p className="tz-second">{t('terminal.intro')}</p>
      <p>
        <OpenFormButton name="terminal" reason={refused}>
          {t('terminal.set')}
        </OpenFormButton>
      </p>
      <PlainTable
        name={t('terminal.title')}
        empty={t('terminal.none')}
        head={[t('terminal.device'), t('terminal.identity'), t('terminal.since'), t('terminal.until'), t('risk.by')]}
        rows={rows.map((row) => ({
          key: row.id,
          cells: [
            row.name,
            <span key="identity" className="tz-mono">
              {row.identity}
            </span>,
            <When key="since" at={row.startsAt} />,
            row.endsAt === null ? t('terminal.now') : <When key="until" at={row.endsAt} />,
            row.createdBy,
          ],
        }))}
      />
      <FormDrawer name="terminal" title={t('terminal.set')}>
        <SetTerminal vehicleId={vehicleId} now={rows.find(({ endsAt }) => endsAt === null) ?? null} />
      </FormDrawer>
    </>
  )
}

type Values = { readonly deviceId: string | null; readonly why: string }
type Open = { readonly deviceId: string; readonly name: string } | null

function SetTerminal({ vehicleId, now }: { readonly vehicleId: string; readonly now: Open }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.risk.setTerminal.call,
    invalidate: [api.risk.key(), api.vehicles.key()],
    success: t('saved'),
  })
  const find = async (q: string, signal: AbortSignal) => {
    const { rows } = await api.risk.devices.call({ q }, { signal })
    return rows.map(({ id, name, identity, plate }) => ({
      value: id,
      label: [name, identity, ...(plate === null ? [] : [t('terminal.in', { plate })])].join(' · '),
    }))
  }
  return (
    <FormBox<Values, Parameters<typeof api.risk.setTerminal.call>[0], Done>
      initial={{ deviceId: now?.deviceId ?? null }}
      command={command}
      toInput={({ deviceId, why }) => ({ id: vehicleId, deviceId: deviceId ?? null, why })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <Form.Item name="deviceId" label={t('terminal.device')} extra={t('terminal.extra')}>
        <SearchSelect
          among={['terminals']}
          find={find}
          nameOf={async () => now?.name ?? '–'}
          empty={t('terminal.no_device')}
        />
      </Form.Item>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
