import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { openDatabase, type Database } from './database.ts'
import type { Db } from './tables.ts'
import { databaseUrlFor, imageFile, prepareImage, setup, templateName } from './testing-setup.ts'

export { prepareImage } from './testing-setup.ts'

/** A database of its own for one test file. */
export type TestDatabase = { readonly database: Database; readonly db: Db }

/**
 * A fresh, migrated, empty database: embedded from the run's image, or a copy of the template on the server that
 * `TEST_DATABASE_URL` names. Close it in `afterAll`.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const url = process.env.TEST_DATABASE_URL
  return url ? serverCopy(url) : embeddedCopy()
}

/**
 * A database without any table, such as a backup is put back into: on the server that `TEST_DATABASE_URL` names, else embedded.
 * @param kind  `embedded`: embedded in any case
 */
export async function emptyDatabase(kind?: 'embedded'): Promise<TestDatabase> {
  const url = process.env.TEST_DATABASE_URL
  if (url && kind !== 'embedded') return serverDatabase(url, '')
  return embeddedCopy('bare')
}

async function embeddedCopy(kind?: 'bare'): Promise<TestDatabase> {
  if (!existsSync(imageFile(kind))) await prepareImage()
  const database = await openDatabase({ image: imageFile(kind) })
  return { database, db: database.db }
}

async function serverCopy(url: string): Promise<TestDatabase> {
  try {
    return await serverDatabase(url, `template ${templateName()}`)
  } catch (error) {
    // 3D000: the schema changed while tests were running.
    if (!(error instanceof Error && 'code' in error && error.code === '3D000')) throw error
    await setup()
    return serverDatabase(url, `template ${templateName()}`)
  }
}

async function serverDatabase(url: string, from: string): Promise<TestDatabase> {
  const name = `tz_test_${randomBytes(6).toString('hex')}`
  const admin = await openDatabase({ databaseUrl: url, connectionsMax: 1 })
  try {
    await admin.exec(`create database ${name} ${from}`)
  } finally {
    await admin.close()
  }
  const database = await openDatabase({ databaseUrl: databaseUrlFor(url, name) })
  const close = async () => {
    await database.close()
    const again = await openDatabase({ databaseUrl: url, connectionsMax: 1 })
    await again.exec(`drop database if exists ${name} with (force)`)
    await again.close()
  }
  return { database: { ...database, close }, db: database.db }
}
