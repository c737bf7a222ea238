/** A request that is refused with one of the venue's codes. */
export class RpcError extends Error {
  readonly code: number
  readonly data: unknown
  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

export const invalidParam = (param: string, reason = 'wrong format'): RpcError =>
  new RpcError(-32_602, 'Invalid params', { param, reason })

export const tooManyRequests = (): RpcError => new RpcError(10_028, 'too_many_requests')
