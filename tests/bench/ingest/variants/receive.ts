import { follow, tell } from './client.ts'

// `ws`, nothing read: less than this no client on `ws` can cost. Counts the answers to its requests too.
let frames = 0
follow(() => {
  frames += 1
})
tell(() => ({ frames }))
