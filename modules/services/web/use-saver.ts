import { useQueryClient } from '@tanstack/react-query'
import { toProblem, useCommand, useText, useToast } from '@tingzhou/ui'
import { useRef, useState } from 'react'
import { api } from './api.ts'
import { aboutSame, afterSave, contentOf, fieldsOf, storedContent, type Content } from './draft-content.ts'
import { at, put } from './json-path.ts'
import { isSame, merge, type Clash, type Side } from './merge.ts'
import type { Application } from './words.ts'

type SaveInput = Parameters<typeof api.applications.save.call>[0]
export type Fields = SaveInput['fields']

/** What another window of the draft brought in: the draft before and after, and as the server answered it. */
export type Taken = {
  readonly was: Required<Content>
  readonly now: Required<Content>
  readonly application: Application
}

/** A save that waits in line: what it says, and the draft that it was written upon. */
type Waiting = { readonly content: Content; readonly from: Required<Content>; readonly yieldedBefore: number }

/** A save that waited while others went before it says only what was written here, and nothing that was given up meanwhile. Pure. */
export function rebased(
  { content, from, yieldedBefore }: Waiting,
  stored: Required<Content>,
  yielded: readonly Clash[],
): Content {
  const { value } = merge(aboutSame(content, from), content, aboutSame(content, stored))
  const next = yielded
    .slice(yieldedBefore)
    .reduce((now, { path, mine, theirs }) => (isSame(at(now, path), mine) ? put(now, path, theirs) : now), value)
  // A merge of two drafts is a draft.
  return next as Content
}

// Somebody who is always faster is answered at last; nobody writes that often.
const triesMax = 5

/**
 * Keeps a draft on the server, one call after the other, each on the revision that the last one gave. When another window was
 * faster the two are merged; where both changed the same place differently, whoever writes is asked.
 */
export function useSaver(application: Application) {
  const { id } = application
  const t = useText('services')
  const toast = useToast()
  const client = useQueryClient()
  const rev = useRef(application.rev)
  const shown = useRef(application.rev)
  shown.current = application.rev
  const stored = useRef(storedContent(application))
  const line = useRef<Promise<boolean>>(Promise.resolve(true))
  const [clashes, setClashes] = useState<readonly Clash[]>([])
  const [taken, setTaken] = useState<Taken | null>(null)
  const answer = useRef<(side: Side) => void>(() => {})
  const yielded = useRef<readonly Clash[]>([])
  const command = useCommand({ run: api.applications.save.call, invalidate: [api.applications.key()] })

  const ask = (found: readonly Clash[]): Promise<Side> =>
    new Promise((resolve) => {
      answer.current = (side) => {
        setClashes([])
        resolve(side)
      }
      setClashes(found)
    })

  /** Merges what is to be saved into what another window saved meanwhile. */
  const join = async (wanted: Content): Promise<Content> => {
    const application = await api.applications.get.call({ id })
    const before = stored.current
    const theirs = storedContent(application)
    const sides = [aboutSame(wanted, before), wanted, aboutSame(wanted, theirs)] as const
    const found = merge(...sides)
    const side = found.clashes.length > 0 ? await ask(found.clashes) : 'mine'
    if (side === 'theirs') yielded.current = [...yielded.current, ...found.clashes]
    // A merge of two drafts is a draft.
    const settled = (side === 'mine' ? found : merge(...sides, 'theirs')).value as Content
    rev.current = application.rev
    stored.current = theirs
    const was = afterSave(before, wanted)
    const now = afterSave(theirs, settled)
    if (found.clashes.length === 0 && !isSame(was, now)) toast.good(t('clash.merged'))
    setTaken({ was, now, application })
    return settled
  }

  const write = async (waiting: Waiting): Promise<boolean> => {
    let wanted = rebased(waiting, stored.current, yielded.current)
    for (let tries = 1; ; tries++) {
      const outcome = await command.attempt({ id, rev: rev.current, fields: fieldsOf(wanted) })
      if (outcome.ok) {
        rev.current = outcome.value.rev
        stored.current = afterSave(stored.current, wanted)
        return true
      }
      if (outcome.problem.kind !== 'stale_revision' || tries === triesMax) {
        toast.problem(outcome.problem)
        // It may have been sent meanwhile: the page shows what it is now.
        await client.invalidateQueries({ queryKey: api.applications.key() })
        return false
      }
      wanted = await join(wanted)
    }
  }

  const save = (fields: Fields): Promise<boolean> => {
    const waiting = { content: contentOf(fields), from: stored.current, yieldedBefore: yielded.current.length }
    line.current = line.current
      .then(() => write(waiting))
      .catch((error: unknown) => {
        toast.problem(toProblem(error))
        return false
      })
    return line.current
  }
  return {
    save,
    settled: () => line.current,
    rev: () => Math.max(rev.current, shown.current),
    clashes,
    choose: (side: Side) => answer.current(side),
    taken,
  }
}
