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
  /** The move that is awaited, where it is not the usual one. */
  readonly first: string | null
  /** What a line of a list may point at. */
  readonly askable: readonly Choice[]
  /** What a promise still lacks. */
  readonly owed: readonly Choice[]
  readonly departmentId: string | null
  /** Open special steps, where a move has to say which it ends, and the outcomes that each names. */
  readonly steps: readonly (Choice & { readonly outcomes: readonly string[] })[]
  /** Earlier lists: a second one needs the head's reason. */
  readonly lists: number
  /** Materials that were judged and are bad or missing: the list asks them by itself. */
  readonly listed: readonly string[]
}

const plain = { first: null, askable: [], owed: [], departmentId: null, steps: [], lists: 0, listed: [] } as const

type Judged = Pick<Application['materials'][number], 'name' | 'standing' | 'judgement'>

/** Once this side judges materials, what is bad or missing stands on the list. Pure. */
const listedOf = (materials: readonly Judged[], item: string | null, say: Say): readonly string[] =>
  materials.some(({ judgement }) => judgement !== null && judgement.item === item)
    ? materials
        .filter(({ standing }) => standing === 'unqualified' || standing === 'missing')
        .map(({ name }) => say(name))
    : []

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
      // Whoever signed a promise asks to be accepted with it.
      first: application.promiseGiven === null ? null : 'accept_tolerant',
      askable: askableOf(application, say),
      lists: corrections.length,
      listed: listedOf(application.materials, null, say),
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
    listed: listedOf(item.materials, item.code, say),
    departmentId: item.department.id,
    steps: (item.desk?.tasks ?? [])
      .filter(({ state }) => state === 'special')
      .map(({ nodeId, name, outcomes }) => ({ value: nodeId, label: name, outcomes })),
  }
}

export function packageSubject(found: Package, say: Say): MoveSubject {
  return { ...plain, kind: 'package', id: found.id, rev: found.rev, moves: found.moves, label: say(found.oneThing) }
}
