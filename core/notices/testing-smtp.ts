import { createServer, type AddressInfo, type Socket } from 'node:net'

export type ReceivedLetter = { readonly from: string; readonly to: string; readonly text: string }

/** A mail server that speaks SMTP (RFC 5321) on a local port and keeps what it is given; it can be told to answer "try later". */
export async function startSmtpServer() {
  const letters: ReceivedLetter[] = []
  let refusals = 0
  const server = createServer((socket) => converse(socket, letters, () => (refusals > 0 ? refusals-- > 0 : false)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server has an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    refuse: (times: number) => void (refusals = times),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

function converse(socket: Socket, letters: ReceivedLetter[], refuses: () => boolean): void {
  let from = ''
  let to = ''
  let body: string | null = null
  let rest = ''
  const say = (line: string) => socket.write(`${line}\r\n`)
  const hear = (line: string) => {
    if (body !== null) {
      if (line !== '.') return void (body += `${line.startsWith('..') ? line.slice(1) : line}\r\n`)
      letters.push({ from, to, text: body })
      body = null
      return say('250 kept')
    }
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'EHLO') return say('250 local')
    if (verb === 'MAIL') return refuses() ? say('451 try again later') : say(((from = line.slice(10)), '250 ok'))
    if (verb === 'RCPT') return say(((to = line.slice(8)), '250 ok'))
    if (verb === 'DATA') return say(((body = ''), '354 go on'))
    if (verb === 'RSET') return say('250 ok')
    if (verb !== 'QUIT') return say('502 not known')
    say('221 bye')
    return socket.end()
  }
  say('220 local ready')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('utf8')).split('\r\n')
    rest = lines.pop() ?? ''
    lines.forEach(hear)
  })
}
