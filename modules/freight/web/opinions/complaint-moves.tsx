import { Form, Radio } from 'antd'
import {
  FileField,
  FormBox,
  FormDrawer,
  moveAnswer,
  MoveVerbs,
  useCommand,
  useOpenForm,
  useText,
  type UploadedFile,
  TextItem,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { moveNames, type MoveName } from '../../complaint/complaint-contract.ts'
import { decisions } from '../../words.ts'
import { api } from '../api.ts'

export type ComplaintDetail = Awaited<ReturnType<typeof api.complaints.get.call>>
type Standing = Awaited<ReturnType<typeof api.complaints.move.call>>
type Wire = Parameters<typeof api.complaints.move.call>[0]
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Input = {
  readonly id: string
  readonly move: Without<Wire['move'], 'commandId'>
  readonly commandId: string
}
type Values = Readonly<Record<string, unknown>>

const makeMove = ({ id, move, commandId }: Input): Promise<Standing> =>
  moveAnswer(api.complaints.move.call({ id, move: { ...move, commandId } as Wire['move'] }))

/** Moves that lead on, the first that may be made being the primary verb. */
const onward: readonly MoveName[] = ['accept', 'answer', 'content', 'review']

export function ComplaintVerbs({ complaint }: { readonly complaint: ComplaintDetail }) {
  const t = useText('freight')
  return (
    <MoveVerbs
      moves={complaint.moves}
      onward={onward}
      verb={(move) => t(`complaint_move.${move}`)}
      why={(reason) => t(`complaint_reason.${reason}`)}
    />
  )
}

/** The form of the move that the address names, beside the complaint. */
export function ComplaintForms({ complaint }: { readonly complaint: ComplaintDetail }) {
  const t = useText('freight')
  return moveNames.map((move) => (
    <FormDrawer key={move} name={move} title={t(`complaint_move.${move}`)}>
      <MoveBox complaint={complaint} move={move} />
    </FormDrawer>
  ))
}

function MoveBox({ complaint, move }: { readonly complaint: ComplaintDetail; readonly move: MoveName }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const Fields = fields[move]
  const command = useCommand({
    run: makeMove,
    invalidate: [api.complaints.key()],
    success: t(`complaint_done.${move}`),
  })
  const offer = complaint.moves.find((one) => one.move === move)
  const reason = offer ? offer.reason : 'not_now'
  return (
    <>
      <p className="tz-second">{t(`complaint_means.${move}`)}</p>
      <FormBox<Values, Input, Standing>
        command={command}
        toInput={({ photos, ...values }) => ({
          id: complaint.id,
          // The fields carry the names of the move; the contract checks them on arrival.
          move: { ...values, ...photosOf(move, photos), move, rev: complaint.rev } as Input['move'],
        })}
        fieldNames={{ photoIds: 'photos' }}
        submit={t(`complaint_move.${move}`)}
        done={close}
        onCancel={close}
        reason={command.pending || reason === null ? null : t(`complaint_reason.${reason}`)}
      >
        <Fields />
      </FormBox>
    </>
  )
}

const photosOf = (move: MoveName, photos: unknown) =>
  move === 'state' ? { photoIds: ((photos ?? []) as readonly UploadedFile[]).map(({ id }) => id) } : {}

function Words({ required = true }: { readonly required?: boolean }) {
  const t = useText('freight')
  return <TextItem name="words" label={t('complaint.move_words')} max={2_000} rows={4} required={required} />
}

const fields: Readonly<Record<MoveName, () => ReactNode>> = {
  accept: () => null,
  answer: () => <Words />,
  content: () => <Words required={false} />,
  not_content: () => <Words />,
  withdraw: () => <Words required={false} />,
  review: function Review() {
    const t = useText('freight')
    return (
      <>
        <Form.Item
          name="decision"
          label={t('complaint.decision')}
          rules={[{ required: true, message: t('complaint.choose_decision') }]}
        >
          <Radio.Group options={decisions.map((value) => ({ value, label: t(`complaint_decision.${value}`) }))} />
        </Form.Item>
        <Words />
      </>
    )
  },
  state: function State() {
    const t = useText('freight')
    return (
      <>
        <Words />
        <Form.Item name="photos" label={t('complaint.photos')}>
          <FileField max={9} accept="image/*" capture fields={{ purpose: 'evidence' }} />
        </Form.Item>
      </>
    )
  },
}
