// npm run bench -- ledger: journals of one transfer between two of ten thousand accounts, each committed by itself, embedded and
// on a server beside pgbench; the same with one account at one end of all of them, and set aside before it is booked.
import { newId, type Database } from '@tingzhou/db'
import { epochMs, localDate } from '@tingzhou/kernel'
import { ensureBooks, openAccounts, postJournal, verifyLedger, type Line } from '@tingzhou/ledger'
import { embeddedScratch, serverScratch, type Scratch } from './databases.ts'
import { figure, median, quantile, report, type Figure, type Say } from './harness.ts'
import { openPgbench } from './pgbench.ts'

const runs = 3
const runSeconds = 10
const warmSeconds = 8
const connections = 8
const accounts = 10_000
const accountsAtOnce = 500
const zoneId = 'bench'
const day = localDate('2026-03-02')
const now = epochMs(Date.UTC(2026, 2, 2, 4))
const who = { accountId: 'bench', name: 'bench' }

type Rate = { readonly perSecond: number; readonly p99Ms: number }
type Pair = () => readonly [debit: string, credit: string]

await report('bench', 'ledger', async (say) => [...(await onEmbedded(say)), ...(await onServer(say))])

async function onEmbedded(say: Say): Promise<readonly Figure[]> {
  const scratch = await embeddedScratch()
  const ids = await openAll(scratch.database)
  say('accounts are open')
  await stream(scratch.database, pairOf(ids), 1, warmSeconds)
  const rates: Rate[] = []
  for (let run = 0; run < runs; run++) {
    rates.push(await stream(scratch.database, pairOf(ids), 1, runSeconds))
    say(`PGlite: ${shown(rates.at(-1))}`)
  }
  const faults = await faultsOf(scratch)
  await scratch.drop()
  return [
    figure('PGlite, 1 worker: transfers', median(rates.map(({ perSecond }) => perSecond)), 'transfers/s'),
    figure('PGlite, 1 worker: p99 of a transfer', median(rates.map(({ p99Ms }) => p99Ms)), 'ms'),
    figure('PGlite: faults found by the verifier', faults, 'faults', '<= 0'),
  ]
}

async function onServer(say: Say): Promise<readonly Figure[]> {
  const scratch = await serverScratch(connections)
  const floor = await openPgbench()
  const ids = await openAll(scratch.database)
  await stream(scratch.database, pairOf(ids), connections, warmSeconds)
  await scratch.database.exec('analyze')
  const rates: Rate[] = []
  const hot: Rate[] = []
  const floors: number[] = []
  for (let run = 0; run < runs; run++) {
    await scratch.database.exec('checkpoint')
    await floor.rate(connections, warmSeconds)
    floors.push(await floor.rate(connections, runSeconds))
    await scratch.database.exec('checkpoint')
    await stream(scratch.database, pairOf(ids), connections, warmSeconds)
    rates.push(await stream(scratch.database, pairOf(ids), connections, runSeconds))
    hot.push(await stream(scratch.database, pairWith(ids[0] ?? '', ids), connections, runSeconds))
    say(
      `PostgreSQL: ${shown(rates.at(-1))}; one account in all ${shown(hot.at(-1))}; pgbench ${floors.at(-1)?.toFixed(0)}/s`,
    )
  }
  const twoPhase = await stream(scratch.database, pairOf(ids), connections, runSeconds, true)
  const faults = await faultsOf(scratch)
  await scratch.drop()
  await floor.drop()
  const ratios = rates.map(({ perSecond }, index) => perSecond / (floors[index] ?? Number.NaN))
  return [
    figure(
      `PostgreSQL, ${connections} connections: transfers`,
      median(rates.map(({ perSecond }) => perSecond)),
      'transfers/s',
    ),
    figure('PostgreSQL: p99 of a transfer', median(rates.map(({ p99Ms }) => p99Ms)), 'ms'),
    figure(
      `pgbench -c ${connections} -j 2 -T ${runSeconds}, TPC-B-like, scale 10, same server`,
      median(floors),
      'transactions/s',
    ),
    figure('transfers for each pgbench transaction', median(ratios), '', '>= 0.5'),
    figure(
      'PostgreSQL: transfers of which one end is always the same account',
      median(hot.map(({ perSecond }) => perSecond)),
      'transfers/s',
    ),
    figure('PostgreSQL: transfers that are set aside, then booked', twoPhase.perSecond, 'transfers/s'),
    figure('PostgreSQL: faults found by the verifier', faults, 'faults', '<= 0'),
  ]
}

async function openAll({ db }: Database): Promise<readonly string[]> {
  await db.transaction().execute((tx) => ensureBooks(tx, zoneId, { bench: { zh: '台账', en: 'Bench' } }))
  const ids: string[] = []
  for (let start = 0; start < accounts; start += accountsAtOnce)
    ids.push(
      ...(await db.transaction().execute((tx) =>
        openAccounts(
          tx,
          zoneId,
          'bench',
          Array.from({ length: accountsAtOnce }, (_, index) => ({
            code: 'payable',
            name: { zh: '应付', en: 'Payable' },
            unit: 'CNY' as const,
            side: 'credit' as const,
            partyId: `party-${start + index}`,
            least: -1_000_000_000,
          })),
          now,
        ),
      )),
    )
  return ids
}

function anyOf(ids: readonly string[]): string {
  return ids[Math.floor(Math.random() * ids.length)] ?? ''
}

/** Two of the accounts. */
function pairOf(ids: readonly string[]): Pair {
  return () => {
    const debit = anyOf(ids)
    for (;;) {
      const credit = anyOf(ids)
      if (credit !== debit) return [debit, credit]
    }
  }
}

/** One of the accounts, and always the same other. */
function pairWith(hot: string, ids: readonly string[]): Pair {
  const others = ids.filter((id) => id !== hot)
  return () => [hot, anyOf(others)]
}

/** Workers that book one transfer after the other until the time is over. */
async function stream(
  { db }: Database,
  pair: Pair,
  workers: number,
  seconds: number,
  isTwoPhase = false,
): Promise<Rate> {
  const times: number[] = []
  const began = performance.now()
  const book = async (lines: readonly Line[]): Promise<string> => {
    const id = newId()
    const done = await db
      .transaction()
      .execute((tx) => postJournal(tx, zoneId, { id, book: 'bench', day, kind: 'bench', lines }, who, now))
    if (!done.ok) throw new Error(`a transfer was refused: ${JSON.stringify(done.error)}`)
    return id
  }
  const work = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1_000) {
      const start = performance.now()
      const [debit, credit] = pair()
      if (isTwoPhase) {
        const journalId = await book([{ kind: 'pending', debit, credit, amount: 100, until: null }])
        await book([{ kind: 'settled', of: { journalId, line: 1 } }])
      } else await book([{ kind: 'posted', debit, credit, amount: 100 }])
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return { perSecond: times.length / ((performance.now() - began) / 1_000), p99Ms: quantile(times, 0.99) }
}

async function faultsOf({ database }: Scratch): Promise<number> {
  return (await verifyLedger(database.db, zoneId)).faults.length
}

function shown(rate: Rate | undefined): string {
  return rate ? `${rate.perSecond.toFixed(0)} transfers/s, p99 ${rate.p99Ms.toFixed(1)} ms` : 'nothing'
}
