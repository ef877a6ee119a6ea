import { shrink } from '@tingzhou/ui/shrink'
import { useState, type ChangeEvent, type FormEvent } from 'react'
import type { Action, Proof } from '../action.ts'
import { km } from '../format.ts'
import { useText } from '../i18n.ts'
import { metresBetween, whereAmI, type Position } from '../position.ts'
import { steps, type Asks, type DriverMove } from '../trip.ts'
import type { Place, TripFacts } from '../views.ts'

export type StepInput = Pick<Action, 'input' | 'proofs' | 'position'>

/** What a step needs, and the button that takes it. Photo, position and time attach themselves, visibly. */
export function StepForm(props: {
  readonly move: DriverMove
  readonly asks: Asks
  readonly trip: TripFacts
  readonly place: Place
  readonly act: (input: StepInput) => Promise<void>
  readonly leave: (() => void) | null
}) {
  const { move, asks, trip, place, act, leave } = props
  const t = useText()
  const [photo, setPhoto] = useState<Blob | null>(null)
  const [busy, setBusy] = useState(false)
  const [away, setAway] = useState<{ readonly position: Position | null; readonly metres: number | null } | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const read = (name: string): string => String(fields.get(name) ?? '').trim()
    setFault(null)
    setBusy(true)
    try {
      const position = away?.position ?? (await whereAmI())
      if (asks === 'arrival' && !away) {
        const metres = position ? metresBetween(position, place) : null
        // A position that is less sure than the fence is wide proves nothing.
        const sure = position !== null && position.accuracyM <= place.fenceM
        if (metres === null || metres > place.fenceM || !sure)
          return setAway({ position, metres: sure ? metres : null })
      }
      const wish = asks === 'slip' ? slipOf(read) : { input: inputOf(move, read) }
      if ('fault' in wish) return setFault(t(wish.fault))
      if (!photo && (asks === 'slip' || asks === 'receipt' || away)) return setFault(t('photo.needed'))
      const field = steps[move].photo
      const proofs: readonly Proof[] = photo && field ? [{ field, photo: await shrink(photo), fileId: null }] : []
      await act({ input: wish.input, proofs, position })
    } finally {
      setBusy(false)
    }
  }
  const wantsPhoto = asks === 'arrival' ? away !== null : steps[move].photo !== undefined
  return (
    <form className="card step" onSubmit={(event) => void submit(event)}>
      {asks === 'slip' && <SlipFields trip={trip} />}
      {asks === 'receipt' && (
        <label>
          {t('field.signer')}
          <input name="signer" maxLength={60} required />
        </label>
      )}
      {away && (
        <p className="attention" role="alert">
          {away.metres === null ? t('arrival.unknown') : t('arrival.away', { far: km(away.metres), name: place.name })}
        </p>
      )}
      {(asks === 'words' || away) && (
        <label>
          {t('field.reason')}
          <textarea name="reason" maxLength={500} rows={2} required />
        </label>
      )}
      {wantsPhoto && <PhotoField photo={photo} take={setPhoto} needed={asks !== 'words'} />}
      {fault !== null && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <button type="submit" className="verb" disabled={busy}>
        {busy ? t('busy') : t(`move.${move}`)}
      </button>
      {leave && (
        <button type="button" className="verb second" onClick={leave}>
          {t('cancel')}
        </button>
      )}
    </form>
  )
}

function inputOf(move: DriverMove, read: (name: string) => string): Readonly<Record<string, unknown>> {
  const { asks, words } = steps[move]
  if (asks === 'receipt') return { signer: read('signer'), signedBy: 'photo' }
  const said = read('reason')
  return words === undefined || said === '' ? {} : { [words]: said }
}

type SlipFault = 'slip.order' | 'slip.number'

/** The slip as it is typed: tons on paper, kilograms to the server. */
function slipOf(
  read: (name: string) => string,
): { readonly input: Readonly<Record<string, unknown>> } | { readonly fault: SlipFault } {
  const grossKg = kilograms(read('gross'))
  const tareKg = kilograms(read('tare'))
  if (grossKg === null || tareKg === null) return { fault: 'slip.number' }
  if (tareKg >= grossKg) return { fault: 'slip.order' }
  return { input: { slip: { number: read('number'), grossKg, tareKg, source: 'manual', operator: '' } } }
}

/** Kilograms as they are printed: a whole number from 1. */
function kilograms(text: string): number | null {
  const value = Number(text.replaceAll(',', ''))
  return Number.isInteger(value) && value > 0 ? value : null
}

function SlipFields({ trip }: { readonly trip: TripFacts }) {
  const t = useText()
  const [gross, setGross] = useState('')
  const [tare, setTare] = useState('')
  const net = (kilograms(gross) ?? 0) - (kilograms(tare) ?? 0)
  const shown = kilograms(gross) !== null && kilograms(tare) !== null && net > 0
  return (
    <>
      <label>
        {t('field.slip')}
        <input name="number" maxLength={35} autoComplete="off" required />
      </label>
      <label>
        {t('field.gross')}
        <input
          name="gross"
          inputMode="numeric"
          value={gross}
          onChange={(event) => setGross(event.target.value)}
          required
        />
      </label>
      <label>
        {t('field.tare')}
        <input
          name="tare"
          inputMode="numeric"
          value={tare}
          onChange={(event) => setTare(event.target.value)}
          required
        />
      </label>
      <p className="net" role="status">
        {t('field.net')} <b>{shown ? `${net.toLocaleString('en')} ${t('unit.kg')}` : '—'}</b>
        {shown && trip.measure === 'ton' && trip.state !== 'at_load' && trip.loadNetKg !== null
          ? ` · ${t('field.loss')} ${(trip.loadNetKg - net).toLocaleString('en')} ${t('unit.kg')}`
          : ''}
      </p>
    </>
  )
}

export function PhotoField(props: {
  readonly photo: Blob | null
  readonly take: (photo: Blob | null) => void
  readonly needed: boolean
}) {
  const { photo, take, needed } = props
  const t = useText()
  const choose = (event: ChangeEvent<HTMLInputElement>) => take(event.target.files?.[0] ?? null)
  return (
    <label className="photo verb second">
      {t(photo ? 'photo.again' : needed ? 'photo.take' : 'photo.may')}
      <input type="file" accept="image/jpeg,image/png" capture="environment" onChange={choose} />
      {photo && (
        <span className="tag now">{t('photo.taken', { kb: Math.max(1, Math.round(photo.size / 1_024)) })}</span>
      )}
    </label>
  )
}
