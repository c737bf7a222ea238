import { createServer as createHttp } from 'node:http'
import {
  type AddressInfo,
  connect,
  createServer as createTcp,
  type Server,
  type Socket,
} from 'node:net'

/** A proxy of the test's own, on the loopback. `asked`: the targets it was asked for, as asked. */
export interface ProxyPeer {
  readonly port: number
  readonly asked: string[]
  /** Requests with a wrong or missing password. */
  refused: number
  close(): Promise<void>
}

function listen(server: Server, peer: Omit<ProxyPeer, 'port' | 'close'>): Promise<ProxyPeer> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(
        Object.assign(peer, {
          port: (server.address() as AddressInfo).port,
          close: () =>
            new Promise<void>((closed) => {
              server.close(() => closed())
              for (const socket of open) socket.destroy()
            }),
        }),
      ),
    )
  })
}

function join(client: Socket, host: string, port: number, ready: () => void): void {
  const target = connect(port, host)
  target.on('connect', () => {
    ready()
    target.pipe(client)
    client.pipe(target)
  })
  target.on('error', () => client.destroy())
  client.on('close', () => target.destroy())
}

/** HTTP CONNECT (RFC 9110, 9.3.6), with basic authentication when `credentials` is `user:password`. */
export function connectProxy(credentials?: string): Promise<ProxyPeer> {
  const peer = { asked: [] as string[], refused: 0 }
  const server = createHttp((_request, response) => response.writeHead(405).end())
  server.on('connect', (request, client: Socket) => {
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) {
      peer.refused += 1
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
      return
    }
    peer.asked.push(request.url ?? '')
    const [host = '', port = ''] = (request.url ?? '').split(':')
    join(client, host, Number(port), () =>
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n'),
    )
  })
  return listen(server as unknown as Server, peer)
}

/** SOCKS5 (RFC 1928), without authentication or with a user name and password (RFC 1929). */
export function socksProxy(credentials?: string): Promise<ProxyPeer> {
  const peer = { asked: [] as string[], refused: 0 }
  const server = createTcp((client) => {
    let stage: 'greeting' | 'password' | 'request' = 'greeting'
    const take = (data: Buffer): void => {
      if (stage === 'greeting') {
        client.write(Buffer.of(5, credentials === undefined ? 0 : 2))
        stage = credentials === undefined ? 'request' : 'password'
      } else if (stage === 'password') {
        const userEnd = 2 + (data[1] ?? 0)
        const user = data.toString('utf8', 2, userEnd)
        const password = data.toString('utf8', userEnd + 1, userEnd + 1 + (data[userEnd] ?? 0))
        if (`${user}:${password}` !== credentials) {
          peer.refused += 1
          client.end(Buffer.of(1, 1))
          return
        }
        client.write(Buffer.of(1, 0))
        stage = 'request'
      } else {
        client.off('data', take)
        const named = data[3] === 3
        const end = named ? 5 + (data[4] ?? 0) : 8
        const host = named ? data.toString('utf8', 5, end) : [...data.subarray(4, 8)].join('.')
        const port = data.readUInt16BE(end)
        peer.asked.push(`${named ? 'name' : 'address'} ${host}:${port}`)
        join(client, host, port, () => client.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0)))
      }
    }
    client.on('data', take)
  })
  return listen(server, peer)
}
