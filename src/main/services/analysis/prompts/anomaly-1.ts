import type { PromptText } from './prompt-text.ts'

export const anomaly1: PromptText = {
  name: 'anomaly-1',
  en: {
    task: 'Task: say whether the last price is anomalous: far from the mean of the last 20 periods, for how volatile the market has been.',
    fields: [
      'anomalous: true or false',
      'deviationPercent: the figure of that name, or null if it is null',
      'volatilityPercent: the figure of that name, or null if it is null',
    ],
  },
  'zh-CN': {
    task: '任务：判断最新价格是否异常，即就市场近期波动而言，是否远离最近 20 个周期的均值。',
    fields: [
      'anomalous：true 或 false',
      'deviationPercent：同名数据；若其为 null 则为 null',
      'volatilityPercent：同名数据；若其为 null 则为 null',
    ],
  },
  vi: {
    task: 'Nhiệm vụ: cho biết giá mới nhất có bất thường không, tức là có xa trung bình 20 chu kỳ gần nhất so với mức biến động của thị trường không.',
    fields: [
      'anomalous: true hoặc false',
      'deviationPercent: số liệu cùng tên, hoặc null nếu nó là null',
      'volatilityPercent: số liệu cùng tên, hoặc null nếu nó là null',
    ],
  },
}
