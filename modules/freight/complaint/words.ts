import file from '../data/opinions.json' with { type: 'json' }

/** The closed lists of complaints; free of server code, so that the browser may import them. */
export const complaintStates = ['opened', 'accepted', 'answered', 'reviewing', 'closed', 'withdrawn'] as const
/** States in which somebody still has to do something. */
export const openComplaints = ['opened', 'accepted', 'answered', 'reviewing'] as const
export const complaintSides = ['shipper', 'carrier', 'driver', 'consignee'] as const
export const complaintAbouts = ['side', 'platform'] as const
export const complaintEnds = ['content', 'silent', 'decided', 'withdrawn'] as const
export const statementsMax = 20

export type ComplaintState = (typeof complaintStates)[number]
export type ComplaintSide = (typeof complaintSides)[number]
export type ComplaintAbout = (typeof complaintAbouts)[number]
export type ComplaintEnd = (typeof complaintEnds)[number]

/** What is complained of, and whether that is the other side of the waybill or the platform. */
export type ComplaintKindOf = {
  readonly code: string
  readonly about: ComplaintAbout
  /** May concern money, which is the waybill's dispute. */
  readonly money: boolean
  readonly zh: string
  readonly en: string
}

const isAbout = (about: string): about is ComplaintAbout => complaintAbouts.some((one) => one === about)

/** @throws Error when the file names somebody else */
function kindOf(kind: (typeof file.kinds)[number]): ComplaintKindOf {
  const { about } = kind
  if (!isAbout(about)) throw new Error(`opinions.json: ${kind.code} is about ${about}`)
  return { ...kind, about }
}

export const complaintKinds: readonly ComplaintKindOf[] = file.kinds.map(kindOf)
