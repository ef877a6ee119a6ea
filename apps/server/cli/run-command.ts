import { RestoreRefused } from '@tingzhou/db'
import { ConfigError } from '../config.ts'
import { DataDirHeld } from '../data-dir.ts'
import { CommandRefused } from '../zone-access.ts'

/** Runs a command; what a person can mend is said in one line, anything else with its trace. Exit code 1 either way. */
export async function runCommandLine(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    const plain = [ConfigError, DataDirHeld, CommandRefused, RestoreRefused].some((kind) => error instanceof kind)
    console.error(plain && error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
