/** The attribution notice of lightweight-charts, word for word: its licence asks to show it. */
export const CHARTS_NOTICE = `TradingView Lightweight Charts™
Copyright (c) 2026 TradingView, Inc. https://www.tradingview.com/`
