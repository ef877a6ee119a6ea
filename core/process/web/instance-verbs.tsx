import { holdsRole, useMe, useNarrow, useText, VerbButton } from '@tingzhou/ui'
import { Drawer } from 'antd'
import { useState } from 'react'
import type { Shown } from './instance-page.tsx'
import { MigrateForm } from './migrate-form.tsx'
import { VerbForm, type PlainVerb } from './verb-form.tsx'

type Verb = PlainVerb | 'migrate'

/** What an administrator may do to the case; each asks for the reason first. */
export function InstanceVerbs({ shown }: { readonly shown: Shown }) {
  const t = useText('process')
  const me = useMe()
  const narrow = useNarrow()
  const [open, setOpen] = useState<Verb | null>(null)
  const close = () => setOpen(null)
  const refused = holdsRole(me, ['admin']) ? null : t('reason.admin')
  return (
    <>
      {offered.map((verb) => (
        <VerbButton
          key={verb}
          danger={verb === 'terminate'}
          reason={refused ?? reasonOf(shown, verb, t)}
          onClick={() => setOpen(verb)}
        >
          {t(`verb.${verb}`)}
        </VerbButton>
      ))}
      <Drawer
        open={open !== null}
        onClose={close}
        title={open && t(`verb.${open}`)}
        size={narrow ? '100%' : 520}
        destroyOnHidden
      >
        {open === 'migrate' && <MigrateForm shown={shown} onDone={close} />}
        {open !== null && open !== 'migrate' && <VerbForm shown={shown} verb={open} onDone={close} />}
      </Drawer>
    </>
  )
}

const offered: readonly Verb[] = ['retry', 'skip', 'suspend', 'resume', 'migrate', 'terminate']

/** Why a verb cannot be done now; null: it can. */
function reasonOf({ status, trouble, newestVersion }: Shown, verb: Verb, t: ReturnType<typeof useText>): string | null {
  const over = status === 'completed' || status === 'terminated'
  switch (verb) {
    case 'retry':
      return trouble ? null : t('reason.not_stuck')
    case 'skip':
      return status === 'failed' ? null : t('reason.not_failed')
    case 'suspend':
      return status === 'active' ? null : t('reason.not_active')
    case 'resume':
      return status === 'suspended' ? null : t('reason.not_suspended')
    case 'migrate':
      if (newestVersion === 1) return t('reason.one_version')
      return over ? t('reason.over') : null
    case 'terminate':
      return over ? t('reason.over') : null
  }
}
