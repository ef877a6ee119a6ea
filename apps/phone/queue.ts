import type { Action, ProofField, StoredAction } from './action.ts'
import { ask, sendPhoto, type Answer } from './api.ts'
import { isOpinion, type WaybillState } from './trip.ts'
import { openVault } from './vault.ts'

/** How the last attempt to send ended. */
export type Sending = 'idle' | 'sending' | 'away' | 'signed_out'
export type QueueView = { readonly sending: Sending; readonly actions: readonly StoredAction[] }

/** More than any driver does in a week without a network. */
export const actionsMax = 500

export class QueueFull extends Error {}

export type Queue = {
  /** Keeps what was done; when this ends it is on the phone, whatever happens to the browser. @throws QueueFull */
  readonly add: (action: Omit<Action, 'seq' | 'owner' | 'refusal'>) => Promise<void>
  /** Sends what waits, one after the other; ends early when the server is away. */
  readonly send: () => Promise<void>
  /** Sends a refused one again as it is. */
  readonly again: (seq: number) => Promise<void>
  /** Takes a refused one back, and what was done to the same waybill after it: it rested on it. */
  readonly redo: (seq: number) => Promise<void>
  readonly read: () => QueueView
  readonly subscribe: (listener: () => void) => () => void
}

/**
 * What a driver did and the server has not taken yet. Each thing is on the phone before anything is sent, keeps the id of its
 * command, and is forgotten only after an answer: sent twice it is done once. What a waybill's refused step was followed by waits
 * until the driver has decided.
 * @param owner   the account; what another did on this phone is neither shown nor sent
 * @param heard   told what the server says of a waybill before what was sent is let go of; null: it refused, or took an opinion
 */
export async function openQueue(
  owner: string,
  heard: (waybillId: string, state: WaybillState | null) => void,
): Promise<Queue> {
  const listeners = new Set<() => void>()
  let view: QueueView = { sending: 'idle', actions: await load(owner) }
  let running: Promise<void> | null = null
  const show = (change: Partial<QueueView>) => {
    view = { ...view, ...change }
    for (const listener of listeners) listener()
  }
  const refresh = async () => show({ actions: await load(owner) })

  const sendAll = async () => {
    show({ sending: 'sending' })
    const held = new Set(view.actions.flatMap(({ refusal, waybillId }) => (refusal ? [waybillId] : [])))
    let end: Sending = 'idle'
    for (let action = await nextOf(owner, held); action; action = await nextOf(owner, held)) {
      const answer = await sendOne(action)
      if (answer.ok) {
        heard(action.waybillId, isOpinion(action.move) ? null : answer.value.state)
        await remove([action.seq])
      } else if (answer.why === 'refused') {
        held.add(action.waybillId)
        await put({ ...action, ...(await latest(action)), refusal: answer.problem })
        heard(action.waybillId, null)
      } else {
        end = answer.why
        break
      }
      await refresh()
    }
    await refresh()
    show({ sending: end })
  }

  return {
    add: async (action) => {
      if (view.actions.length >= actionsMax) throw new QueueFull()
      await put({ ...action, owner, refusal: null })
      await refresh()
    },
    send: () => {
      running ??= alone(sendAll).finally(() => {
        running = null
      })
      return running
    },
    again: async (seq) => {
      const action = view.actions.find((one) => one.seq === seq)
      if (action) await put({ ...action, refusal: null })
      await refresh()
    },
    redo: async (seq) => {
      const from = view.actions.find((one) => one.seq === seq)
      const gone = view.actions.filter((one) => one.seq >= seq && one.waybillId === from?.waybillId)
      await remove(gone.map((one) => one.seq))
      await refresh()
    },
    read: () => view,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** One tab sends at a time; where the browser knows no locks, each sends, and the server takes each thing once. */
function alone(run: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return run()
  return navigator.locks.request('tingzhou-phone-queue', () => run())
}

async function sendOne(action: StoredAction): Promise<Answer<{ readonly state: WaybillState }>> {
  const sent = await sendProofs(action)
  if (!sent.ok) return sent
  const { commandId, move, at, position, input, waybillId } = action
  const said = proved(input, sent.value)
  if (move === 'rate') return ask('POST', `/freight-waybills/${waybillId}/ratings`, { commandId, ...said })
  if (move === 'complain') return ask('POST', '/freight-complaints', { commandId, waybillId, ...said })
  return ask('POST', `/freight-waybills/${waybillId}/moves`, {
    // The clock of the phone now, so that the server knows how far it is off.
    move: { commandId, move, at, sentAt: Date.now(), position, ...said },
  })
}

type Sent = { readonly field: ProofField; readonly fileId: string }

/** What a step says, with its photos where the server wants them. */
function proved(input: Action['input'], sent: readonly Sent[]): Readonly<Record<string, unknown>> {
  return sent.reduce<Record<string, unknown>>(
    (said, { field, fileId }) => {
      if (field === 'fileId') return { ...said, fileId }
      if (field === 'photoIds') return { ...said, photoIds: [fileId] }
      return { ...said, slip: { ...(said['slip'] as object), photoId: fileId } }
    },
    { ...input },
  )
}

/** Photos first, each once: which the server has is kept before the next is sent. */
async function sendProofs(action: StoredAction): Promise<Answer<readonly Sent[]>> {
  const ids: Sent[] = []
  let { proofs } = action
  for (const [place, proof] of proofs.entries()) {
    let { fileId } = proof
    if (fileId === null) {
      const sent = await sendPhoto(proof.photo, `${action.move}-${action.commandId}.jpg`)
      if (!sent.ok) return sent
      fileId = sent.value.id
      proofs = proofs.with(place, { ...proof, fileId })
      await put({ ...action, proofs })
    }
    ids.push({ field: proof.field, fileId })
  }
  return { ok: true, value: ids }
}

async function load(owner: string): Promise<readonly StoredAction[]> {
  const vault = await openVault()
  // Rows of the store have the key it gave them.
  return (await vault.getAllFromIndex('actions', 'owner', owner)) as StoredAction[]
}

const nextOf = async (owner: string, held: ReadonlySet<string>): Promise<StoredAction | undefined> =>
  (await load(owner)).find(({ refusal, waybillId }) => refusal === null && !held.has(waybillId))

async function latest({ seq }: StoredAction): Promise<Partial<Action>> {
  const vault = await openVault()
  return (await vault.get('actions', seq)) ?? {}
}

async function put(action: Action): Promise<void> {
  const vault = await openVault()
  const put = vault.transaction('actions', 'readwrite', { durability: 'strict' })
  await Promise.all([put.store.put(action), put.done])
}

async function remove(seqs: readonly number[]): Promise<void> {
  const vault = await openVault()
  const gone = vault.transaction('actions', 'readwrite', { durability: 'strict' })
  await Promise.all([...seqs.map((seq) => gone.store.delete(seq)), gone.done])
}
