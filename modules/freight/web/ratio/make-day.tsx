import {
  FormBox,
  FormDrawer,
  OpenFormButton,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  DayItem,
} from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { placeOf } from './api.ts'

export function MakeDay() {
  const t = useText('freight')
  const me = useMe()
  return (
    <OpenFormButton name="day" primary reason={mayDispatch(me) ? null : t('reason.dispatch')}>
      {t('dispatch_day.make')}
    </OpenFormButton>
  )
}

type Values = { readonly day?: string | null }

/** Which day that is over is reckoned. */
export function DayDrawer() {
  const t = useText('freight')
  const navigate = useNavigate()
  const { close } = useOpenForm()
  const command = useCommand({ run: api.dispatchDays.make.call, invalidate: [api.dispatchDays.key()] })
  return (
    <FormDrawer name="day" title={t('dispatch_day.make')}>
      <FormBox<Values, Parameters<typeof api.dispatchDays.make.call>[0], { day: string }>
        initial={{}}
        command={command}
        toInput={({ day }) => ({ day: day ?? '' })}
        submit={t('dispatch_day.make_now')}
        done={({ day }) => void navigate(placeOf.day(day))}
        onCancel={close}
      >
        <p className="tz-second">{t('dispatch_day.make_means')}</p>
        <DayItem name="day" label={t('dispatch_day.day')} required />
      </FormBox>
    </FormDrawer>
  )
}

/** Reckons a day again, with what is known of it now. */
export function MakeAgain({ day }: { readonly day: string }) {
  const t = useText('freight')
  const me = useMe()
  const command = useCommand({
    run: api.dispatchDays.make.call,
    invalidate: [api.dispatchDays.key()],
    success: t('dispatch_day.was_made'),
  })
  return (
    <VerbButton
      loading={command.pending}
      reason={mayDispatch(me) ? null : t('reason.dispatch')}
      onClick={() => void command.run({ day })}
    >
      {t('dispatch_day.again')}
    </VerbButton>
  )
}
