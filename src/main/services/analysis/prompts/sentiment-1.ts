import type { PromptText } from './prompt-text.ts'

export const sentiment1: PromptText = {
  name: 'sentiment-1',
  en: {
    task: 'Task: say who is pressing in this market, from what takers bought and sold in the last hour.',
    fields: [
      'sentiment: "bullish", "neutral" or "bearish"',
      'buySellRatio: the figure buySellRatio1h, or null if it is null',
    ],
  },
  'zh-CN': {
    task: '任务：根据最近一小时主动买入与卖出的量，判断市场由哪一方主导。',
    fields: [
      'sentiment："bullish"（看涨）、"neutral"（中性）或 "bearish"（看跌）',
      'buySellRatio：数据 buySellRatio1h；若其为 null 则为 null',
    ],
  },
  vi: {
    task: 'Nhiệm vụ: cho biết bên nào đang chiếm ưu thế, dựa trên khối lượng chủ động mua và bán trong giờ qua.',
    fields: [
      'sentiment: "bullish" (tăng), "neutral" (trung lập) hoặc "bearish" (giảm)',
      'buySellRatio: số liệu buySellRatio1h, hoặc null nếu nó là null',
    ],
  },
}
