// Calls Modbus TCP machines for the gateway that forked this process.
import { notCalled, type Connect } from '@tingzhou/connector'
import { runConnector } from '@tingzhou/gateway/connector'
import { connectModbus } from './machine.ts'

const missing = 'jsmodbus is not installed (npm install --include=optional)'

/** Where the library is not there, every machine is said not to answer, and why. */
const withoutLibrary: Connect = (_source, line) => notCalled(line, missing)

async function choose(): Promise<Connect> {
  try {
    return connectModbus(await import('jsmodbus'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return withoutLibrary
    throw error
  }
}

runConnector(await choose())
