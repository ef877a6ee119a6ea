import { createApi, moveAnswer, type Content } from '@tingzhou/ui'
import { registryContract } from '@tingzhou/registry/contract'
import type { ApplicationMoveInput } from '../application-contract.ts'
import type { CampaignMoveInput } from '../campaign-contract.ts'
import { safetyContract } from '../contract.ts'

/** The safety review over HTTP. */
export const api = createApi(safetyContract, 'safety')

/** What the screens of this module read from the registry. */
export const registry = createApi(
  { areas: registryContract.areas, departments: registryContract.departments },
  'registry',
)

/** A move as a form makes it: the command id comes from the command helper. */
export type ApplicationMoveBody = Content<ApplicationMoveInput>
export type CampaignMoveBody = Content<CampaignMoveInput>
type Sent<Body> = { readonly id: string; readonly move: Body; readonly commandId: string }

/** Makes a move on an application. */
export const moveApplication = ({ id, move, commandId }: Sent<ApplicationMoveBody>) =>
  // The body and its command id are a move again; TypeScript cannot see it through the union.
  moveAnswer(api.reviewApplications.move.call({ id, move: { ...move, commandId } as ApplicationMoveInput }))

/** The same for a campaign. */
export const moveCampaign = ({ id, move, commandId }: Sent<CampaignMoveBody>) =>
  // As above.
  moveAnswer(api.reviewCampaigns.move.call({ id, move: { ...move, commandId } as CampaignMoveInput }))
