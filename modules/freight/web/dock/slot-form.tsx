import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useOpenForm,
  useText,
  TextItem,
} from '@tingzhou/ui'
import { Form, Radio, Select } from 'antd'
import { boardHoursMax } from '../../dock/words.ts'
import type { PlaceEnd } from '../../words.ts'
import { api } from '../api.ts'
import type { Board } from './api.ts'
import { dayClockOf } from './clock.ts'

type Values = { readonly verb: 'move' | 'release'; readonly startsAt?: number; readonly why: string }

/** How an address names a booking. */
export const slotItem = (end: PlaceEnd, waybillId: string): string => `${end}~${waybillId}`

/** Another slot for a truck, or none: the address names the booking. */
export function SlotForm({ placeId }: { readonly placeId: string }) {
  const t = useText('freight')
  return (
    <FormDrawer name="slot" title={t('dock.move_title')}>
      <FarBoard placeId={placeId} />
    </FormDrawer>
  )
}

/** The board as far ahead as it goes: a truck may be due on another day. */
function FarBoard({ placeId }: { readonly placeId: string }) {
  const query = useQuery(api.docks.board.queryOptions({ input: { placeId, hours: boardHoursMax } }))
  if (query.data) return <Fields board={query.data} />
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  return <SkeletonLines lines={6} />
}

type Wish = { readonly placeId: string; readonly waybillId: string; readonly end: PlaceEnd; readonly why: string }
type Moved = { startsAt: number | null }

function Fields({ board }: { readonly board: Board }) {
  const t = useText('freight')
  const { item, close } = useOpenForm()
  const [form] = Form.useForm<Values>()
  const verb = Form.useWatch('verb', form)
  const [end = '', waybillId = ''] = (item ?? '').split('~')
  const dock = board.ends.find((one) => one.end === end)
  const truck = dock?.next.find((one) => one.waybillId === waybillId)
  const command = useCommand({
    run: ({
      startsAt,
      ...wish
    }: Wish & { readonly startsAt: number | null; readonly commandId: string }): Promise<Moved> =>
      startsAt === null ? api.docks.release.call(wish) : api.docks.move.call({ ...wish, startsAt }),
    invalidate: [api.docks.key(), api.waybills.key()],
    success: t('saved'),
  })
  if (!dock || !truck) return <p className="tz-second">{t('dock.move_gone')}</p>
  const free = dock.buckets.filter(
    ({ startsAt, capacity, booked }) =>
      startsAt + 600_000 > board.at && booked < capacity && startsAt !== truck.startsAt,
  )
  const fitting = free.find(({ startsAt }) => startsAt + 600_000 > (truck.etaAt ?? 0)) ?? free[0]
  return (
    <FormBox<Values, Wish & { readonly startsAt: number | null }, Moved>
      form={form}
      initial={{ verb: 'move', ...(fitting ? { startsAt: fitting.startsAt } : {}) }}
      command={command}
      toInput={({ verb: chosen, startsAt, why }) => ({
        placeId: board.place.id,
        end: dock.end,
        waybillId,
        why,
        startsAt: chosen === 'release' ? null : (startsAt ?? null),
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <p>
        <b className="tz-mono">{truck.plate}</b> {truck.driver}
      </p>
      <Form.Item name="verb" label={t('dock.verbs')}>
        <Radio.Group
          options={(['move', 'release'] as const).map((value) => ({ value, label: t(`dock.do_${value}`) }))}
        />
      </Form.Item>
      {verb !== 'release' && (
        <Form.Item
          name="startsAt"
          label={t('dock.slot')}
          extra={t('dock.move_extra', { n: boardHoursMax })}
          rules={[{ required: true, message: t('rule.choose') }]}
        >
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={free.map(({ startsAt, capacity, booked }) => ({
              value: startsAt,
              label: t('dock.free_at', { at: dayClockOf(startsAt, board.at), n: capacity - booked }),
            }))}
          />
        </Form.Item>
      )}
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
