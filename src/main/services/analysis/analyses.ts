import type {
  AnalysisEntry,
  AnalysisFailure,
  AnalysisRequest,
  AnalysisSettings,
  AnalysisSettingsPatch,
  AnalysisStatus,
  AnalysisTrigger,
  AnalysisUnderWay,
  DryRun,
  KeyState,
  ScoreRow,
  SpendingDay,
} from '../../../shared/contract/analysis.ts'
import type { AnalysisKind, Snapshot, Verdict } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { scoresOf } from '../../pipeline/analysis/scores.ts'
import type { AiProvider, Clock, Logger, SecretStore } from '../../ports.ts'
import type { AnalysisLogQuery, AnalysisStore } from '../../store/analysis-store.ts'
import type { TradeStore } from '../../store/store.ts'
import { Topic } from '../topic.ts'
