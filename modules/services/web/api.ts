import { createApi, moveAnswer } from '@tingzhou/ui'
import { needsContract } from '@tingzhou/needs/contract'
import { registryContract } from '@tingzhou/registry/contract'
import type { ApplicationMove } from '../application-contract.ts'
import { servicesContract } from '../contract.ts'
import type { ItemMove } from '../item-contract.ts'
import type { PromiseMove } from '../promise-contract.ts'
import type { RevocationMove } from '../revocation-contract.ts'
import type { PackageMove } from '../window-contract.ts'

/** The integrated services over HTTP. */
export const api = createApi(servicesContract, 'services')

/** For whom an application is made. */
export const registry = createApi(
  { enterprises: registryContract.enterprises, departments: registryContract.departments },
  'registry',
)

/** Who may be given an item to review. */
export const people = createApi({ staff: needsContract.staff }, 'needs')

/** What a move can be made on. */
export type SubjectKind = 'application' | 'item' | 'promise' | 'revocation' | 'package'

/** A move as its form gives it; the command helper adds the id. */
export type MoveBody = { readonly move: string; readonly rev: number; readonly [field: string]: unknown }

export type MoveInput = {
  readonly kind: SubjectKind
  readonly id: string
  readonly move: MoveBody
  readonly commandId: string
}

/** Makes a move. */
export const makeMove = (input: MoveInput) => moveAnswer(sendMove(input))

// The fields carry the names of the move, and the contract checks them on arrival: TypeScript cannot follow a form.
async function sendMove({ kind, id, move, commandId }: MoveInput) {
  const body: unknown = { ...move, commandId }
  switch (kind) {
    case 'application':
      return api.applications.move.call({ id, move: body as ApplicationMove })
    case 'item':
      return api.items.move.call({ id, move: body as ItemMove })
    case 'promise':
      return api.promises.move.call({ id, move: body as PromiseMove })
    case 'revocation':
      return api.revocations.move.call({ id, move: body as RevocationMove })
    case 'package':
      return api.packages.move.call({ id, move: body as PackageMove })
  }
}

/** Everything that an act of one person may change for another. */
export const movedKeys = [
  api.applications.key(),
  api.items.key(),
  api.packages.key(),
  api.windows.key(),
  api.certificates.key(),
]

/** Kinds of events that tell of such a change. */
export const liveKinds = ['application', 'item_case', 'promise', 'revocation', 'cross_region_package']
