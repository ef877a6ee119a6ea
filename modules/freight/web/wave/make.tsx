import {
  FormBox,
  FormDrawer,
  OpenFormButton,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  ScaledItem,
  WholeItem,
} from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { api } from '../api.ts'
import { PlacePick } from '../carriage/pickers.tsx'
import { mayDispatch } from '../carriage/rights.ts'
import { supposedTrucksMax } from '../../wave/words.ts'
import { placeOf } from './api.ts'

/** Matches what is open with what is free, and opens the wave: nothing is offered yet. */
export function MakeWave() {
  const t = useText('freight')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.waves.make.call,
    invalidate: [api.waves.key()],
    done: ({ id }) => void navigate(placeOf.wave(id)),
  })
  return (
    <VerbButton
      type="primary"
      loading={command.pending}
      reason={mayDispatch(me) ? null : t('reason.dispatch')}
      onClick={() => void command.run({})}
    >
      {t('wave.make')}
    </VerbButton>
  )
}

export function TryVerb() {
  const t = useText('freight')
  const me = useMe()
  return (
    <OpenFormButton name="try" reason={mayDispatch(me) ? null : t('reason.dispatch')}>
      {t('wave.try')}
    </OpenFormButton>
  )
}

// A six-axle combination: 49 t by law, 16 to 17 t of its own.
const usualKg = 32_000

/** Where a place is. @throws ApiProblem when it is out of reach */
async function spotOf(id: string) {
  const { lonDeg, latDeg } = await api.places.get.call({ id })
  return { lonDeg, latDeg }
}

type Values = { readonly placeId?: string | null; readonly count?: number | null; readonly ratedLoadKg?: number | null }

/** What if there were more trucks at a place? On a copy: nothing of it is ever sent. */
export function TryDrawer() {
  const t = useText('freight')
  const navigate = useNavigate()
  const { close } = useOpenForm()
  const command = useCommand({
    run: async ({ placeId, count, ratedLoadKg, ...input }: Values & { readonly commandId: string }) =>
      api.waves.make.call({
        ...input,
        trial: true,
        trucks: placeId ? [{ ...(await spotOf(placeId)), count: count ?? 1, ratedLoadKg: ratedLoadKg ?? usualKg }] : [],
      }),
    invalidate: [api.waves.key()],
  })
  return (
    <FormDrawer name="try" title={t('wave.try')}>
      <FormBox<Values, Values & { readonly commandId: string }, { id: string }>
        initial={{ count: 5, ratedLoadKg: usualKg }}
        command={command}
        toInput={(values) => values}
        submit={t('wave.try_now')}
        done={({ id }) => void navigate(placeOf.wave(id))}
        onCancel={close}
      >
        <p className="tz-second">{t('wave.try_means')}</p>
        <PlacePick name="placeId" label={t('wave.more_at')} extra={t('wave.more_at_extra')} shipperId={null} />
        <WholeItem name="count" label={t('wave.more_count')} max={supposedTrucksMax} />
        <ScaledItem name="ratedLoadKg" label={t('wave.more_rated')} scale={3} unit="t" min={1} max={200_000} />
      </FormBox>
    </FormDrawer>
  )
}
