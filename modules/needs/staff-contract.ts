import { oc } from '@orpc/contract'
import * as z from 'zod'
import { roles } from '@tingzhou/parties/contract'
import { line, PartyRef } from './fields.ts'

/** Someone who can be named on a form: an officer, visitor, host or guide, with the offices held. */
export const StaffMember = z.object({
  accountId: z.string(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
  places: z.array(PartyRef).describe('Departments and areas of the roles; empty for the whole zone.'),
})
export type StaffMember = z.infer<typeof StaffMember>

export const staffContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/staff',
      summary: '工作人员 · People of the zone that a form may name',
      description: 'Names and offices only. Enterprises see the guides.',
      tags: ['needs'],
    })
    .input(
      z.object({
        q: line(60).optional(),
        role: z.enum(roles).optional(),
        partyId: z.string().max(60).optional().describe('Department or area.'),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    )
    .output(z.object({ rows: z.array(StaffMember) })),
}
