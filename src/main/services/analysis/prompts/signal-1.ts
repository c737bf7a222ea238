import type { PromptText } from './prompt-text.ts'

export const signal1: PromptText = {
  name: 'signal-1',
  en: {
    task: 'Task: say where the price tends in the next 24 hours. If it is not clear, the trend is sideways, and entry and stop are null and targets is empty.',
    fields: [
      'trend: "up", "down" or "sideways"',
      'entry: price near last, or null',
      'stop: price at which the signal is wrong: below entry and last if the trend is up, above both if it is down; or null',
      'targets: one to three prices, the nearest first: above entry and last if the trend is up, below both if it is down; or []',
    ],
  },
  'zh-CN': {
    task: '任务：判断未来 24 小时价格的趋势。若不明确，则趋势为横盘，entry 和 stop 为 null，targets 为空。',
    fields: [
      'trend："up"（上涨）、"down"（下跌）或 "sideways"（横盘）',
      'entry：接近 last 的价格，或 null',
      'stop：表明信号错误的价格：上涨时低于 entry 和 last，下跌时高于两者；或 null',
      'targets：一至三个价格，由近到远：上涨时高于 entry 和 last，下跌时低于两者；或 []',
    ],
  },
  vi: {
    task: 'Nhiệm vụ: cho biết xu hướng giá trong 24 giờ tới. Nếu không rõ, xu hướng là đi ngang, entry và stop là null và targets rỗng.',
    fields: [
      'trend: "up" (tăng), "down" (giảm) hoặc "sideways" (đi ngang)',
      'entry: giá gần last, hoặc null',
      'stop: giá cho thấy tín hiệu sai: dưới entry và last nếu tăng, trên cả hai nếu giảm; hoặc null',
      'targets: một đến ba mức giá, gần nhất trước: trên entry và last nếu tăng, dưới cả hai nếu giảm; hoặc []',
    ],
  },
}
