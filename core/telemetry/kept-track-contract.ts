import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { FixView } from './fix-contract.ts'
import { Moment, PointId } from './trend-contract.ts'

const tags = ['telemetry']

/** What a track is kept for: the kind of a thing and its id, as the module says that owns it. */
const subject = {
  subjectKind: z
    .string()
    .regex(/^[a-z][a-z_]{0,39}$/)
    .describe('Such as `waybill`.'),
  subjectId: z.string().regex(/^[\w.:-]{1,100}$/),
}

/** What is known of a kept track without its fixes. */
const KeptTrackRow = z.object({
  ...subject,
  point: z.int().describe('Number of the position point.'),
  code: z.string().describe('Of the point.'),
  from: Instant,
  to: Instant.describe('Itself not in it.'),
  toleranceM: z.number().describe('Where it was at the time of a fix left out is at most so far from what is kept.'),
  gapS: z.int().describe('A longer time without a fix is a gap.'),
  fixes: z.int().describe('Fixes with a place that it was made from.'),
  kept: z.int().describe('Fixes that are kept of them.'),
  lengthM: z.number().describe('Fix to fix over all that it was made from, the noise of halts too.'),
  gaps: z.int(),
  firstAt: Instant.nullable(),
  lastAt: Instant.nullable(),
  sourceSha256: z.string().describe('Of what it was made from: the same again changes nothing.'),
  rev: z.int(),
  madeAt: Instant,
})

/** The routes of tracks that stay when the fixes they were made from are kept no longer. */
export const keptTrackContract = {
  keepTrack: oc
    .route({
      method: 'POST',
      path: '/kept-tracks',
      summary: '留存轨迹',
      description:
        'Keeps where something was during a job, simplified. Again for the same job: made anew from what is there now; never shorter, coarser or with fewer fixes than before.',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        ...subject,
        point: PointId,
        from: Instant.min(0),
        to: Instant.min(0),
        toleranceM: z.number().min(1).max(1_000).optional().describe('10 m when left out.'),
        gapS: z.int().min(60).max(86_400).optional().describe('3 600 s when left out.'),
      }),
    )
    .output(KeptTrackRow.extend({ changed: z.boolean().describe('False: it was kept so already.') })),
  keptTracks: oc
    .route({ method: 'GET', path: '/kept-tracks', summary: '留存轨迹清单', tags })
    .input(
      listInput({
        point: PointId.optional(),
        subjectKind: subject.subjectKind.optional(),
        subjectId: subject.subjectId.optional(),
        from: Moment.optional().describe('Only those that touch the time from here on.'),
        to: Moment.optional().describe('Only those that begin before.'),
      }),
    )
    .output(listOutput(KeptTrackRow)),
  keptTrack: oc
    .route({
      method: 'GET',
      path: '/kept-tracks/{subjectKind}/{subjectId}/{point}',
      summary: '留存轨迹详情',
      tags,
    })
    .input(z.object({ ...subject, point: PointId }))
    .output(
      KeptTrackRow.extend({
        keptLengthM: z.number().describe('Along what is kept: without the noise of halts.'),
        rows: z.array(FixView).describe('As of `/tracks/{point}`.'),
        gapSpans: z.array(z.object({ from: Instant, to: Instant })),
        stops: z
          .array(z.object({ from: Instant, to: Instant, lonDeg: z.number(), latDeg: z.number() }))
          .describe('Where it stayed within 50 m for five minutes or longer.'),
      }),
    ),
}
