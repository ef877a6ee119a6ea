import { localDateOf } from '@tingzhou/calendar'
import { listFiles } from '@tingzhou/files'
import type { RequestContext } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import { maskNumber } from './numbers.ts'
import { listPaperKinds } from './paper-kind.ts'
import { noticeDaysOf, paperState, standOf, type Needs } from './paper-rule.ts'
import { seesNumbers } from './reach.ts'

/** Who reads what of the register. */
export type Reader = { readonly deps: RequestContext['deps']; readonly actor: Actor }

/** The number whole for finance and the platform's audit, masked for everybody else. O(1). */
export const numberFor = (actor: Actor, number: string): string => (seesNumbers(actor) ? number : maskNumber(number))

// More papers than this nobody has; what is older than the newest hundred of a holder is history.
const papersMax = 20_000

/** The papers of objects that the reader may read, with what they need. Two statements. */
export async function paperShelf({ deps }: Reader, subjectIds: readonly string[]) {
  const { db, zoneId } = deps
  const today = localDateOf(deps.clock())
  const kinds = await listPaperKinds(db, zoneId)
  const rows =
    subjectIds.length === 0
      ? []
      : await db
          .selectFrom('freight_paper')
          .select([
            'id',
            'subject_id as subjectId',
            'kind',
            'number',
            'issuer',
            'valid_from as validFrom',
            'valid_to as validTo',
            'state',
            'rev',
          ])
          .where('zone_id', '=', zoneId)
          .where('subject_id', 'in', [...subjectIds])
          .orderBy('valid_to', 'desc')
          .orderBy('id', 'desc')
          .limit(papersMax)
          .execute()
  const of = new Map<string, (typeof rows)[number][]>()
  for (const row of rows) {
    const own = of.get(row.subjectId) ?? []
    own.push(row)
    of.set(row.subjectId, own)
  }
  return {
    stand: (id: string, needs: Needs) => standOf(kinds, needs, of.get(id) ?? [], today),
    of: (id: string) => of.get(id) ?? [],
    state: (paper: (typeof rows)[number]) =>
      paperState(paper, today, noticeDaysOf(kinds.find(({ code }) => code === paper.kind))),
  }
}

/** Papers, what is missing and who drives for whom, of one object. Five statements. */
export async function readDetail(reader: Reader, id: string, needs: Needs) {
  const shelf = await paperShelf(reader, [id])
  const papers = shelf.of(id).slice(0, 100)
  const { deps, actor } = reader
  const scans = await listFiles(
    deps.db,
    deps.zoneId,
    papers.map((paper) => paper.id),
  )
  return {
    ...shelf.stand(id, needs),
    papers: papers.map((paper) => ({
      id: paper.id,
      kind: paper.kind,
      number: needs.subject === 'vehicle' ? paper.number : numberFor(actor, paper.number),
      issuer: paper.issuer,
      validFrom: paper.validFrom,
      validTo: paper.validTo,
      state: shelf.state(paper),
      scans: (scans.get(paper.id) ?? []).map((file) => ({ id: file.id, name: file.name })),
      rev: paper.rev,
    })),
  }
}
