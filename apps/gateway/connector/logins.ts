import { readFile, stat } from 'node:fs/promises'
import * as z from 'zod'

const text = z.string().trim().min(1).max(500)

/** A password is of a user at a server: whoever sends a device elsewhere does not take it there. */
const Login = z.strictObject({ url: text, username: text, password: z.string().min(1).max(500) })
const File = z.array(Login).max(1_000)

/** Passwords of OPC UA users, as they stand in a file of the operator's. */
export type Logins = {
  readonly find: (url: string, username: string) => string | null
  /**
   * Reads the file again when it has changed.
   * @throws Error that names what is wrong and where, the first time that it is; what was read before goes on
   */
  readonly refresh: () => Promise<void>
}

/** Reads the passwords of a file. @throws Error that names what is wrong and where */
export async function openLogins(file: string): Promise<Logins> {
  let passwords: ReadonlyMap<string, string> = new Map()
  let readMs = NaN
  let complaint: string | null = null
  const read = async (): Promise<void> => {
    const { mtimeMs } = await stat(file)
    if (mtimeMs === readMs) return
    readMs = mtimeMs
    const logins = parse(file, await readFile(file, 'utf8'))
    passwords = new Map(logins.map(({ url, username, password }) => [keyOf(url, username), password]))
    complaint = null
  }
  const refresh = async (): Promise<void> => {
    try {
      await read()
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      if (said === complaint) return
      complaint = said
      throw error
    }
  }
  await refresh()
  return { find: (url, username) => passwords.get(keyOf(url, username)) ?? null, refresh }
}

const keyOf = (url: string, username: string): string => JSON.stringify([url, username])

function parse(file: string, content: string): z.infer<typeof File> {
  const read = File.safeParse(jsonOf(file, content))
  if (read.success) return read.data
  const lines = read.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new Error(`${file} cannot be used:\n${lines.join('\n')}`)
}

function jsonOf(file: string, content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // What the parser says quotes the file, and in it a password.
    throw new Error(`${file} is no JSON`)
  }
}
