import type { Vocabulary } from './vocabulary.ts';

/** What the equipment pages say (scenario 24). */
export const equipmentWords = {
  running: ['running', '运行'],
  stopped: ['stopped', '停机'],
  idle: ['idle', '空转'],
  fault: ['in fault', '故障'],
  unknown: ['unknown', '未知'],
  fleet: ['Fleet', '机群'],
  stateTimeline: ['Running state', '运行状态'],
  severity: ['Vibration severity', '振动烈度'],
  zone: ['Zone', '区域'],
  zoneA: ['new machine', '新机水平'],
  zoneB: ['unrestricted operation', '可长期运行'],
  zoneC: ['limited time only', '限期运行'],
  zoneD: ['damage possible', '可能损坏'],
  runShare: ['Running', '运行率'],
} as const satisfies Vocabulary;
