import { Drawer } from 'antd'
import { FormBox, useNarrow, useText } from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import type { makeMove, MoveInput } from './api.ts'
import { readMove, withMove } from './move-address.ts'
import { bodyOf, type MoveValues } from './move-body.ts'
import { MoveFields } from './move-fields.tsx'
import { specOf } from './move-specs.ts'
import type { MoveSubject } from './move-subject.ts'
import { useMove } from './use-move.ts'
import { keyed, reasonOf } from './words.ts'

/** The form of the move that the address names, beside what it is about. */
export function MoveDrawer({ subjects }: { readonly subjects: readonly MoveSubject[] }) {
  const t = useText('services')
  const narrow = useNarrow()
  const [query, setQuery] = useSearchParams()
  const address = readMove(query)
  const subject = subjects.find(({ id }) => id === address?.on)
  const specs = address && subject ? specOf(subject.kind, address.move) : null
  const close = () => setQuery((now) => withMove(now, null), { replace: true })
  return (
    <Drawer
      open={specs !== null}
      onClose={close}
      title={address && subject && t(`move.${subject.kind}.${address.move}`)}
      size={narrow ? '100%' : 560}
      destroyOnHidden
    >
      {address && subject && specs && (
        <MoveForm key={`${address.move} ${address.on}`} subject={subject} move={address.move} close={close} />
      )}
    </Drawer>
  )
}

type Output = Awaited<ReturnType<typeof makeMove>>

function MoveForm(props: { readonly subject: MoveSubject; readonly move: string; readonly close: () => void }) {
  const { subject, move, close } = props
  const t = useText('services')
  const specs = specOf(subject.kind, move) ?? []
  const word = t(`move.${subject.kind}.${move}`)
  const command = useMove(t('did_it', { verb: word }))
  const offer = subject.moves.find((candidate) => candidate.move === move)
  const consequence = keyed(t, `consequence.${subject.kind}`, move, '')
  return (
    <>
      <p className="tz-second">{subject.label}</p>
      {consequence !== '' && <p>{consequence}</p>}
      <FormBox<MoveValues, MoveInput, Output>
        draft={`services.${move}.${subject.id}`}
        initial={specs.some(({ kind }) => kind === 'internal') ? { internal: true } : {}}
        command={command}
        toInput={(values) => ({
          kind: subject.kind,
          id: subject.id,
          move: bodyOf(move, subject.rev, specs, values),
        })}
        submit={word}
        done={close}
        onCancel={close}
        reason={offer ? reasonOf(t, offer) : t('reason.not_now')}
      >
        <MoveFields specs={specs} subject={subject} />
      </FormBox>
    </>
  )
}
