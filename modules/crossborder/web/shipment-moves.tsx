import { FormBox, FormDrawer, MoveVerbs, useCommand, useOpenForm, useText } from '@tingzhou/ui'
import { moveNames, type MoveName } from '../shipment/shipment-contract.ts'
import { api, makeMove, type MoveInput, type ShipmentDetail, type Standing } from './api.ts'
import { moveForms } from './move-forms.tsx'

type Values = Readonly<Record<string, unknown>>

/** Moves that lead on; of these the first that may be made is the primary verb. */
const onward: readonly MoveName[] = [
  'decide',
  'receive',
  'arrive',
  'cross',
  'release',
  'inspect',
  'declare',
  'complete',
  'deliver',
]
/** What is done beside a document. */
const beside: ReadonlySet<MoveName> = new Set(['document', 'check_document'])

export function ShipmentVerbs({ shipment }: { readonly shipment: ShipmentDetail }) {
  const t = useText('crossborder')
  const offered = shipment.moves.filter(({ move }) => !beside.has(move))
  return (
    <MoveVerbs
      moves={offered}
      onward={onward}
      verb={(move) => t(`move.${move}`)}
      why={(reason) => t(`move_reason.${reason}`)}
    />
  )
}

/** The form of the move that the address names, beside the shipment. */
export function MoveForms({ shipment }: { readonly shipment: ShipmentDetail }) {
  const t = useText('crossborder')
  return moveNames.map((move) => (
    <FormDrawer key={move} name={move} title={t(`move.${move}`)}>
      <MoveBox shipment={shipment} move={move} />
    </FormDrawer>
  ))
}

function MoveBox({ shipment, move }: { readonly shipment: ShipmentDetail; readonly move: MoveName }) {
  const t = useText('crossborder')
  const { close, item } = useOpenForm()
  const { Fields, initial, convert } = moveForms[move]
  const command = useCommand({
    run: makeMove,
    invalidate: [api.shipments.key(), api.sales.key(), api.lots.key(), api.stock.key()],
    success: t(`move_done.${move}`),
  })
  const offer = shipment.moves.find((one) => one.move === move)
  const reason = offer ? offer.reason : 'not_now'
  return (
    <>
      <p className="tz-second">{t(`move_means.${move}`)}</p>
      <FormBox<Values, MoveInput, Standing>
        key={item ?? ''}
        initial={initial?.(shipment, item) ?? {}}
        command={command}
        toInput={(values) => ({
          id: shipment.id,
          // The fields carry the names of the move; the contract checks them on arrival.
          move: { ...(convert ? convert(values, shipment) : values), move, rev: shipment.rev } as MoveInput['move'],
        })}
        fieldNames={{ fileIds: 'files', photoIds: 'photos' }}
        submit={t(`move.${move}`)}
        done={close}
        onCancel={close}
        reason={command.pending || reason === null ? null : t(`move_reason.${reason}`)}
      >
        <Fields shipment={shipment} />
      </FormBox>
    </>
  )
}
