import { useQueryClient } from '@tanstack/react-query'
import { toProblem, useCommand, useText, useToast } from '@tingzhou/ui'
import { useRef, useState } from 'react'
import { api } from './api.ts'
import { merge, type Clash, type Side } from './merge.ts'
import { useStay } from './use-stay.ts'

export type LoadedVersion = Awaited<ReturnType<typeof api.editor.version.call>>

type Work = { readonly body: unknown; readonly xml: string | null }

/**
 * The draft in hand: what was changed here and not saved yet. When somebody else saved meanwhile the two are merged; where both
 * changed the same place differently, whoever writes is asked.
 */
export function useVersionDraft(version: LoadedVersion) {
  const t = useText('services')
  const toast = useToast()
  const client = useQueryClient()
  const [work, setWork] = useState<Work>({ body: version.body, xml: version.xml })
  const latest = useRef(work)
  const stored = useRef<Work>(work)
  const [rev, setRev] = useState(version.rev)
  const [dirty, setDirty] = useState(false)
  const [clash, setClash] = useState<{ readonly found: readonly Clash[]; readonly theirs: LoadedVersion } | null>(null)
  const command = useCommand({
    run: api.editor.save.call,
    success: t('saved'),
    invalidate: [api.editor.versions.key(), api.editor.check.key(), api.editor.diff.key()],
  })
  const put = (next: Work) => {
    latest.current = next
    setWork(next)
    setDirty(true)
  }
  const refresh = () => client.invalidateQueries({ queryKey: api.editor.version.key() })
  const send = async (onRev: number): Promise<void> => {
    const sent = latest.current
    const outcome = await command.attempt({ id: version.id, rev: onRev, ...sent })
    if (outcome.ok) {
      stored.current = sent
      setRev(outcome.value.rev)
      setDirty(latest.current !== sent)
      return refresh()
    }
    if (outcome.problem.kind !== 'stale_revision') return toast.problem(outcome.problem)
    await join()
  }
  const join = async () => {
    try {
      const theirs = await api.editor.version.call({ id: version.id })
      const { clashes } = mergeWork(stored.current, latest.current, theirs, 'mine')
      if (clashes.length > 0) return setClash({ found: clashes, theirs })
      await settle(theirs, 'mine')
      toast.good(t('clash.merged'))
    } catch (error) {
      toast.problem(toProblem(error))
    }
  }
  const settle = (theirs: LoadedVersion, side: Side) => {
    put(mergeWork(stored.current, latest.current, theirs, side).work)
    stored.current = { body: theirs.body, xml: theirs.xml }
    setRev(theirs.rev)
    setClash(null)
    return send(theirs.rev)
  }
  useStay(dirty, t('designer.leave'))
  return {
    ...work,
    rev,
    dirty,
    clashes: clash?.found ?? [],
    choose: (side: Side) => clash && void settle(clash.theirs, side),
    saved: (next: number) => {
      setRev(next)
      void refresh()
    },
    pending: command.pending,
    save: () => send(rev),
    change: (body: unknown) => put({ ...latest.current, body }),
    draw: (xml: string | null) => put({ ...latest.current, xml }),
  }
}

/** Two versions of a draft as one. Pure. */
function mergeWork(base: Work, mine: Work, { body, xml }: Work, side: Side) {
  const merged = merge(base, mine, { body, xml }, side)
  // A merge of two drafts is a draft.
  return { work: merged.value as Work, clashes: merged.clashes }
}
