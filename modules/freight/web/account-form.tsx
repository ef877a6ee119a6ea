import { FormBox, useCommand, useOpenForm, useText, type Command, TextItem } from '@tingzhou/ui'
import { api, type Done } from './api.ts'

type Input = Parameters<typeof api.carriers.addMember.call>[0]

/** Gives a carrier or a driver an account by its user name. */
export function AccountForm(props: {
  readonly id: string
  readonly run: (input: Input) => Promise<Done>
  readonly submit: string
}) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command: Command<Input, Done> = useCommand({
    run: props.run,
    invalidate: [api.carriers.key(), api.drivers.key()],
    success: t('saved'),
  })
  return (
    <FormBox<{ readonly username: string }, Input, Done>
      command={command}
      toInput={({ username }) => ({ username, id: props.id })}
      submit={props.submit}
      done={close}
      onCancel={close}
    >
      <TextItem name="username" label={t('field.username')} max={60} required />
    </FormBox>
  )
}
