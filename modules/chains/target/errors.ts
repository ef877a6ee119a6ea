import type { CaseError } from '@tingzhou/casework'
import type { AttachError } from '@tingzhou/files'
import type { ChainsError } from '../problems.ts'

/** Why something about a target is refused. */
export type TargetError = CaseError | AttachError | ChainsError
