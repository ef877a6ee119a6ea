import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSpoolDisk, segmentsIn } from './spool-disk.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'tingzhou-spool-')), 'modbus')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const bytesOf = (text: string) => new TextEncoder().encode(text)

it('adds to files, reads parts of them, lists and removes them', () => {
  const disk = openSpoolDisk(folder)
  disk.append('a.spool', bytesOf('one'))
  disk.append('a.spool', bytesOf('two'))
  disk.sync()

  expect(new TextDecoder().decode(disk.read('a.spool', 2, 3))).toBe('etw')
  expect(disk.read('a.spool', 4, 100)).toHaveLength(2)
  expect(disk.list()).toEqual([{ name: 'a.spool', bytes: 6, changedAt: expect.closeTo(Date.now(), -5) }])
  expect(segmentsIn(folder)).toBe(1)
  // What machines said is nobody else's.
  expect([statSync(folder).mode & 0o77, statSync(join(folder, 'a.spool')).mode & 0o77]).toEqual([0, 0])
  disk.remove('a.spool')
  expect([disk.list(), segmentsIn(folder)]).toEqual([[], 0])
  expect(() => disk.read('a.spool', 0, 1)).toThrow('ENOENT')
})

it('leaves room on the disk for others, and then writes nothing', () => {
  const disk = openSpoolDisk(folder, Number.MAX_SAFE_INTEGER)

  expect(() => disk.append('a.spool', bytesOf('one'))).toThrow(/^ENOSPC: .* would be free/)
  expect(existsSync(join(folder, 'a.spool'))).toBe(false)
})

it('goes on with what another process wrote, under a name of its own', () => {
  const [first, second] = [openSpoolDisk(folder), openSpoolDisk(folder)]
  first.append('a.spool', bytesOf('one'))
  second.append('a.spool', bytesOf('two'))

  expect(readFileSync(join(folder, 'a.spool'), 'utf8')).toBe('onetwo')
  expect(first.writer).toMatch(/^[a-z0-9]{1,40}$/)
  expect(first.writer).not.toBe(second.writer)
})

it('says why a folder cannot be made; one that is not there has no files', () => {
  writeFileSync(folder, '')

  expect(() => openSpoolDisk(folder)).toThrow('EEXIST')
  expect(() => openSpoolDisk(join(folder, 'deeper'))).toThrow('ENOTDIR')
  expect(segmentsIn(join(folder, 'nowhere'))).toBe(0)
})
