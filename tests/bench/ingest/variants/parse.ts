import { follow, tell } from './client.ts'

// The reference: `ws` and JSON.parse, nothing kept. Most monitors spend more than this before they
// have done anything.
let frames = 0
follow((data) => {
  const message = JSON.parse(data as unknown as string) as { data?: unknown }
  if (message.data !== undefined) frames += 1
})
tell(() => ({ frames }))
