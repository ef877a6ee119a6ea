import { useText, VerbButton } from '@tingzhou/ui'
import { useComplaintPlaces } from './places.ts'

/** That a complaint changes no money, and what does. */
export function DisputeHint({ waybillId }: { readonly waybillId: string }) {
  const t = useText('freight')
  const at = useComplaintPlaces()
  return (
    <p>
      {t('complaint.no_money')}{' '}
      <VerbButton size="small" href={`${at.waybill(waybillId)}?do=dispute`}>
        {t('move.dispute')}
      </VerbButton>
    </p>
  )
}
