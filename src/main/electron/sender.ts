/** What is known of the frame that sent a message. */
export interface Sender {
  /** The message came from a window that this app opened. */
  readonly knownWindow: boolean
  /** Null when the frame is gone already. */
  readonly frame: {
    readonly origin: string
    readonly parent: unknown
    readonly frameTreeNodeId: number
  } | null
  /** The window's own main frame, by its id. */
  readonly mainFrameId: number | undefined
}

/** Why a message must not be read, or `undefined` when its sender is the app's own page. */
export function senderRefusal(sender: Sender, origin: string): string | undefined {
  const { frame } = sender
  if (!sender.knownWindow) return 'not a window of this app'
  if (frame === null) return 'the frame is gone'
  if (frame.parent !== null || frame.frameTreeNodeId !== sender.mainFrameId)
    return 'not the main frame'
  if (frame.origin !== origin) return `not the app's own page: ${frame.origin}`
  return undefined
}
