// Calls machines that speak OPC UA: a process that the gateway forks (apps/gateway/connector).
import { runConnector } from '@tingzhou/gateway/connector'
import { createConnect } from './connect.ts'

// Some lines of the library go past its own switch; what is wrong is told as a state.
for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) console[name] = () => {}

runConnector(createConnect({ dataDir: process.env['DATA_DIR'] ?? './data' }))
