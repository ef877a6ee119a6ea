import { shrink } from '@tingzhou/ui/shrink'
import { useState, type FormEvent } from 'react'
import type { StoredAction } from '../action.ts'
import { newCommandId } from '../command-id.ts'
import { lang, useText } from '../i18n.ts'
import { QueueFull, type Queue } from '../queue.ts'
import { useSnapshot } from '../snapshot.ts'
import type { Opinion } from '../trip.ts'
import type { Choices, Complaints, Ratings, TripFacts } from '../views.ts'
import { Age } from './parts.tsx'
import { PhotoField } from './step-form.tsx'

type OpinionProps = {
  readonly trip: TripFacts
  readonly queue: Queue
  readonly owner: string
  readonly lose: () => void
  readonly waiting: readonly StoredAction[]
}

/** What the driver thinks of a finished trip: a rating of the shipper, a complaint to the platform. */
export function Opinions(props: OpinionProps) {
  const t = useText()
  const [open, setOpen] = useState<Opinion | null>(null)
  if (open) return <OpinionForm {...props} opinion={open} leave={() => setOpen(null)} />
  const waits = (opinion: Opinion) => props.waiting.some(({ move }) => move === opinion)
  return (
    <>
      {(['rate', 'complain'] as const).map((opinion) => (
        <button
          key={opinion}
          type="button"
          className="verb second"
          disabled={waits(opinion)}
          onClick={() => setOpen(opinion)}
        >
          {t(`move.${opinion}`)}
        </button>
      ))}
    </>
  )
}

type FormProps = OpinionProps & { readonly opinion: Opinion; readonly leave: () => void }

function OpinionForm({ trip, queue, owner, lose, opinion, leave }: FormProps) {
  const t = useText()
  const choices = useSnapshot<Choices>(owner, 'choices', '/freight-opinion-choices', lose)
  const [photo, setPhoto] = useState<Blob | null>(null)
  const [full, setFull] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const read = (name: string): string => String(fields.get(name) ?? '').trim()
    const input =
      opinion === 'rate'
        ? { stars: Number(read('stars')), tags: fields.getAll('tags').map(String), words: read('words') }
        : { kind: read('kind'), words: read('words'), contact: read('contact') }
    const proofs = photo ? [{ field: 'photoIds' as const, photo: await shrink(photo), fileId: null }] : []
    const deed = { waybillId: trip.id, commandId: newCommandId(), move: opinion, at: Date.now(), position: null }
    try {
      await queue.add({ ...deed, input, proofs })
      leave()
      void queue.send()
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error
      setFull(true)
    }
  }
  return (
    <form className="card step" onSubmit={(event) => void submit(event)}>
      <h2>{t(`move.${opinion}`)}</h2>
      <Age at={choices.at} problem={choices.problem} />
      {opinion === 'rate' && <Rating trip={trip} owner={owner} lose={lose} tags={choices.value?.tags.carrier ?? []} />}
      {opinion === 'complain' && (
        <Complaining trip={trip} owner={owner} lose={lose} kinds={choices.value?.kinds ?? []} />
      )}
      <label>
        {t(opinion === 'rate' ? 'opinion.comment' : 'opinion.words')}
        <textarea
          name="words"
          rows={3}
          maxLength={opinion === 'rate' ? 500 : 2_000}
          required={opinion === 'complain'}
        />
      </label>
      {opinion === 'complain' && (
        <>
          <label>
            {t('opinion.contact')}
            <input name="contact" maxLength={60} autoComplete="tel" />
          </label>
          <PhotoField photo={photo} take={setPhoto} needed={false} />
        </>
      )}
      {full && <p className="fault">{t('queue.full')}</p>}
      <button type="submit" className="verb">
        {t(`move.${opinion}`)}
      </button>
      <button type="button" className="verb second" onClick={leave}>
        {t('cancel')}
      </button>
    </form>
  )
}

type Named = Choices['kinds'][number]
type Asked = { readonly trip: TripFacts; readonly owner: string; readonly lose: () => void }
const nameOf = ({ zh, en }: Named): string => (lang() === 'en' ? en : zh)
const marks = [5, 4, 3, 2, 1] as const

function Rating({ trip, owner, lose, tags }: Asked & { readonly tags: readonly Named[] }) {
  const t = useText()
  const ratings = useSnapshot<Ratings>(owner, `ratings ${trip.id}`, `/freight-waybills/${trip.id}/ratings`, lose)
  const rows = ratings.value?.rows ?? []
  return (
    <>
      <p className="quiet">{t('opinion.hidden')}</p>
      {ratings.value && ratings.value.reason !== null && (
        <p className="attention" role="alert">
          {t('opinion.not_now')}
        </p>
      )}
      {rows.map(({ side, stars, words }) => (
        <p key={side} className="quiet">
          {t(side === 'shipper' ? 'opinion.of_shipper' : 'opinion.own')} {t(`stars.${starsOf(stars)}`)} {words}
        </p>
      ))}
      <fieldset>
        <legend>{t('opinion.stars')}</legend>
        {marks.map((mark) => (
          <label key={mark} className="choice">
            <input type="radio" name="stars" value={mark} required />
            {t(`stars.${mark}`)}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{t('opinion.tags')}</legend>
        {tags.map((tag) => (
          <label key={tag.code} className="choice">
            <input type="checkbox" name="tags" value={tag.code} />
            {nameOf(tag)}
          </label>
        ))}
      </fieldset>
    </>
  )
}

const starsOf = (stars: number): (typeof marks)[number] => marks.find((mark) => mark === stars) ?? 3

function Complaining({ trip, owner, lose, kinds }: Asked & { readonly kinds: readonly Named[] }) {
  const t = useText()
  const path = `/freight-complaints?waybillId=${trip.id}`
  const complaints = useSnapshot<Complaints>(owner, `complaints ${trip.id}`, path, lose)
  return (
    <>
      <p className="quiet">{t('opinion.no_money')}</p>
      {(complaints.value?.rows ?? []).map(({ id, number, state }) => (
        <p key={id}>
          <a href={`/freight-complaints/${id}`}>{number}</a> <span className="tag">{t(`complaint.${state}`)}</span>
        </p>
      ))}
      <label>
        {t('opinion.kind')}
        <select name="kind" required>
          {kinds.map((kind) => (
            <option key={kind.code} value={kind.code}>
              {nameOf(kind)}
            </option>
          ))}
        </select>
      </label>
    </>
  )
}
