import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { newCommandId } from '../command-id.ts'
import { ask, type Problem } from '../api.ts'
import { km, moment, price, tons } from '../format.ts'
import { useText } from '../i18n.ts'
import { go } from '../route.ts'
import type { Me } from '../session.ts'
import { getSettings, onSettings } from '../settings.ts'
import { useSnapshot } from '../snapshot.ts'
import type { LoadFacts, MyVehicles, OpenLoads, WhyNotFacts } from '../views.ts'
import { speak } from '../voice.ts'
import { Age, Fault } from './parts.tsx'

type Vehicle = Pick<MyVehicles['rows'][number], 'id' | 'plate'>

/** Loads that may be taken now: two taps take one, a third confirms the rules. */
export function Loads({ me, lose }: { readonly me: Me; readonly lose: () => void }) {
  const t = useText()
  const { voice } = useSyncExternalStore(onSettings, getSettings)
  const loads = useSnapshot<OpenLoads>(me.accountId, 'loads', '/freight-loads?state=published&mode=grab&limit=50', lose)
  const vehicles = useSnapshot<MyVehicles>(me.accountId, 'vehicles', '/freight-my/vehicles', lose)
  const [chosen, setChosen] = useState<string | null>(null)
  const rows = loads.value?.rows.filter(({ quantity, taken }) => taken < quantity)
  useReadAloud(voice ? rows : undefined)
  return (
    <>
      <h1>{t('tab.loads')}</h1>
      <Age at={loads.at} problem={loads.problem} />
      {!rows && loads.loading && <p className="quiet wait">{t('wait')}</p>}
      {rows?.length === 0 && <p className="empty">{t('loads.none')}</p>}
      {rows?.map((load) => (
        <Load
          key={load.id}
          load={load}
          vehicles={vehicles.value?.rows ?? []}
          open={chosen === load.id}
          choose={() => setChosen(chosen === load.id ? null : load.id)}
          refresh={loads.refresh}
        />
      ))}
      {(vehicles.value?.rows ?? []).slice(0, 3).map(({ id, plate }) => (
        <WhyNot key={id} me={me} vehicle={{ id, plate }} lose={lose} />
      ))}
    </>
  )
}

/** Why a vehicle got no load when loads were last matched, for whoever asks. */
function WhyNot({ vehicle, ...rest }: { readonly me: Me; readonly vehicle: Vehicle; readonly lose: () => void }) {
  const t = useText()
  const [open, setOpen] = useState(false)
  return (
    <details className="card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('why_not.ask', { plate: vehicle.plate })}</summary>
      {open && <WhyNotAnswer vehicleId={vehicle.id} {...rest} />}
    </details>
  )
}

function WhyNotAnswer({
  me,
  vehicleId,
  lose,
}: {
  readonly me: Me
  readonly vehicleId: string
  readonly lose: () => void
}) {
  const t = useText()
  const why = useSnapshot<WhyNotFacts>(
    me.accountId,
    `why-not ${vehicleId}`,
    `/freight-vehicles/${vehicleId}/why-not`,
    lose,
  )
  const { value } = why
  return (
    <>
      <Age at={why.at} problem={why.problem} />
      {!value && why.loading && <p className="quiet wait">{t('wait')}</p>}
      {value && <p>{value.answer?.text ?? t('why_not.no_wave')}</p>}
      {value?.answer && <p className="quiet">{t('why_not.wave', { at: moment(value.answer.madeAt) })}</p>}
    </>
  )
}

/** Reads each new load aloud, once. */
function useReadAloud(rows: readonly LoadFacts[] | undefined): void {
  const t = useText()
  const known = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    if (!rows) return
    const fresh = known.current ? rows.filter(({ id }) => !known.current?.has(id)) : []
    known.current = new Set(rows.map(({ id }) => id))
    for (const { from, to, goods, carrierMilliFen, measure } of fresh.slice(0, 3))
      speak(
        t('loads.aloud', {
          from: from.name,
          to: to.name,
          goods,
          price: carrierMilliFen === null ? '' : carrierMilliFen / 100_000,
          per: t(`per.${measure}`),
        }),
      )
  }, [rows, t])
}

function Load(props: {
  readonly load: LoadFacts
  readonly vehicles: MyVehicles['rows']
  readonly open: boolean
  readonly choose: () => void
  readonly refresh: () => void
}) {
  const { load, vehicles, open, choose, refresh } = props
  const t = useText()
  const commandIds = useRef<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const vehicleId = chosen ?? vehicles[0]?.id
  const take = async () => {
    setBusy(true)
    // The same command however often it is pressed for the same vehicle.
    const commandId = (commandIds.current[vehicleId ?? ''] ??= newCommandId())
    const answer = await ask<{ readonly id: string }>('POST', `/freight-loads/${load.id}/grab`, {
      commandId,
      vehicleId,
    })
    setBusy(false)
    if (answer.ok) {
      window.dispatchEvent(new Event('online'))
      return go('trips', answer.value.id)
    }
    setProblem(answer.problem)
    refresh()
  }
  return (
    <section className="card">
      <button type="button" className="row plain" aria-expanded={open} onClick={choose}>
        <b className="money large">
          {load.carrierMilliFen === null ? '' : `${price(load.carrierMilliFen)} / ${t(`per.${load.measure}`)}`}
        </b>
        <span className="route">
          {load.from.name} → {load.to.name}
        </span>
        <span className="facts">
          {load.distanceM !== null && <span>{km(load.distanceM)}</span>}
          <span>{load.goods}</span>
          {load.measure === 'ton' && <span>{tons(load.truckPlan)}</span>}
          <span>
            {moment(load.loadFrom)} – {moment(load.loadUntil)}
          </span>
        </span>
      </button>
      {open && (
        <>
          <p>{t('loads.rules')}</p>
          {vehicles.length === 0 && <p className="attention">{t('loads.no_vehicle')}</p>}
          {vehicles.length > 1 && (
            <label>
              {t('field.plate')}
              <select value={vehicleId} onChange={(event) => setChosen(event.target.value)}>
                {vehicles.map(({ id, plate, carrier }) => (
                  <option key={id} value={id}>
                    {plate} · {carrier.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {problem && <Fault problem={problem} />}
          <button type="button" className="verb" disabled={busy || vehicleId === undefined} onClick={() => void take()}>
            {busy ? t('busy') : t('loads.take')}
          </button>
        </>
      )}
    </section>
  )
}
