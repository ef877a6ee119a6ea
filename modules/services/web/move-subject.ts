import type { SubjectKind } from './api.ts'
import type { Application, Move, Package, Say, ItemCase } from './words.ts'

type Choice = { readonly value: string; readonly label: string }

/** What a move is made on, with what its form has to know. */
export type MoveSubject = {
  readonly kind: SubjectKind
  readonly id: string
  readonly rev: number
  readonly label: string
  readonly moves: readonly Move[]
  /** What a line of a list may point at. */
  readonly askable: readonly Choice[]
  /** What a promise still lacks. */
  readonly owed: readonly Choice[]
  readonly departmentId: string | null
  /** Earlier lists: a second one needs the head's reason. */
  readonly lists: number
}

const plain = { askable: [], owed: [], departmentId: null, lists: 0 } as const

const askableOf = ({ plan }: Application, say: Say): readonly Choice[] => [
  ...plan.materials.map(({ code, name }) => ({ value: `material ${code}`, label: say(name) })),
  ...plan.form.fields.map(({ code, name }) => ({ value: `field ${code}`, label: say(name) })),
]

/** The application, and everything on its page that can be moved too. */
export function subjectsOf(application: Application, say: Say): readonly MoveSubject[] {
  const { id, rev, moves, corrections, promises, revocations } = application
  return [
    {
      ...plain,
      kind: 'application',
      id,
      rev,
      moves,
      label: application.no ?? say(application.oneThing.name),
      askable: askableOf(application, say),
      lists: corrections.length,
    },
    ...promises.map((promise) => ({
      ...plain,
      kind: 'promise' as const,
      id: promise.id,
      rev: promise.rev,
      moves: promise.moves,
      label: promise.materials.map(({ name }) => say(name)).join(' · '),
      owed: promise.materials.map(({ code, name }) => ({ value: code, label: say(name) })),
    })),
    ...revocations.map((revocation) => ({
      ...plain,
      kind: 'revocation' as const,
      id: revocation.id,
      rev: revocation.rev,
      moves: revocation.moves,
      label: say(revocation.item),
    })),
  ]
}

export function itemSubject(item: ItemCase, say: Say): MoveSubject {
  return {
    ...plain,
    kind: 'item',
    id: item.id,
    rev: item.rev,
    moves: item.moves,
    label: say(item.name),
    askable: [
      ...item.materials.map(({ code, name }) => ({ value: `material ${code}`, label: say(name) })),
      ...item.fields.map(({ code, name }) => ({ value: `field ${code}`, label: say(name) })),
    ],
    departmentId: item.department.id,
  }
}

export function packageSubject(found: Package, say: Say): MoveSubject {
  return { ...plain, kind: 'package', id: found.id, rev: found.rev, moves: found.moves, label: say(found.oneThing) }
}
