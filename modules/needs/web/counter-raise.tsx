import { FormPage, useCommand, usePhone, useText } from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { api } from './api.ts'
import { raiseFieldNames, RaiseFields, raiseInput, type RaiseValues } from './raise-fields.tsx'

/** An enterprise says what it needs; what is written stays on the device until the server has it. */
export function CounterRaise() {
  const t = useText('needs')
  const navigate = useNavigate()
  const phone = usePhone()
  const command = useCommand({
    run: api.appeals.create.call,
    invalidate: [api.appeals.key()],
    success: ({ no }) => t('raise.done', { no: no ?? '' }),
  })
  return (
    <FormPage<
      RaiseValues,
      Parameters<typeof api.appeals.create.call>[0],
      Awaited<ReturnType<typeof api.appeals.create.call>>
    >
      title={t('raise.title')}
      intro={t('raise.intro')}
      draft="needs.counter.new"
      initial={{ nature: 'help' }}
      command={command}
      toInput={(values) => ({ ...raiseInput(values), channel: phone ? 'phone' : 'web' })}
      fieldNames={raiseFieldNames}
      submit={t('verb.raise')}
      done={({ id }) => void navigate(`/counter/needs/${id}`)}
    >
      <RaiseFields />
    </FormPage>
  )
}
