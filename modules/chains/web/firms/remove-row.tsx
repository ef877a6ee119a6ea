import { FormBox, useCommand, useOpenForm, useText } from '@tingzhou/ui'
import { api } from '../api.ts'
import type { Saved } from './api.ts'
import { WhyItem } from './items.tsx'

type Removable = { readonly id: string; readonly rev: number }
type Removal = Removable & { readonly commandId: string; readonly why: string }

/** Removes a row that was entered by mistake. */
export function RemoveRow({
  row,
  name,
  run,
}: {
  readonly row: Removable
  /** What it is called, so that nobody removes another. */
  readonly name: string
  readonly run: (input: Removal) => Promise<Saved>
}) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const command = useCommand({
    run,
    invalidate: [api.links.key(), api.positions.key(), api.demands.key(), api.firms.key()],
    success: t('firms.removed'),
  })
  return (
    <FormBox<{ readonly why: string }, Removal, Saved>
      command={command}
      toInput={({ why }) => ({ id: row.id, rev: row.rev, why })}
      submit={t('firms.remove')}
      done={close}
      onCancel={close}
    >
      <p>{t('firms.remove_hint', { name })}</p>
      <WhyItem />
    </FormBox>
  )
}
