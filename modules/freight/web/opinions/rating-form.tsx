import { Checkbox, Form, Radio } from 'antd'
import { FormBox, useCommand, useOpenForm, useText, TextItem } from '@tingzhou/ui'
import type { RatingSide } from '../../rating/words.ts'
import { api } from '../api.ts'
import { useChoices } from './choices.ts'

export type RatingRow = Awaited<ReturnType<typeof api.ratings.ofWaybill.call>>['rows'][number]
type Values = { readonly stars: number; readonly tags: string[]; readonly words: string }
type Saved = Awaited<ReturnType<typeof api.ratings.give.call>>
const marks = [5, 4, 3, 2, 1] as const

type Input = Values & { readonly waybillId: string; readonly commandId: string }

/** Gives a rating for a side of a waybill, or changes the one that was given. */
export function RatingForm(props: {
  readonly waybillId: string
  readonly side: RatingSide
  readonly rating: RatingRow | null
  readonly reason: string | null
}) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const { tagOptions } = useChoices()
  const { waybillId, side, rating } = props
  const command = useCommand<Input, Saved>({
    run: (input) =>
      rating ? api.ratings.change.call({ ...input, side, rev: rating.rev }) : api.ratings.give.call(input),
    invalidate: [api.ratings.key()],
    success: t('rating.saved'),
  })
  return (
    <>
      <p className="tz-second">{t(`rating.means_${side}`)}</p>
      <FormBox<Values, Input, Saved>
        initial={rating ? { stars: rating.stars, tags: rating.tags, words: rating.words } : { tags: [], words: '' }}
        command={command}
        toInput={({ stars, tags, words }) => ({ waybillId, stars, tags, words: words ?? '' })}
        submit={t(rating ? 'rating.change' : 'rating.give')}
        done={close}
        onCancel={close}
        reason={props.reason}
      >
        <Form.Item name="stars" label={t('rating.stars')} rules={[{ required: true, message: t('rating.choose') }]}>
          <Radio.Group options={marks.map((value) => ({ value, label: t(`stars.${value}`) }))} />
        </Form.Item>
        <Form.Item name="tags" label={t('rating.tags')}>
          <Checkbox.Group options={tagOptions(side)} />
        </Form.Item>
        <TextItem name="words" label={t('rating.words')} max={500} rows={3} />
      </FormBox>
    </>
  )
}
