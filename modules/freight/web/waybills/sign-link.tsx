import { SecretDialog, useCommand, useText, VerbButton } from '@tingzhou/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import type { WaybillDetail } from './api.ts'

/** Makes the link by which the consignee signs without an account. It is shown once; another one ends it. */
export function SignLink({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  const [link, setLink] = useState<string | null>(null)
  const command = useCommand({
    run: api.waybills.signLink.call,
    invalidate: [api.waybills.key()],
    done: ({ path }) => setLink(`${window.location.origin}${path}`),
  })
  const again = { title: t('sign.link_again'), text: t('sign.link_ends'), verb: t('sign.link') }
  return (
    <>
      <VerbButton
        loading={command.pending}
        {...(waybill.hasSignLink ? { confirm: again } : {})}
        onClick={() => void command.run({ id: waybill.id })}
      >
        {t('sign.link')}
      </VerbButton>
      <SecretDialog title={t('sign.link')} text={t('sign.link_means')} secret={link} onClose={() => setLink(null)} />
    </>
  )
}
