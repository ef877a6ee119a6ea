import { holdsRole, type Me, type Role } from '@tingzhou/ui'
import { complaintRoles } from '../../roles.ts'

const sides: readonly Role[] = ['carrier', 'driver', 'enterprise']
/** Who finds complaints in the console's menu. */
export const complaintReaders: readonly Role[] = [...complaintRoles, 'carrier', 'driver']
/** Whether complaints are anything of the reader's; of which ones the server says. */
export const readsComplaints = (me: Me | null): boolean => holdsRole(me, [...complaintRoles, ...sides])
/** Whether the reader is of a side of waybills, and so may complain. */
export const mayComplain = (me: Me | null): boolean => holdsRole(me, sides)
